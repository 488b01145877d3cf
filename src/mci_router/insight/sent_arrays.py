"""Arrays as PostgreSQL sends them by `array_send`: read at one go, and not element by element. Pure.

Each has a header of 20 bytes; behind it each element has its length and itself. No element is null.
"""

from typing import Any

import numpy as np

_INT4 = np.dtype([("length", ">i4"), ("value", ">i4")])
_INT8 = np.dtype([("length", ">i4"), ("value", ">i8")])
_HEADER = 20
_EPOCH_US = 946_684_800_000_000  # PostgreSQL counts from the year 2000


def int4s(sent: bytes) -> Any:
    """Returns the numbers of an int4[]."""
    return np.frombuffer(sent, dtype=_INT4, offset=_HEADER)["value"].astype(np.int64)


def moments(sent: bytes) -> Any:
    """Returns the moments of a timestamptz[], in µs since 1970."""
    return np.frombuffer(sent, dtype=_INT8, offset=_HEADER)["value"].astype(np.int64) + _EPOCH_US
