"""What processes find that have just imported the package: it takes seconds of CPU, so that one of each does for a run."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.shared import made_once

SERVICE = """
import gc, json, sys
import mci_router.app
found = {"thresholds": gc.get_threshold(), "left out": gc.get_freeze_count(), "modules": [*sys.modules]}

import pydantic.plugin._loader as loader
found["plugins"] = loader._plugins and [*loader._plugins]

from mci_router import models
found["tables"] = [*models.Base.metadata.tables]
for table in models.Base.metadata.tables.values():
    assert all(key.column is not None for key in table.foreign_keys), table

from mci_router.models import AgentState
found["one more"] = AgentState.__tablename__
found["missing"] = [name for name in models.__all__ if not hasattr(models, name)]
found["all tables"] = [*models.all_tables().tables]
print(json.dumps(found))
"""
"""Looks at each before anything here has changed it."""

COMMAND = """
import gc, json, sys
import mci_router
found = {"thresholds at first": gc.get_threshold()}

from mci_router.cli import cli
cli.get_command(None, "serve")
found |= {"thresholds": gc.get_threshold(), "left out": gc.get_freeze_count(), "modules": [*sys.modules]}
print(json.dumps(found))
"""


@cache
def service_imported() -> dict[str, Any]:
    """Returns what a process finds that has imported the service: the `thresholds` of the collector and how many objects
    it leaves out; the `modules` that are there; the `plugins` of pydantic, None if none was looked for; the `tables` that
    are known, `one more` that is then asked for, the models that are `missing`, and `all tables`.
    """
    return _found("service-imported", SERVICE)


@cache
def command_imported() -> dict[str, Any]:
    """Returns what a process finds that is about to run `mci-router serve`: the `thresholds` of the collector `at first`
    and then, how many objects it leaves out, and the `modules` that are there.
    """
    return _found("command-imported", COMMAND)


def _found(name: str, code: str) -> dict[str, Any]:
    def find(path: Path) -> None:
        said = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True).stdout
        path.write_text(said, encoding="utf-8")

    found: dict[str, Any] = json.loads(made_once(f"{name}.json", find).read_text(encoding="utf-8"))
    return found
