"""The outcomes file: one line a contact, whole or not there."""

from pathlib import Path

import pytest

from mci_router.simulation import outcomes
from mci_router.simulation.run import Day


def test_the_outcome_of_who_was_informed_says_what_became_of_them(broken_day: Day, tmp_path: Path) -> None:
    """One line a contact, also of those who came again."""
    outcomes.write(tmp_path / "outcomes.jsonl", broken_day.outcomes)
    lines = (tmp_path / "outcomes.jsonl").read_text().splitlines()
    assert lines[1] == '{"id": 1, "deflected_at": 100.0}'
    assert (
        lines[2]
        == '{"id": 2, "deflected_at": 200.0, "still_broken": {"t": 450.0, "agent": 9, "start": 460.0, "end": 470.0}}'
    )
    assert lines[4] == '{"id": 4, "deflected_at": 400.0, "still_broken": {"t": 450.0, "abandoned_at": 500.0}}'


def test_outcomes_are_written_whole_or_not_at_all(day: Day, tmp_path: Path) -> None:
    """What was there stays until the new file is complete, and no draft is left."""
    path = tmp_path / "outcomes.jsonl"
    path.write_text("before")

    def broken() -> object:
        yield day.outcomes[0]
        raise RuntimeError

    with pytest.raises(RuntimeError):
        outcomes.write(path, broken())  # type: ignore[arg-type]
    assert path.read_text() == "before"
    outcomes.write(path, day.outcomes)
    assert path.read_text().splitlines()[0] == '{"id": 0, "agent": 9, "start": 0.0, "end": 10.0}'
    assert path.read_text().splitlines()[3] == '{"id": 3, "abandoned_at": 304.0}'
    assert sorted(found.name for found in tmp_path.iterdir()) == ["day.jsonl", "outcomes.jsonl"]
