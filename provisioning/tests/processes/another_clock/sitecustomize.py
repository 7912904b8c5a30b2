"""Python imports this first where the folder is on its path: a process whose clock is wrong.

By as many seconds as ANOTHER_CLOCK says; it runs as fast as the right one.
"""

import os
import time
from datetime import timedelta

import time_machine

WRONG = timedelta(seconds=float(os.environ["ANOTHER_CLOCK"]))
time_machine.travel(time.time() + WRONG.total_seconds(), tick=True).start()
