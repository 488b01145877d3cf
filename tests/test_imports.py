"""What a process does not need at its start is not there yet, and works when it is needed."""

import subprocess
import sys

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


def test_the_service_starts_without_what_it_may_never_use() -> None:
    """Each of these takes a process a twentieth of a second or more."""
    code = f"import sys, mci_router.app; print([name for name in {LATE} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_the_parent_of_several_workers_imports_none_of_the_service() -> None:
    """Each worker imports it for itself, and none could begin before its parent had."""
    of_the_service = ("mci_router.app", "mci_router.models", "fastapi", "numpy", "redis")
    code = f"import sys, mci_router.cli.serve; print([name for name in {of_the_service} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_a_table_that_is_known_in_sql_alone_is_made_when_it_is_asked_for() -> None:
    """Those that the service has at its start refer to none of them: what refers to a table that is not there fails."""
    code = """
import mci_router.app
from mci_router import models
at_first = set(models.Base.metadata.tables)
for table in models.Base.metadata.tables.values():
    assert all(key.column is not None for key in table.foreign_keys), table
from mci_router.models import AgentState
print(len(at_first), AgentState.__tablename__ in at_first, {name for name in models.__all__ if not hasattr(models, name)},
  len(models.all_tables().tables))
"""
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert said[1:3] == ["False", "set()"]
    assert int(said[0]) < int(said[3])


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
