"""Hours that no clock can show are refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from mci_router.specs.queues import OpenHours
from tests.support.rows import every


def hours(*blocks: tuple[str, str], **more: Any) -> OpenHours:
    week = {"mon": [{"open": opens, "close": closes} for opens, closes in blocks]}
    return OpenHours.model_validate({"timezone": "Europe/Berlin", "week": week, **more})


@every(
    ("blocks", "more", "words"),
    [
        ([("08:00", "12:00"), ("11:59", "18:00")], {}, "blocks on mon that overlap"),
        ([("20:00", "00:00"), ("21:00", "22:00")], {}, "blocks on mon that overlap"),
        ([("18:00", "02:00")], {}, "split a block that passes midnight into two days"),
        ([("08:00", "08:00")], {}, "closes before it opens"),
        ([("08:00+01:00", "12:00")], {}, "write times without an offset"),
        ([], {}, "has no open block in the week"),
        ([("08:00", "12:00")], {"timezone": "Europe/Atlantis"}, "is not an IANA time zone"),
        ([("08:00", "12:00")], {"week": {"monday": []}}, "mon"),
    ],
)
def test_hours_that_cannot_be_kept_are_refused(blocks: list[tuple[str, str]], more: dict[str, Any], words: str) -> None:
    """With the day, or the way out."""
    with pytest.raises(ValidationError, match=words):
        hours(*blocks, **more)


def test_blocks_may_touch_and_end_with_the_day() -> None:
    """In any order."""
    (last, first) = hours(("13:00", "00:00"), ("08:00", "13:00")).week["mon"]
    assert (first.to_midnight, last.to_midnight) == (False, True)
