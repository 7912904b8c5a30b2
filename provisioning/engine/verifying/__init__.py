"""Verify: read an application by pages, compare it with the directory, write nothing to it."""
