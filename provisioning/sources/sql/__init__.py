"""Tables and views of a database as a directory source (directory-sources 6)."""
