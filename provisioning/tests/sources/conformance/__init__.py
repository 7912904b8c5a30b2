"""What every directory source must do, proven against something that plays its directory.

A new source adds one opponent to `opponents.py` and passes all of it. The table of opponents and
results is printed at the end of every run that contains these tests.
"""
