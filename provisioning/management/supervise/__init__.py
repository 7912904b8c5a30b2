"""`make run`: every process of Rollcall on one machine, under a supervisor, in the foreground."""
