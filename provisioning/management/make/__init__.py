"""What the targets of the Makefile do; `setup` needs nothing but Python, the others its work."""
