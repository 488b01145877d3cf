"""Kinds of resources stand in one list: these tests say what else a new one needs."""

import re
from typing import Any, get_args

from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.ids import NOUNS
from mci_router.specs import KINDS, WorkspaceFile
from tests.support.contract import openapi_document
from tests.support.documents import small
from tests.support.rows import every
from tests.support.service import Workspace

PATHS = openapi_document()["paths"]


def test_a_workspace_file_has_a_list_for_each_kind() -> None:
    """By its plural, and no other list: what can be configured by one door can be by the other."""
    besides = ("workspace", "replaced_skills")
    lists = {
        name: get_args(field.annotation) for name, field in WorkspaceFile.model_fields.items() if name not in besides
    }
    assert lists == {kind.plural: (kind.spec,) for kind in KINDS.values()}


def test_every_kind_has_ids_of_its_own() -> None:
    """No prefix means two things, and each is three letters, as cursors are read."""
    prefixes = [*NOUNS.values(), *(kind.prefix for kind in KINDS.values())]
    assert len(prefixes) == len(set(prefixes))
    assert all(re.fullmatch("[a-z]{3}", prefix) for prefix in prefixes)


@every("kind", KINDS)
def test_every_kind_has_the_same_routes(kind: str) -> None:
    """Listed, read, put, patched and deleted, by one parameter name."""
    plural = KINDS[kind].plural
    assert f"list_{plural}" == PATHS[f"/v1/{plural}"]["get"]["operationId"]
    one = PATHS[f"/v1/{plural}/{{reference}}"]
    assert {f"{method}_{kind}" for method in ("get", "put", "patch", "delete")} <= {
        operation["operationId"] for operation in one.values() if isinstance(operation, dict)
    }


async def test_the_ledger_takes_every_kind_and_no_other(workspace: Workspace) -> None:
    """A new kind needs a migration of the check `ck_resources_kind`."""
    async with workspace.database.transaction() as session:
        check = await session.scalar(
            text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_resources_kind'")
        )
    assert set(re.findall(r"'(\w+)'", check or "")) == set(KINDS)


async def test_a_snapshot_has_the_resources_of_every_kind(make: Any, service: tuple[str, Parts]) -> None:
    """By their specification: a new kind needs no place of its own there to be decided by."""
    document = small(
        escalations=[{"name": "P1", "queue": "desk"}],
        policies=[{"name": "low_volume_low_touch", "ladder": [{"outcome": "agent"}]}],
        rules=[{"name": "sues", "title": "Sues", "effect": "person", "patterns": ["lawyer"]}],
        adapters=[{"name": "widget", "title": "The widget", "channels": ["chat"]}],
    )
    workspace = await make(document)
    snapshot = await service[1].snapshots.get(workspace.id)
    for kind in KINDS.values():
        assert {one["name"] for one in document.get(kind.plural, ())} <= set(snapshot.of(kind.spec)), kind.plural
