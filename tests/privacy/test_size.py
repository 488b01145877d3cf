"""A customer of any size: what parts the person takes as much as for one who has said nothing, and each step some rows."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import TextClause, event, text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.privacy import board, emptying, leaving, models, parting, steps
from tests.privacy.test_races import POSTS, WHY, known
from tests.support.canaries import in_ledger
from tests.support.service import Workspace, eventually

MANY = 5_000
SOME = 500
CASES = text(
    """
    INSERT INTO cases SELECT r.* FROM cases c, generate_series(1, :cases) AS n, jsonb_populate_record(c,
      jsonb_build_object('id', c.id || '_' || n, 'reference', 'X' || n, 'topic', '')) AS r WHERE c.customer_id = :customer
    """
)
CONTACTS = text(
    """
    INSERT INTO contacts SELECT r.* FROM contacts c, generate_series(1, :contacts) AS n, jsonb_populate_record(c,
      jsonb_build_object('id', c.id || '_' || n, 'case_id', c.case_id || '_' || 1 + n % :cases)) AS r
    WHERE c.customer_id = :customer AND strpos(substr(c.id, 5), '_') = 0
    """
)
FILES = text(
    """
    INSERT INTO attachments (id, workspace_id, state, uploaded_by, name, key, content_type, sha256, bytes, next_at)
    SELECT 'att_' || n, :workspace, 'clean', 'customer:' || CAST(:customer AS text), 'zqxfile', 'k', 'text/plain', 's',
      1, 'infinity' FROM generate_series(1, :files) AS n
    """
)
ROOMS = (parting, leaving, emptying, steps, board, models)
WHOLE = re.compile(r"Seq Scan on (\w+)")
OF_FEW_ROWS = {"unannounced_messages", "webhooks", "knowledge_gaps", "community_news"}
CHANGED = text(
    "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_xact_user_tables WHERE relname <> 'erasures'"
)


async def grow(session: AsyncSession, customer: str, contacts: int, cases: int) -> None:
    """Gives a customer as many ended contacts more as its first, which is the only one."""
    await session.execute(CASES, {"customer": customer, "cases": cases})
    await session.execute(CONTACTS, {"customer": customer, "contacts": contacts, "cases": cases})


@asynccontextmanager
async def counted(session: AsyncSession) -> AsyncIterator[list[str]]:
    """The statements that a session sends meanwhile."""
    statements: list[str] = []

    def note(*told: Any) -> None:
        statements.append(told[2])

    connection = (await session.connection()).sync_connection
    event.listen(connection, "before_cursor_execute", note)
    yield statements
    event.remove(connection, "before_cursor_execute", note)


async def parted(session: AsyncSession, workspace: Workspace, parts: Parts, customer: str) -> tuple[int, int]:
    """How many statements, and how many rows they change, part a person from what it has said; then that is undone."""
    undone = await session.begin_nested()
    before = int(await session.scalar(CHANGED))
    async with counted(session) as statements:
        await parting.part(session, workspace.id, customer, "key:1", parts.fingerprints)
    changed = int(await session.scalar(CHANGED)) - before
    await undone.rollback()
    return len(statements), changed


async def test_parting_takes_the_same_however_much_the_person_has_said(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """It locks the person's row, for which intake waits: five thousand contacts add neither a statement nor a row."""
    customer = await known(workspace)
    async with workspace.ledger() as session:
        small = await parted(session, workspace, service[1], customer)
        await grow(session, customer, MANY, 50)
        assert await parted(session, workspace, service[1], customer) == small
        await session.rollback()
    assert small[0] < 20
    assert small[1] < 10


async def test_what_is_more_than_a_step_takes_is_all_erased(
    workspace: Workspace, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Contacts, cases, posts, files, events and keys beyond what one transaction takes; no step takes more."""
    for room, name, most in (
        (leaving, "AT_ONCE", 60),
        (steps, "UNSENT_AT_ONCE", 20),
        (steps, "SERVED_AT_ONCE", 60),
        (emptying, "KEYS_AT_ONCE", 1),
        (emptying, "MESSAGES_AT_ONCE", 2),
    ):
        monkeypatch.setattr(room, name, most)
    customer = await known(workspace, "zqxtext hello", name="Zqxname", email="zqxmail@example.com")
    for number in range(3):
        other = {"text": "hello", "channel": "chat", "customer": {"email": f"o{number}@example.com"}}
        posted = await workspace.api.post("/v1/contacts", json=other, headers={"Idempotency-Key": f"other {number}"})
        assert posted.status_code == 201
    async with workspace.ledger() as session:
        await grow(session, customer, SOME, 140)
        await session.execute(POSTS, {"customer": customer, "posts": 120})
        await session.execute(FILES, {"customer": customer, "files": 50, "workspace": workspace.id})
    words = ["zqxtext", "zqxname", "zqxmail", "zqxpost", customer]
    assert {one.rpartition(" ")[2] for one in await in_ledger(workspace, words)} == set(words)
    answer = await workspace.api.post(f"/v1/customers/{customer}/erase", json=WHY)
    assert answer.json()["state"] == "erased", answer.text
    assert await in_ledger(workspace, words[:-1]) == []
    async with workspace.ledger() as session:
        contacts, files, keys = [
            await session.scalar(text(query), {"left": answer.json()["left_id"], "w": workspace.id})
            for query in (
                "SELECT count(*) FROM contacts WHERE customer_id = :left",
                "SELECT count(*) FROM attachments WHERE workspace_id = :w AND state <> 'removing'",
                "SELECT count(*) FROM idempotency_keys WHERE workspace_id = :w",
            )
        ]
    assert (contacts, files, keys) == (SOME + 1, 0, 3)

    async def no_files() -> bool:
        """What is being removed names who has uploaded it until it is gone."""
        async with workspace.ledger() as session:
            query = text("SELECT count(*) FROM attachments WHERE workspace_id = :w")
            return not await session.scalar(query, {"w": workspace.id})

    await eventually(no_files)
    named = {one.partition(".")[0] for one in await in_ledger(workspace, [customer])}
    assert {one for one in named if not one.startswith("events")} <= {"erasures", "customer_sessions_ended", "audit"}


async def test_each_step_finds_its_rows_by_an_index(workspace: Workspace) -> None:
    """Where it had to read a table whole, it would take the longer the more others have said."""
    given: dict[str, Any] = {
        **{name: ["a"] for name in ("customers", "contacts", "cases", "ids", "runs", "words", "dispositions")},
        **{name: ["a"] for name in ("owners", "texts", "references")},
        "workspace": workspace.id,
        "customer": "a",
        "left": "a",
        "after": "",
        "of": "",
        "why": "erased",
        "most": 1,
        **{name: utc_now() for name in ("now", "since", "until")},
        "times": [utc_now()],
    }
    statements = [
        *(one for room in ROOMS for one in vars(room).values() if isinstance(one, TextClause)),
        *emptying.OF_CONTACTS,
        *emptying.OF_CASES,
        *emptying.OF_RUNS,
    ]
    assert len(statements) > 40
    whole = set()
    async with workspace.ledger() as session:
        await session.execute(text("SET LOCAL enable_seqscan = off"))
        for statement in statements:
            plan = await session.execute(text(f"EXPLAIN {statement.text}"), given)
            whole |= {(found[1], statement.text) for line in plan.scalars() if (found := WHOLE.search(line))}
    assert {table for table, _ in whole} <= OF_FEW_ROWS, whole
