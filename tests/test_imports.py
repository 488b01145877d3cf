"""What a process does not need at its start is not there yet, and works when it is needed."""

import json
import subprocess
import sys
from typing import Any

import pytest

from mci_router.imports import later
from mci_router.patterns import lazy_pattern

LATE = (
    *(
        "alembic",
        "cryptography.hazmat.primitives",
        "httpx._client",
        "jinja2.environment",
        "jwt.api_jwt",
        "rich",
        "ruamel",
    ),
    *("mci_router.models.facts", "scipy", "sklearn"),
)


STARTED = f"""
import json, sys
import mci_router.app
from mci_router import models

said = {{"early": [name for name in {LATE} if name in sys.modules], "tables": list(models.Base.metadata.tables)}}
for table in models.Base.metadata.tables.values():
    assert all(key.column is not None for key in table.foreign_keys), table
from mci_router.models import AgentState

said |= {{"one": AgentState.__tablename__, "missing": [name for name in models.__all__ if not hasattr(models, name)]}}
print(json.dumps(said | {{"all": list(models.all_tables().tables)}}))
"""


@pytest.fixture(scope="module")
def started() -> Any:
    """What a process says that imports the service: it takes seconds, so that one does for these tests."""
    return json.loads(
        subprocess.run([sys.executable, "-c", STARTED], capture_output=True, text=True, check=True).stdout
    )


def test_the_service_starts_without_what_it_may_never_use(started: Any) -> None:
    """Each of these takes a process a twentieth of a second or more."""
    assert started["early"] == []


def test_a_table_that_is_known_in_sql_alone_is_made_when_it_is_asked_for(started: Any) -> None:
    """Those that the service has at its start refer to none of them: what refers to a table that is not there fails."""
    assert started["one"] not in started["tables"]
    assert started["missing"] == []
    assert len(started["tables"]) < len(started["all"])


def test_the_parent_of_several_workers_imports_none_of_the_service() -> None:
    """Each worker imports it for itself, and none could begin before its parent had."""
    of_the_service = ("mci_router.app", "mci_router.models", "fastapi", "numpy", "redis")
    code = f"import sys, mci_router.cli.serve; print([name for name in {of_the_service} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_a_module_is_loaded_when_something_in_it_is_used() -> None:
    sys.modules.pop("this_is_not_there", None)
    sys.modules.pop("colorsys", None)
    assert later("colorsys").rgb_to_hls(0, 0, 0) == (0, 0, 0)
    assert later("colorsys") is sys.modules["colorsys"]


def test_a_pattern_is_as_good_as_a_compiled_one() -> None:
    """Whichever of its methods comes first."""
    digits = lazy_pattern(r"[0-9]+")
    assert digits.findall("1 and 23") == ["1", "23"]
    assert digits.sub("n", "1 and 23") == "n and n"
    assert digits.pattern == r"[0-9]+"
    assert lazy_pattern("A", 2).fullmatch("a")
