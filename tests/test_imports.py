"""What a process does not need at its start is not there yet, and works when it is needed."""

import sys

from mci_router.imports import later
from mci_router.patterns import lazy_pattern
from tests.support.fresh import command_imported, service_imported

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
    assert not {*LATE} & {*service_imported()["modules"]}


def test_a_table_that_is_known_in_sql_alone_is_made_when_it_is_asked_for() -> None:
    """Those that the service has at its start refer to none of them: what refers to a table that is not there fails."""
    found = service_imported()
    assert found["one more"] not in found["tables"]
    assert found["missing"] == []
    assert len(found["tables"]) < len(found["all tables"])


def test_the_parent_of_several_workers_imports_none_of_the_service() -> None:
    """Each worker imports it for itself, and none could begin before its parent had."""
    of_the_service = {"mci_router.app", "mci_router.models", "fastapi", "numpy", "redis"}
    assert not of_the_service & {*command_imported()["modules"]}


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
