"""The workspace file: YAML, accepted or refused as a whole, each fault with its line."""

from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.configuration.references import Fault, check
from mci_router.configuration.skills import replace_skill
from mci_router.configuration.sound_parts import dangling
from mci_router.configuration.store import Change, make_workspace, put
from mci_router.configuration.training_bounds import USUAL, Bounds
from mci_router.configuration.written import by_name, faults_of, refused_later
from mci_router.configuration.yaml_bounds import LARGEST_FILE, TooLarge, plain, tree_of
from mci_router.knowledge.versions import Author
from mci_router.specs.base import Spec
from mci_router.specs.kinds import KINDS, WorkspaceFile
from mci_router.specs.workspace import WorkspaceSpec

MOST_TOLD = 100  # faults
NO_MAP = "has no sections: it begins with `workspace:`, and `name` and `title` below it"
SHAPES = {
    "model_type": "must be a map of fields, as `name: value` lines below it",
    "dict_type": "must be a map, as `name: value` lines below it",
    "time_parsing": "must be a time with two digits each, in quotes, such as '08:00'",
    "timezone_aware": "must have an offset, such as 2026-01-31T08:00:00+01:00",
    "list_type": "must be a list, a line `- …` for each; leave it out if there is none",
}
"""What is said of a value of another shape: the parser's own words name its types."""


class BadFile(Exception):
    """A workspace file that cannot be applied; `faults` has a line for each reason, ready to print."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__("\n".join(faults))


def read(path: Path) -> WorkspaceFile:
    """Reads and checks a workspace file. Raises BadFile."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BadFile([f"{path}: is larger than {LARGEST_FILE:,} bytes"])
        tree = tree_of(path.read_text(encoding="utf-8"))
        data = plain(tree)
        if not isinstance(data, dict):
            raise BadFile([f"{path}:1: {NO_MAP}"])
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise BadFile([f"{path}:{line}: {error.problem or error.context}"]) from error
    except UnicodeDecodeError as error:
        raise BadFile([f"{path}: is not in UTF-8: {error.reason} at byte {error.start:,}"]) from error
    except (OSError, ValueError, YAMLError, TooLarge) as error:
        raise BadFile([f"{path}: {error}"]) from error
    try:
        document = WorkspaceFile.model_validate(data)
    except ValidationError as error:
        faults = [(fault["loc"], _said(fault)) for fault in error.errors(include_input=False, include_url=False)]
        faults += dangling(data)
        told = [_fault(path, tree, *fault) for fault in faults[:MOST_TOLD]]
        more = len(faults) - len(told)
        raise BadFile([*told, f"{path}: and {more} more"] if more else told) from error
    if wrong := [*_repeated(path, tree, document), *_dangling(path, tree, document)]:
        raise BadFile(wrong)
    return document


def sections(document: WorkspaceFile) -> dict[str, Sequence[Spec]]:
    """Returns the document's resources by kind."""
    return {kind: getattr(document, each.plural) for kind, each in KINDS.items()}


def warnings(document: WorkspaceFile) -> list[str]:
    """Returns the targets in a document that a service refuses to call unless its settings allow private ones."""
    faults = refused_later(by_name({**sections(document), "workspace": [document.workspace]}))
    return [f"{fault.kind} {fault.name}: {'.'.join(map(str, fault.path))}: {fault.problem}" for fault in faults]


async def apply(
    session: AsyncSession, document: WorkspaceFile, *, bounds: Bounds = USUAL, author: Author | None = None
) -> tuple[str, list[Change]]:
    """Makes the workspace as the document says. Resources it does not name stay as they are.

    Returns the workspace's id and what changed. Raises InUse for a skill to be replaced that a resource still names,
    and TooManyExamples.
    """
    workspace, change = await make_workspace(session, document.workspace)
    changes = [change, *await put(session, workspace.id, sections(document), bounds=bounds, author=author)]
    for name, instead in document.replaced_skills.items():
        changes += await replace_skill(session, workspace.id, name, instead)
    return workspace.id, changes


def _said(fault: ErrorDetails) -> str:
    if fault["type"] in ("less_than", "less_than_equal") and 1 in fault["ctx"].values():
        return f"{fault['msg']}: it is a share, 0.8 for 80 %"
    if fault["type"] == "extra_forbidden" and (near := get_close_matches(str(fault["loc"][-1]), _fields(fault), n=1)):
        return f"{fault['msg']}: did you mean {near[0]!r}?"
    return SHAPES.get(fault["type"], fault["msg"])


def _fields(fault: ErrorDetails) -> Sequence[str]:
    """Returns the fields that there are where one is too many: of the file, its workspace or a resource."""
    match fault["loc"]:
        case (_,):
            return list(WorkspaceFile.model_fields)
        case ("workspace", _):
            return list(WorkspaceSpec.model_fields)
        case (section, int(), _):
            return next((list(each.spec.model_fields) for each in KINDS.values() if each.plural == section), [])
        case _:
            return []


def _repeated(path: Path, tree: Any, document: WorkspaceFile) -> list[str]:
    faults = []
    for kind, each in KINDS.items():
        plural = each.plural
        names = [spec.name for spec in getattr(document, plural)]
        repeated = {name for name, count in Counter(names).items() if count > 1}
        for number, name in enumerate(names):
            if name in repeated and name in names[:number]:
                faults.append(
                    _fault(
                        path,
                        tree,
                        (plural, number, "name"),
                        f"there are two {plural} named {name!r}: {kind} names are unique",
                    )
                )
    return faults


def _dangling(path: Path, tree: Any, document: WorkspaceFile) -> list[str]:
    by_kind = {**sections(document), "workspace": [document.workspace]}
    specs = by_name(by_kind)
    faults = [*check(specs), *faults_of(specs)]
    return [_fault(path, tree, (*_section(by_kind, fault), *fault.path), fault.problem) for fault in faults]


def _section(by_kind: Mapping[str, Sequence[Spec]], fault: Fault) -> tuple[str | int, ...]:
    if fault.kind == "workspace":
        return ("workspace",)
    return KINDS[fault.kind].plural, _position(by_kind[fault.kind], fault.name)


def _position(specs: Sequence[Spec], name: str) -> int:
    return next(number for number, spec in enumerate(specs) if spec.name == name)  # type: ignore[attr-defined]


def _fault(path: Path, tree: Any, where: Sequence[str | int], problem: str) -> str:
    return f"{path}:{_line(tree, where)}: {'.'.join(map(str, where))}: {problem.removeprefix('Value error, ')}"


def _line(tree: Any, where: Sequence[str | int]) -> int:
    """Returns the line of the deepest part of the path that the file has."""
    line = 1
    node: Any = tree
    for step in where:
        try:
            lines: Any = node.lc
            known = lines.key(step) if isinstance(step, str) else lines.item(step)
            line, node = known[0] + 1, node[step]
        except (KeyError, IndexError, TypeError, AttributeError):
            break
    return line
