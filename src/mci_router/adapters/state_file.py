"""The state of an adapter: what it has to know after a restart, in one small file."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def keep(path: Path, state: Mapping[str, Any]) -> None:
    """Replaces the file by a state, as JSON: all of it or nothing, whenever the process is killed."""
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8") as file:
        json.dump(state, file)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
