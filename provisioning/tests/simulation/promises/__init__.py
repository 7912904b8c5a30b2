"""The invariants of the reliability reference: each promise is a function with its id."""
