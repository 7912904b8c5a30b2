"""`make bench`: the figures of speed and size, each a ratio against its floor of the same run.

Nothing here is a test: a machine may be slow, and the table says so beside the budget.
"""
