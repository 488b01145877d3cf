"""Entries of the search: written in the transaction of what they are made of, so that neither is without the other."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.knowledge.stems import stems_of
from mci_router.vocabulary import AnswerKind, ArticleState, Audience

BATCH = 500

_FIELDS = "ref, post_id, topic, queue, language, title, body, shortcut, audience, valid_from, valid_until"
PUT = text(f"""
INSERT INTO knowledge_entries (workspace_id, kind, {_FIELDS}, words)
SELECT :workspace, :kind, {_FIELDS},
  array_to_tsvector(ARRAY[CAST(:workspace AS text)]) || setweight(to_tsvector(CAST(stems AS regconfig), title), 'A')
  || to_tsvector(CAST(stems AS regconfig), asked || ' ' || body)
FROM jsonb_to_recordset(CAST(:entries AS jsonb)) AS e(ref text, post_id text, topic text, queue text, language text,
  title text, body text, shortcut text, audience text, valid_from timestamptz, valid_until timestamptz, asked text,
  stems text)
ON CONFLICT (workspace_id, kind, ref) DO UPDATE SET topic = excluded.topic, queue = excluded.queue,
  language = excluded.language, title = excluded.title, body = excluded.body, shortcut = excluded.shortcut,
  audience = excluded.audience, valid_from = excluded.valid_from, valid_until = excluded.valid_until,
  words = excluded.words
""")  # noqa: S608 — columns of this file
DROP = text("DELETE FROM knowledge_entries WHERE workspace_id = :workspace AND kind = :kind AND ref = ANY(:refs)")
CLEAR = text("DELETE FROM knowledge_entries WHERE workspace_id = :workspace AND kind = :kind")

Facts = Mapping[str, Any]


def article_entry(spec: Facts) -> dict[str, Any] | None:
    """Returns the entry of an article's specification; None for a draft."""
    if spec.get("state", ArticleState.PUBLISHED) == ArticleState.DRAFT:
        return None
    shown = {name: spec.get(name) for name in ("topic", "language", "title", "body", "valid_from", "valid_until")}
    return {"ref": spec["name"], "audience": spec.get("audience", Audience.PUBLIC), **shown}


def canned_entry(spec: Facts) -> dict[str, Any]:
    """Returns the entry of a canned answer's specification."""
    shown = {name: spec.get(name) for name in ("topic", "queue", "language", "title", "shortcut", "audience")}
    return {"ref": spec["name"], "body": spec["text"], **shown}


OF_RESOURCES = {"article": (AnswerKind.ARTICLE, article_entry), "canned_answer": (AnswerKind.CANNED, canned_entry)}
"""By kind of resource: what it is as an answer, and its entry."""


async def follow(session: AsyncSession, workspace: str, kind: str, specs: Mapping[str, Facts | None]) -> None:
    """Writes the entries of resources that have changed, by name; None for one that is gone."""
    if kind not in OF_RESOURCES or not specs:
        return
    answer, entry_of = OF_RESOURCES[kind]
    entries = {name: entry_of(spec) if spec is not None else None for name, spec in specs.items()}
    await put(session, workspace, answer, [entry for entry in entries.values() if entry])
    await drop(session, workspace, answer, [name for name, entry in entries.items() if entry is None])


async def put(session: AsyncSession, workspace: str, kind: AnswerKind, entries: Sequence[Facts]) -> None:
    """Writes entries. `asked` is searched, too, and not shown."""
    for start in range(0, len(entries), BATCH):
        some = [_complete(entry) for entry in entries[start : start + BATCH]]
        await session.execute(PUT, {"workspace": workspace, "kind": kind, "entries": json.dumps(some)})


async def drop(session: AsyncSession, workspace: str, kind: AnswerKind, refs: Iterable[str]) -> None:
    """Removes entries. Idempotent."""
    if gone := list(refs):
        await session.execute(DROP, {"workspace": workspace, "kind": kind, "refs": gone})


async def clear(session: AsyncSession, workspace: str, kind: AnswerKind) -> None:
    """Removes all entries of a kind."""
    await session.execute(CLEAR, {"workspace": workspace, "kind": kind})


def _complete(entry: Facts) -> dict[str, Any]:
    return {"asked": "", **entry, "stems": stems_of(entry.get("language"))}
