"""What answered posts cost contacts, and how long the search takes: `python -m benchmarks.answered_posts`.

Bursts of contacts that a person serves, that an article answers, and that come to the community, are taken in with the
search and without it, in turn; the ratio is of the CPU time of Python and of PostgreSQL a contact. Then searches among
`--posts` answered posts: median and 95th percentile in ms, by the clock, with no deadline.
"""

import argparse
import asyncio
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.accepting import DOCUMENT, Undispatched, arrival, burst
from benchmarks.answers import said
from mci_router.cli.migrate import migrate
from mci_router.configuration import workspace_file
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.embedded import Servers, running
from mci_router.knowledge import entries
from mci_router.knowledge.answered import AnsweredSearch, Question
from mci_router.lifecycle.answers.answered import AnsweredPosts
from mci_router.lifecycle.delivery import Delivery
from mci_router.lifecycle.ending import Endings
from mci_router.lifecycle.passing_on.called_again import CalledAgain
from mci_router.lifecycle.rebuilding import Rebuilding
from mci_router.routing.engine import Engine
from mci_router.routing.engine.live_settings import EngineTimes
from mci_router.specs import WorkspaceFile
from mci_router.triage.reading import hear
from mci_router.vocabulary import AnswerKind, Channel

TOPICS = {"a person": "billing", "an article": "hours", "the community": "parcels"}
POSTS = """
INSERT INTO posts (id, workspace_id, contact_id, topic, title, body, status)
SELECT id, :workspace, :contact, 'parcels', title, asked, 'answered'
FROM jsonb_to_recordset(CAST(:posts AS jsonb)) AS p(id text, title text, asked text)
"""


def document() -> dict[str, Any]:
    made = deepcopy(DOCUMENT)
    made["topics"].append({"name": "parcels", "title": "Parcels", "examples": ["where is my parcel"]})
    return made


async def fill(database: Database, workspace: str, contact: str, number: int) -> None:
    """Makes so many answered posts, all of the first contact."""
    made = [{"id": f"pst_{n}", "title": said(6), "asked": said(25), "body": said(60)} for n in range(number)]
    shared = {"topic": "parcels", "language": "en", "audience": "public"}
    rows = [{"ref": one["id"], "post_id": one["id"], **shared, **one} for one in made]
    async with database.transaction() as session:
        given = {"workspace": workspace, "contact": contact, "posts": json.dumps(made)}
        await session.execute(text(POSTS), given)
        await entries.put(session, workspace, AnswerKind.POST, rows)


async def measure(servers: Servers, options: argparse.Namespace) -> None:
    """Prints both tables."""
    database = Database(servers.database_url, pool_size=4, timeout_s=30)
    engine = Engine(servers.redis_url, timeout_s=30, lease_s=15)
    snapshots = Snapshots(database, engine, EngineTimes(reoffer_s=30, grace_s=60, short_abandon_s=5))
    engine.build = Rebuilding(database, engine, snapshots).missing
    postmaster = int((servers.postgres.folder / "postmaster.pid").read_text().split()[0])
    try:
        await engine.load()
        async with database.transaction() as session:
            workspace, _ = await workspace_file.apply(session, WorkspaceFile.model_validate(document()))
        await engine.ensure_built(workspace)
        snapshot = await snapshots.get(workspace)
        dispatch: Any = Undispatched()
        called_again = CalledAgain(database, Endings(database, engine, snapshots, dispatch))
        without, having = (
            Delivery(database, engine, dispatch, AnsweredPosts(search), called_again, batch_limit=256)
            for search in (AnsweredSearch(database, 0.0), AnsweredSearch(database, 1.0))
        )
        first = arrival(snapshot, 1)
        await without.accept(first)
        await fill(database, workspace, first.id, options.posts)
        async with database.engine.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("VACUUM ANALYZE knowledge_entries, posts"))
        for served, topic in TOPICS.items():
            spent: dict[Delivery, list[tuple[float, float, float]]] = {without: [], having: []}
            for _ in range(options.rounds):
                for delivery in spent:
                    contacts = [_of(arrival(snapshot, 1), topic) for _ in range(options.contacts)]
                    spent[delivery].append(await burst(delivery, contacts, 32, postmaster))
            _say(served, spent[without][1:], spent[having][1:])
        await _searches(database, workspace)
    finally:
        await engine.close()
        await database.close()


def _of(contact: Any, topic: str) -> Any:
    words = said(12)
    return replace(contact, named=topic, text=words, words=hear(None, words, Channel.CHAT))


def _say(served: str, without: Sequence[tuple[float, ...]], having: Sequence[tuple[float, ...]]) -> None:
    before, after = ([statistics.median(one[part] for one in some) for part in (0, 1)] for some in (without, having))
    ratios = " ".join(
        f"{name} {old:.0f} → {new:.0f} µs ({new / old:.3f} ×)"
        for name, old, new in zip(("Python", "PostgreSQL"), before, after, strict=True)
    )
    print(f"{served:14} {ratios}")


async def _searches(database: Database, workspace: str) -> None:
    search, took = AnsweredSearch(database, 1.0), []
    for _ in range(60):
        question = Question(workspace, said(12), "en", "parcels")
        began = time.perf_counter()
        await search.find(question)
        took.append((time.perf_counter() - began) * 1000)
    ordered = sorted(took[10:])
    print(f"a search: median {statistics.median(ordered):.1f} ms, 95th percentile {ordered[-3]:.1f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--posts", type=int, default=20_000)
    parser.add_argument("--contacts", type=int, default=320, help="a burst")
    parser.add_argument("--rounds", type=int, default=7)
    with tempfile.TemporaryDirectory(prefix="mci-bench-") as directory:
        os.chmod(directory, 0o755)  # noqa: S103 — PostgreSQL runs as another user
        with running(Path(directory)) as servers:
            migrate(servers.database_url)
            asyncio.run(measure(servers, parser.parse_args()))
