"""How long searches among tens of thousands of written answers take: `python -m benchmarks.answers [--answers 20000]`.

Words follow Zipf's law, without the commonest, which dictionaries leave out. Prints the median and the 95th percentile
of each kind of search, in ms, in a workspace beside another one of the same size.
"""

import argparse
import asyncio
import os
import random
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from sqlalchemy import text

from mci_router.cli.migrate import migrate
from mci_router.database import Database
from mci_router.embedded import running
from mci_router.knowledge import entries
from mci_router.knowledge.search import Asking, Search
from mci_router.vocabulary import AnswerKind, Audience

TIMES, TOPICS = 40, 200
DRAWN = random.Random(3)
WORDS = ["".join(DRAWN.choices("abcdefghijklmnoprstuvw", k=DRAWN.randint(4, 10))) for _ in range(8_000)]
WEIGHTS = [1 / (place + 60) for place in range(len(WORDS))]


def said(words: int) -> str:
    return " ".join(DRAWN.choices(WORDS, WEIGHTS, k=words))


async def fill(database: Database, workspace: str, answers: int) -> None:
    """Makes a workspace with so many articles of 150 words."""
    made: list[dict[str, Any]] = [
        {
            "ref": f"a{n}",
            "topic": f"t{n % TOPICS}",
            "language": "de" if n % 3 else "en",
            "title": said(5),
            "body": said(150),
        }
        for n in range(answers)
    ]
    async with database.transaction() as session:
        await session.execute(
            text("INSERT INTO workspaces (id, name, spec, revision) VALUES (:id, :id, '{}', 1)"), {"id": workspace}
        )
        await entries.put(session, workspace, AnswerKind.ARTICLE, [{**one, "audience": "public"} for one in made])


async def measure(name: str, search: Callable[[], Awaitable[Any]]) -> None:
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        await search()
        took.append((time.perf_counter() - began) * 1000)
    took.sort()
    print(f"{name:<28} median {took[TIMES // 2]:6.1f} ms, p95 {took[int(TIMES * 0.95)]:6.1f} ms")


async def run(url: str, answers: int) -> None:
    database = Database(url, pool_size=2, timeout_s=120)
    for workspace in ("wsp_one", "wsp_other"):
        await fill(database, workspace, answers)
    async with database.transaction() as session:
        await session.execute(text("ANALYZE knowledge_entries"))
    search, asking = Search(database), Asking("wsp_one", Audience.AGENTS, ["de"], topic="t3")
    await measure("two words", lambda: search.find(asking, said(2)))
    await measure("one common word", lambda: search.find(asking, WORDS[0]))
    await measure("one misspelt word", lambda: search.find(asking, DRAWN.choice(WORDS)[:-2] + "xq"))
    await measure("suggestions for 40 words", lambda: search.suggest(asking, said(40)))
    await database.close()


def main() -> None:
    """Runs on servers of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=20_000, help="of each of the two workspaces")
    answers = parser.parse_args().answers
    with tempfile.TemporaryDirectory(prefix="mci-answers-") as directory:
        os.chmod(directory, 0o755)  # noqa: S103 — PostgreSQL runs as another user
        with running(Path(directory), durable=False) as servers:
            migrate(servers.database_url)
            asyncio.run(run(servers.database_url, answers))


if __name__ == "__main__":
    main()
