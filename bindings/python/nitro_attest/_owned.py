"""What owns memory of C, and what a fork does to it."""
from __future__ import annotations

import os
from typing import NoReturn


class Owned:
    """Base of what owns memory of C. It cannot be copied or pickled: two owners would release the memory twice."""

    def __reduce__(self) -> NoReturn:
        raise TypeError("%s objects cannot be copied or pickled; make another one" % type(self).__name__)


class Process:
    """The process something was made in. Locks, threads and answers on their way do not survive a fork."""

    def __init__(self) -> None:
        self._id = os.getpid()

    def is_this(self) -> bool:
        """False in a child that was forked since."""
        return self._id == os.getpid()
