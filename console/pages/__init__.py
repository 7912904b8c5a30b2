"""What each page says, as plain values: views ask for it, templates draw it."""
