"""Directory files that arrive by themselves: in a folder, at an address (directory-sources 5)."""
