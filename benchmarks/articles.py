"""How often automation chooses the right one of a topic's articles, and what the bar does: `python -m
benchmarks.articles`.

Articles are made from the training questions of Banking77: the name of an intent as the title, some questions as the
body. A topic has the given number of articles of one kind (cards, transfers, accounts …), so that they are near each
other; the test questions are asked. With an encoder (`MCI_ENCODER_…`), meaning is compared, too.
"""

import argparse
import csv
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.encoder import configured_encoder
from mci_router.routing.policy.article_choice import choose_article
from mci_router.routing.policy.routes import ArticleChoice, Facts
from mci_router.settings import Settings
from mci_router.specs import ArticleSpec, WorkspaceSpec
from mci_router.specs.ladders import DEFAULT_LADDERS
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import Channel

BANKING77 = Path("../shared/data/banking77")
KINDS = ("top_up", "transfer", "cash", "card", "account")  # the last: all others
SIZES = (2, 3, 5, 9)
BARS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)


def main() -> None:
    """Prints a table a size of topics, and one of all."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=BANKING77)
    arguments.add_argument("--body", type=int, default=4, help="questions in an article's body")
    given = arguments.parse_args()
    dice = random.Random(1)
    learnt, asked = _by_intent(given.data / "train.csv"), _by_intent(given.data / "test.csv")
    articles = {name: _article(name, dice.sample(texts, given.body)) for name, texts in learnt.items()}
    questions = [(text, name) for name, texts in asked.items() for text in texts]
    near = _nearness(articles, questions)
    everything: list[tuple[ArticleChoice, bool]] = []
    for size in SIZES:
        chosen = [
            one for number in range(len(questions)) for one in _asked(articles, questions, near, number, size, dice)
        ]
        _print(f"topics with {size} articles", chosen)
        everything += chosen
    _print("all", everything)


def _asked(
    articles: Mapping[str, ArticleSpec],
    questions: Sequence[tuple[str, str]],
    near: NDArray[np.float64] | None,
    number: int,
    size: int,
    dice: random.Random,
) -> list[tuple[ArticleChoice, bool]]:
    text, name = questions[number]
    others = [each for each in articles if each != name and _kind(each) == _kind(name)]
    some = [name, *dice.sample(others, size - 1)] if len(others) >= size - 1 else []
    if not some:
        return []
    names = list(articles)
    nearness = {each: float(near[number, names.index(each)]) for each in some} if near is not None else {}
    choice = choose_article(
        _snapshot({each: articles[each] for each in some}),
        "topic",
        Facts(Channel.CHAT, text, "en", [], {}, nearness=nearness),
        NOW,
    )
    return [(choice, choice.article.name == name)] if choice else []


def _nearness(articles: Mapping[str, ArticleSpec], questions: Sequence[tuple[str, str]]) -> NDArray[np.float64] | None:
    encoder = configured_encoder(Settings())
    if encoder is None:
        print("without an encoder")
        return None
    of_articles = encoder.embed([f"{one.title}\n{one.body}" for one in articles.values()])
    return encoder.embed([text for text, _ in questions]) @ of_articles.T


def _print(what: str, chosen: Sequence[tuple[ArticleChoice, bool]]) -> None:
    print(f"\n{what}: {len(chosen)} questions\nbar   answered   right   said")
    fits, right = np.array([choice.fit for choice, _ in chosen]), np.array([hit for _, hit in chosen])
    for bar in BARS:
        over = fits >= bar
        print(f"{bar:.1f} {over.mean():9.1%} {right[over].mean():8.1%} {fits[over].mean():6.1%}")


def _snapshot(articles: Mapping[str, ArticleSpec]) -> Snapshot:
    return Snapshot(
        workspace_id="bench",
        revision=1,
        spec=WorkspaceSpec(name="bench", title="Bench"),
        skills={},
        queues={},
        topics={},
        articles=articles,
        agents={},
        ladders=DEFAULT_LADDERS,
        escalations={},
        rules={},
    )


def _article(name: str, questions: Sequence[str]) -> ArticleSpec:
    plain = "".join(letter if letter.isalnum() else "_" for letter in name.lower())
    return ArticleSpec(name=plain, topic="topic", title=name.replace("_", " "), body=" ".join(questions))


def _by_intent(file: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    with file.open(newline="") as rows:
        for row in csv.DictReader(rows):
            found["".join(c if c.isalnum() else "_" for c in row["category"].lower())].append(row["text"])
    return found


def _kind(name: str) -> str:
    return next((kind for kind in KINDS if kind in name), KINDS[-1])


if __name__ == "__main__":
    main()
