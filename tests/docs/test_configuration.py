"""The page of the configuration knows every field of a workspace and of its resources."""

import re

from pydantic import BaseModel

from mci_router.specs.kinds import KINDS
from mci_router.specs.workspace import WorkspaceSpec
from tests.docs.pages import DOCS

PAGE = (DOCS / "reference" / "configuration.md").read_text(encoding="utf-8")
PLANNING = ("activity", "shift_template")


def missing(spec: type[BaseModel]) -> list[str]:
    """The fields that the page does not have between backquotes: alone, or with a member behind them."""
    return [name for name in spec.model_fields if not re.search(rf"`{name}\b", PAGE)]


def test_each_field_of_the_workspace_is_there() -> None:
    """A field that nobody can find is not there."""
    assert missing(WorkspaceSpec) == []


def test_each_field_of_activities_and_shift_templates_is_there() -> None:
    """Both are written by hand, from this page."""
    shared = {"name", "title"}
    assert {kind: set(missing(KINDS[kind].spec)) - shared for kind in PLANNING} == {kind: set() for kind in PLANNING}
