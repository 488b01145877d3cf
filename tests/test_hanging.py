"""A test that hangs is ended: see `tests/support/hanging.py`."""

import asyncio

import pytest


@pytest.mark.timeout(0.5)
async def test_who_waits_for_another_task_is_cancelled_in_time() -> None:
    """What the alarm raises would be lost: nothing of the test's own runs."""
    other = asyncio.create_task(asyncio.sleep(20))
    with pytest.raises(asyncio.CancelledError, match=r"longer than 0\.5 s"):
        await asyncio.shield(other)
    other.cancel()
