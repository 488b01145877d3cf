"""The article with which automation answers, and how surely it is the right one."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from mci_router.routing.policy.article_choice import choose_article, shares_of
from mci_router.routing.policy.routes import ArticleChoice, Facts
from mci_router.specs import ArticleSpec, QueueSpec, WorkspaceSpec
from mci_router.specs.ladders import DEFAULT_LADDERS
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import Channel

NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def article(name: str, **more: Any) -> ArticleSpec:
    return ArticleSpec.model_validate(
        {"name": name, "topic": "sign_in", "title": "Help", "body": "Some words.", **more}
    )


def snapshot(*articles: ArticleSpec) -> Snapshot:
    return Snapshot(
        workspace_id="wsp",
        revision=1,
        spec=WorkspaceSpec(name="acme", title="Acme"),
        skills={},
        queues={"rest": QueueSpec.model_validate({"name": "rest", "service_level": {"goal": 0.8, "target_s": 20}})},
        topics={},
        articles={one.name: one for one in articles},
        agents={},
        ladders=DEFAULT_LADDERS,
        escalations={},
        rules={},
        article_versions={one.name: number for number, one in enumerate(articles, 1)},
    )


def chosen(
    *articles: ArticleSpec, text: str = "I forgot my password", language: str | None = None, **near: float
) -> ArticleChoice | None:
    facts = Facts(Channel.CHAT, text, language, [], {})
    return choose_article(snapshot(*articles), "sign_in", replace(facts, nearness=near), NOW)


RESET, LOCKED = (
    article("reset", title="Password forgotten", body="Choose a new one."),
    article("locked", title="Account locked", body="After five attempts wait an hour."),
)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("I forgot my password", "reset"),
        ("my pasword is forgoten", "reset"),
        ("it says locked, how long do I wait after the attempts?", "locked"),
    ],
)
def test_the_article_whose_words_were_said_answers(said: str, name: str) -> None:
    """Inflected and misspelt ones, too, and it stands out."""
    found = chosen(RESET, LOCKED, text=said)
    assert found is not None
    assert (found.article.name, found.of, found.fit > 0.6) == (name, 2, True)


def test_what_nobody_asked_for_does_not_fit() -> None:
    """A text that has nothing of any article; and of two that say the same neither stands out."""
    nothing, same = chosen(RESET, LOCKED, text="zzz"), chosen(RESET, RESET.model_copy(update={"name": "again"}), LOCKED)
    assert nothing is not None
    assert same is not None
    assert (nothing.fit, 0.4 < same.fit <= 0.5) == (0, True)


def test_the_only_article_is_the_right_one() -> None:
    """Of a topic that is sure, whatever was said; the reasons have its version."""
    found = chosen(RESET, text="zzz")
    assert found is not None
    assert (found.fit, found.of, found.reasons(None)) == (
        1,
        1,
        ("article reset, version 1: the only one of the topic",),
    )


def test_the_customers_language_goes_before_all_words() -> None:
    """An answer that cannot be read is none, as long as there is another; if there is none, the reasons say so."""
    german = article("german", language="de", body="Passwort vergessen")
    in_german = chosen(german, RESET, text="I forgot my password", language="de")
    unknown, french = chosen(german, RESET, text="Passwort vergessen"), chosen(german, language="fr")
    found = [(one.article.name, one.foreign) for one in (in_german, unknown, french) if one]
    assert found == [("german", False), ("reset", False), ("german", True)]
    assert french is not None
    assert french.reasons("fr")[1] == "no article of the topic is in fr: this one is in de"


def test_without_an_article_of_the_topic_there_is_no_answer() -> None:
    """Articles of other topics are none."""
    assert chosen(article("elsewhere", topic="billing")) is None


def test_meaning_counts_where_all_have_one() -> None:
    """It finds other words for the same; where one article has no vector yet, letters decide alone."""
    said = "a stranger got in"
    by_meaning = chosen(RESET, LOCKED, text=said, reset=0.1, locked=0.6)
    assert by_meaning is not None
    assert (by_meaning.article.name, by_meaning.fit > 0.9) == ("locked", True)
    assert chosen(RESET, LOCKED, text=said, locked=0.6) == chosen(RESET, LOCKED, text=said)


def test_shares_are_of_all() -> None:
    """They add up to one, and rise with the nearness."""
    shares = shares_of([0.1, 0.3, 0.0], None)
    assert sum(shares) == pytest.approx(1)
    assert shares[1] > shares[0] > shares[2]
