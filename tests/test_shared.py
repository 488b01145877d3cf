"""What a run of the tests leaves in memory when it is killed goes with the next run; what others hold or begin stays."""

import os
from pathlib import Path

import pytest

from tests.support import shared

LONG_AGO = 1_000_000_000


def test_only_what_nobody_holds_any_longer_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A run that has just made its folder is about to hold it."""
    monkeypatch.setattr(shared, "MEMORY", tmp_path)
    made = {name: tmp_path / f"{shared.PREFIX}{name}" for name in ("abandoned", "held", "young")}
    for name, folder in made.items():
        folder.mkdir()
        (folder / "ledger").touch()
        if name != "young":
            os.utime(folder, (LONG_AGO, LONG_AGO))
    with shared.owned_folder(made["held"]):
        shared.remove_abandoned()
    assert sorted(tmp_path.iterdir()) == [made["held"], made["young"]]
