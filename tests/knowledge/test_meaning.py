"""Written answers found by their meaning: with a real encoder, with and without pgvector in the ledger."""

import logging
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sqlalchemy import text
from sqlalchemy.engine import make_url

from mci_router.classifier.encoder import Encoder, load_encoder
from mci_router.database import Database
from mci_router.embedded import Servers
from mci_router.knowledge.article_vectors import ArticleVectors
from mci_router.knowledge.nearest import Nearest
from mci_router.knowledge.pgvector import Pgvector, index_name
from mci_router.knowledge.search import Asking, Search
from mci_router.knowledge.sentence_encoder import VectorsInTime
from mci_router.knowledge.vectors import Vectors
from mci_router.specs.answers import by_topic
from mci_router.specs.articles import ArticleSpec
from mci_router.vocabulary import Audience
from tests.support.documents import small
from tests.support.ledgers import MIGRATED
from tests.support.minilm import MINILM
from tests.support.service import Workspace
from tests.test_migrations import empty_database

Make = Callable[..., Awaitable[Workspace]]

STOLEN = {"name": "stolen", "topic": "card_fraud", "title": "Stolen card", "body": "Block it in the app."}
FEES = {"name": "fees", "topic": "how_to", "title": "Fees on your bill", "body": "Fees are listed on page two."}
THIEF = "a thief has my bank's plastic"


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The encoder of the wheel that the development environment has."""
    found = load_encoder(**MINILM)
    assert found is not None
    return found


@dataclass
class Meant:
    """A search with an encoder, and what makes its vectors."""

    search: Search
    vectors: Vectors
    pgvector: Pgvector

    @staticmethod
    def of(database: Database, encoder: Encoder) -> "Meant":
        pgvector = Pgvector(database)
        nearest = Nearest(database, encoder, pgvector)
        return Meant(Search(database, nearest), Vectors(database, encoder, pgvector, nearest), pgvector)

    async def names(self, workspace: str, asked: str, **more: Any) -> list[str]:
        return [one.ref for one in await self.search.find(Asking(workspace, Audience.PUBLIC, ["en"], **more), asked)]


async def test_what_means_the_same_is_found(make: Make, encoder: Encoder) -> None:
    """Without a word in common; nothing by what has no meaning here, nothing of others, and no vector of an old text or
    of another encoder counts.
    """
    workspace, other = await make(small(articles=[STOLEN, FEES])), await make(small(articles=[]))
    meant, ours = Meant.of(workspace.database, encoder), workspace.id
    assert await meant.names(ours, THIEF) == []
    await meant.vectors.turn()
    assert await meant.names(ours, THIEF) == ["stolen"]
    assert set(await meant.names(ours, "fees of a thief with my bank card")) >= {"fees", "stolen"}
    assert await meant.names(ours, "recipe for pancakes") == []
    assert await meant.names(other.id, THIEF) == []
    suggested = await meant.search.suggest(Asking(ours, Audience.AGENTS, ["en"], topic="card_fraud"), THIEF)
    assert [one.ref for one in suggested][:1] == ["stolen"]

    await workspace.api.patch("/v1/articles/stolen", json={"title": "Opening hours", "body": "We open at nine."})
    assert await meant.names(ours, THIEF) == []
    assert await meant.names(ours, "opening hours") == ["stolen"]
    await meant.vectors.turn()
    assert await meant.names(ours, "when can I visit your branch in the morning") == ["stolen"]

    async with workspace.database.transaction() as session:
        await session.execute(
            text("UPDATE knowledge_vectors SET encoder = 'another' WHERE workspace_id = :id"), {"id": ours}
        )
    assert await meant.names(ours, "when can I visit your branch in the morning") == []
    await workspace.api.delete("/v1/articles/stolen")
    left = await workspace.database.read("SELECT ref FROM knowledge_vectors WHERE workspace_id = $1", ours)
    assert [row["ref"] for row in left] == ["fees"]
    await meant.vectors.close()


async def test_the_index_is_made_and_goes_with_its_encoder(make: Make, encoder: Encoder) -> None:
    """One that a process has left half made is made again; vectors that nobody has used for a week are removed."""
    workspace = await make(small(articles=[FEES]))
    database, meant = workspace.database, Meant.of(workspace.database, encoder)
    await meant.vectors.turn()
    name = index_name(encoder.sha256)
    valid = f"SELECT indisvalid FROM pg_index WHERE indexrelid = '{name}'::regclass"
    assert await database.look(valid) == (True,)
    async with database.transaction() as session:
        await session.execute(
            text("UPDATE pg_index SET indisvalid = false WHERE indexrelid = CAST(:name AS regclass)"), {"name": name}
        )
    await meant.pgvector.prepare(encoder.sha256, 384)
    assert await database.look(valid) == (True,)

    old = "e" * 64
    await meant.pgvector.prepare(old, 384)
    async with database.transaction() as session:
        await session.execute(
            text(
                "INSERT INTO knowledge_vectors SELECT workspace_id, kind, ref, :old, seen, vector, now() - "
                "interval '8 days' FROM knowledge_vectors WHERE workspace_id = :id"
            ),
            {"old": old, "id": workspace.id},
        )
    await meant.vectors.forget()
    left = await database.read("SELECT DISTINCT encoder FROM knowledge_vectors WHERE workspace_id = $1", workspace.id)
    assert [row["encoder"] for row in left] == [encoder.sha256]
    assert await database.look(f"SELECT to_regclass('{index_name(old)}'), to_regclass('{name}') IS NOT NULL") == (
        None,
        True,
    )
    await meant.vectors.close()


async def test_articles_have_their_vectors_beside_the_snapshot(make: Make, encoder: Encoder) -> None:
    """By the text that they have: a changed one has none, and where there is no encoder there is none."""
    workspace = await make(small(articles=[STOLEN, FEES]))
    meant, articles = (
        Meant.of(workspace.database, encoder),
        ArticleVectors(workspace.database, encoder, list),
    )
    await meant.vectors.turn()
    await articles.refresh()
    changed = {**FEES, "name": "changed", "body": "Another text."}
    specs = [ArticleSpec.model_validate({**one, "topic": "how_to"}) for one in (STOLEN, FEES, changed)]
    (kept,) = by_topic(specs).values()
    said = encoder.embed([THIEF])[0].astype(np.float32)
    near = articles.nearness(kept, said)
    assert near.keys() == {"stolen", "fees"}
    assert near["stolen"] > near["fees"] + 0.2
    assert articles.nearness(kept[:1], said) == {}
    assert articles.nearness(kept, None) == {}
    without = ArticleVectors(workspace.database, None, list)
    await without.refresh()
    assert without.nearness(kept, said) == {}
    await meant.vectors.close()


class Slow:
    """An encoder that does not come to an end before it is told to."""

    sha256 = "0" * 64

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        self.go_on.wait(20)
        return np.ones((len(texts), 1))


async def test_a_search_goes_on_without_a_vector_that_is_late(caplog: pytest.LogCaptureFixture) -> None:
    """It says so once, and goes by meaning again as soon as that is quick."""
    slow = Slow()
    vectors = VectorsInTime(slow, patience_s=0.01)
    assert [await vectors.of("hello") for _ in range(10)] == [None] * 10
    assert len([one for one in caplog.records if "searches go without vectors" in one.getMessage()]) == 1
    slow.go_on.set()
    patient = VectorsInTime(slow, patience_s=20)
    assert await patient.of("hello") == [1.0]
    vectors.close()
    patient.close()


async def test_without_the_extension_searches_go_by_words(
    servers: Servers, encoder: Encoder, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the role may not create it, the log says so once; vectors are made all the same, and as soon as an
    administrator has created it, searches find by meaning.
    """
    async with empty_database(servers, like=MIGRATED) as url:
        administrator = Database(url, pool_size=1, timeout_s=10)
        async with administrator.transaction() as session:
            for statement in (
                "DROP ROLE IF EXISTS plain",
                "CREATE ROLE plain LOGIN",
                "GRANT ALL ON ALL TABLES IN SCHEMA public TO plain",
                "ALTER TABLE knowledge_vectors OWNER TO plain",
                "GRANT CREATE ON SCHEMA public TO plain",
                "INSERT INTO workspaces (id, name, spec, revision) VALUES ('wsp_a', 'a', '{}', 1)",
                "INSERT INTO knowledge_entries (workspace_id, kind, ref, title, body, language, audience, words) "
                "VALUES ('wsp_a', 'article', 'stolen', 'Stolen card', 'Block it.', 'en', 'public', "
                "array_to_tsvector('{wsp_a,stolen,card}'::text[]))",
            ):
                await session.execute(text(statement))
        plain = make_url(url).set(username="plain").render_as_string(hide_password=False)
        database = Database(plain, pool_size=2, timeout_s=10)
        meant = Meant.of(database, encoder)
        with caplog.at_level(logging.WARNING):
            await meant.vectors.turn()
            await meant.vectors.turn()
            assert await meant.names("wsp_a", "stolen") == ["stolen"]
            assert await meant.names("wsp_a", THIEF) == []
        said = [one.getMessage() for one in caplog.records if "go by words alone" in one.getMessage()]
        assert len(said) == 1
        assert len(await database.read("SELECT 1 FROM knowledge_vectors")) == 1
        await administrator.alone("CREATE EXTENSION vector")
        meant.pgvector.gone()
        await meant.vectors.turn()
        assert await meant.names("wsp_a", THIEF) == ["stolen"]
        await meant.vectors.close()
        await database.close()
        await administrator.alone("DROP OWNED BY plain")
        await administrator.alone("DROP ROLE plain")
        await administrator.close()
