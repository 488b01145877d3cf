"""The sound parts of a file that is refused: what they refer to is checked all the same, so that nobody has to mend the
fields first to hear of the names. Pure.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from mci_router.configuration.references import Known, check
from mci_router.configuration.written import faults_of
from mci_router.specs.base import CALENDAR, Spec
from mci_router.specs.kinds import KINDS
from mci_router.specs.workspace import WorkspaceSpec

Place = tuple[str | int, ...]


def dangling(data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Yields each reference to nothing, and what fails later, in the resources of a file that are right by themselves:
    its place, and what is wrong. A resource with a fault counts as one that is there, and a section that cannot be read
    as one that has all.
    """
    places: dict[tuple[str, str], Place] = {}
    specs: dict[str, dict[str, Spec]] = {}
    for kind, place, spec in _sound(data):
        name: str = spec.name  # type: ignore[attr-defined]
        places.setdefault((kind, name), place)
        specs.setdefault(kind, {}).setdefault(name, spec)
    for fault in (*check(specs, _named(data)), *faults_of(specs)):
        yield (*places[fault.kind, fault.name], *fault.path), fault.problem


def _sound(data: Mapping[str, Any]) -> Iterator[tuple[str, Place, Spec]]:
    if workspace := _read(WorkspaceSpec, data.get("workspace")):
        yield "workspace", ("workspace",), workspace
    for kind, each in KINDS.items():
        for number, one in enumerate(_section(data, each.plural) or ()):
            if spec := _read(each.spec, one):
                yield kind, (each.plural, number), spec


def _read(model: type[Spec], one: Any) -> Spec | None:
    try:
        return model.model_validate(one)
    except ValidationError:
        return None


def _named(data: Mapping[str, Any]) -> dict[str, Known]:
    """Returns the names that the file gives by kind, faulty or not; None: nobody can tell."""
    sections = {kind: _section(data, each.plural) for kind, each in KINDS.items()}
    named: dict[str, Known] = {
        kind: section if section is None else {_name(one) for one in section} for kind, section in sections.items()
    }
    workspace = data.get("workspace")
    calendars = workspace.get("holiday_calendars", {}) if isinstance(workspace, dict) else None
    named[CALENDAR] = set(map(str, calendars)) if isinstance(calendars, dict) else None
    return named


def _section(data: Mapping[str, Any], plural: str) -> list[Any] | None:
    section = data.get(plural, [])
    return section if isinstance(section, list) else None


def _name(one: Any) -> str:
    return str(one.get("name")) if isinstance(one, dict) else ""
