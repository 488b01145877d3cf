"""A process whose clock is wrong goes by the ledger's."""

import time
from datetime import UTC, datetime, timedelta

import pytest
from uuid_utils import uuid7

from mci_router import clock, ids
from mci_router.database import Database
from mci_router.settings import Settings
from mci_router.timekeeping import TOLERATED, correction, keeping_time, look
from tests.support.service import eventually

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("asked", "ledgers", "answered", "by"),
    [
        (NOON, NOON, NOON, timedelta()),
        (NOON, NOON + SECOND, NOON, timedelta()),  # NTP leaves less, and nobody minds
        (NOON, NOON - HOUR, NOON, -HOUR),
        (NOON, NOON + HOUR + SECOND, NOON + 2 * SECOND, HOUR),  # what the look itself takes is halved
        (NOON, NOON, NOON + 20 * SECOND, timedelta()),  # a ledger that stalled says nothing of the clock
        (NOON, NOON + HOUR, NOON + 20 * SECOND, HOUR - 10 * SECOND),
    ],
)
def test_a_clock_is_corrected_only_when_it_is_surely_wrong(
    asked: datetime, ledgers: datetime, answered: datetime, by: timedelta
) -> None:
    """By more than is tolerated and more than the look took."""
    assert correction(asked, ledgers, answered) == by


async def test_a_clock_that_is_right_again_is_left_alone(settings: Settings) -> None:
    """The correction that was in force ends with the next look: a machine's clock may be set while a process runs."""
    database = Database(settings.database_url or "", pool_size=1, timeout_s=10)
    clock.correct(TOLERATED + SECOND)
    try:
        assert clock.utc_now() - clock.uncorrected_now() > TOLERATED
        await look(database)
        assert clock.correction() == timedelta()
    finally:
        clock.correct(timedelta())
        await database.close()


async def test_identifiers_go_by_the_ledgers_clock_and_by_a_clock_that_is_set_at_once(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What comes late is looked for by the time in its id: by one that is an hour behind it would be found seldom."""
    database = Database(settings.database_url or "", pool_size=1, timeout_s=10)
    machines = uuid7

    def is_set(by: timedelta) -> None:
        monkeypatch.setattr(clock, "uncorrected_now", lambda: datetime.now(UTC) + by)
        monkeypatch.setattr(
            ids, "machine_ms", lambda: (time.time_ns() + by // timedelta(microseconds=1) * 1000) // 10**6
        )
        monkeypatch.setattr(
            "mci_router.ids.uuid7",
            lambda: machines(nanoseconds=time.time_ns() + by // timedelta(microseconds=1) * 1000),
        )

    async def made_now() -> bool:
        return abs(ids.made_at(ids.new_id("contact")) - datetime.now(UTC)) < TOLERATED

    try:
        is_set(-HOUR)
        async with keeping_time(database):
            assert await made_now()
            is_set(HOUR)
            await eventually(made_now)
            is_set(timedelta())
            await eventually(made_now)
        assert clock.correction() == timedelta()
    finally:
        clock.correct(timedelta())
        ids.correct(timedelta())
        await database.close()
