"""The directory is read: sources that are connected, what they deliver, and what an import did."""
