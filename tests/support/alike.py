"""Workspaces that are alike: the first two of a document are made by `apply` and learn what it teaches; those after them
are given the rows that the second had then, with a name, ids and times of their own: half the work.
"""

import json
import re
from asyncio import Event
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.access.keys import Scope, make_key
from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.configuration import workspace_file
from mci_router.ids import id_with
from mci_router.learning.readiness import Loaded
from mci_router.routing.policy.place_rules import place_rules
from mci_router.specs import WorkspaceFile
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import Trust

APPLIED = ("workspaces", "resources", "article_versions", "knowledge_entries")
"""What `apply` writes, each table after those that it refers to."""

LEARNT = ("triage_models", "triage_holdout")
"""What the workspace has learnt once its models are ready."""

SETTLED = "replanning"
"""What its loop has written a few seconds later, where nothing has come to the workspace: it need not."""

ID = re.compile(r"\b([a-z]{3})_[0-9a-f]{32}\b")
NAME, NOW = "@name", "@now"
OWN = re.compile(r'(\b[a-z]{3}_[0-9a-f]{32}\b|"@name"|@now)')
"""What each workspace has of its own."""


@dataclass(frozen=True)
class Known:
    """A workspace: its rows by table, as JSON that is cut at its ids, names and times, and what was loaded of it.

    The model's file is most of it, and has none of them.
    """

    workspace: str
    ids: list[str]  # in the order in which they were made
    parts: list[str]
    loaded: Loaded


class Alike:
    """Makes workspaces, and remembers those whose documents come again."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._made = Counter[str]()
        self._known: dict[str, Known] = {}

    async def workspace(self, document: dict[str, Any]) -> tuple[str, str]:
        """Returns the id of a workspace as the document says, whose models are ready, and a key that may do all."""
        likeness = _likeness(document)
        self._made[likeness] += 1
        known, rows = self._known.get(likeness), ""
        async with self._parts.database.transaction() as session:
            if known:
                workspace = await _given(session, known, document["workspace"]["name"])
            else:
                workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(document))
                rows = await _rows(session, workspace, APPLIED) if self._made[likeness] > 1 else ""
            _, key = await make_key(session, workspace, "test", list(Scope), Trust.VERIFIED)
        snapshot = await self._parts.snapshots.get(workspace)
        if known:
            self._parts.models._by_workspace[workspace] = _loaded(known, snapshot.revision)
        else:
            await self._parts.models.ready(workspace)
        if rows:
            await self._remember(likeness, workspace, rows)
        return workspace, key

    async def _remember(self, likeness: str, workspace: str, applied: str) -> None:
        async with self._parts.database.transaction() as session:
            learnt = await _rows(session, workspace, LEARNT)
        of_each = json.loads(applied) | json.loads(learnt)
        rows = {table: [_timeless(row) for row in of_it] for table, of_it in of_each.items()}
        (itself,) = rows["workspaces"]
        itself["name"] = itself["spec"]["name"] = NAME
        snapshot = await self._parts.snapshots.get(workspace)
        rows[SETTLED] = [_settled(snapshot)]
        told = json.dumps(rows)
        ids = sorted({found[0] for found in ID.finditer(told)})
        loaded = replace(self._parts.models._by_workspace[workspace])  # that one changes, and is emptied as it goes
        self._known[likeness] = Known(workspace, ids, OWN.split(told), loaded)


def _likeness(document: dict[str, Any]) -> str:
    return json.dumps({**document, "workspace": {**document["workspace"], "name": NAME}}, default=str)


def _timeless(row: dict[str, Any]) -> dict[str, Any]:
    return {name: NOW if value and (name == "at" or name.endswith("_at")) else value for name, value in row.items()}


async def _rows(session: AsyncSession, workspace: str, tables: tuple[str, ...]) -> str:
    await session.flush()
    column = {"workspaces": "id"}
    each = [
        f"'{table}', (SELECT coalesce(jsonb_agg(to_jsonb(t)), '[]') FROM {table} t"
        f" WHERE {column.get(table, 'workspace_id')} = :id)"
        for table in tables
    ]
    query = text(f"SELECT CAST(jsonb_build_object({', '.join(each)}) AS text)")
    return str(await session.scalar(query, {"id": workspace}))


def _settled(snapshot: Snapshot) -> dict[str, Any]:
    done = {"revision": snapshot.revision, "done": snapshot.revision, "changed": [], "replaced": {}}
    return {"workspace_id": snapshot.workspace_id, "rules": place_rules(snapshot)} | done


async def _given(session: AsyncSession, known: Known, name: str) -> str:
    """Writes the rows of a workspace for another one. Returns its id."""
    fresh = {old: id_with(old[:3]) for old in known.ids}  # in the same order
    own = fresh | {f'"{NAME}"': json.dumps(name), NOW: utc_now().isoformat()}
    rows = "".join(own.get(part, part) for part in known.parts)
    writes = [
        f"{table}_written AS (INSERT INTO {table} SELECT each.* FROM given,"
        f" jsonb_populate_recordset(CAST(NULL AS {table}), given.rows -> '{table}') AS each)"
        for table in (*APPLIED, *LEARNT, SETTLED)
    ]
    given = "given AS MATERIALIZED (SELECT CAST(:rows AS jsonb) AS rows)"
    await session.execute(text(f"WITH {', '.join([given, *writes])} SELECT 1"), {"rows": rows})
    return fresh[known.workspace]


def _loaded(known: Known, revision: int) -> Loaded:
    """What this process would have of the workspace, had it looked: the first two of a document show that it does."""
    loaded = replace(known.loaded, revision=revision, work=None, looked=Event())
    loaded.looked.set()
    return loaded
