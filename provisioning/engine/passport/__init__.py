"""Passport: what a target can do, tried with marked test objects that are taken away again."""
