"""What a decision costs: triage of a perception and its route, by the size of the workspace: `python -m
benchmarks.decisions`.

One workspace is the yardstick; in the others one thing is larger. Each is timed in turns with the yardstick, so that a
noisy machine is noisy for both, and the median ratio is printed. Flat is a ratio of at most 1.5.
"""

import argparse
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from mci_router.classifier.guess import Guess, Topics
from mci_router.classifier.thresholds import Thresholds
from mci_router.outcomes import OUTCOMES
from mci_router.routing.policy.decision import choose_route
from mci_router.routing.policy.routes import Facts, Route
from mci_router.specs import AgentSpec, ArticleSpec, QueueSpec, TopicSpec, WorkspaceSpec
from mci_router.specs.ladders import DEFAULT_LADDERS
from mci_router.specs.snapshot import Snapshot
from mci_router.triage.finding import find
from mci_router.triage.perception import Opinion, Perception
from mci_router.triage.result import Measured
from mci_router.vocabulary import Channel, Volume

FLAT = 1.5
ROUNDS, DECISIONS = 41, 40
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
TEXT = "I cannot sign in since yesterday, the app says that my password is wrong, and the reset mail does not come"
WORDS = TEXT.split() + [f"word{number}" for number in range(400)]


@dataclass(frozen=True, slots=True)
class Size:
    """How large a workspace is."""

    agents: int = 14
    topics: int = 10
    article: int = 200


def snapshot_of(size: Size) -> Snapshot:
    """A workspace: two articles a topic, so that one has to be chosen, and a skill for every fifth topic."""
    dice = random.Random(1)
    level = {"goal": 0.8, "target_s": 20}
    topics: list[dict[str, Any]] = [
        {
            "name": f"topic_{number}",
            "title": "Topic",
            "expected_volume": "high",
            "skills": [{"skill": f"skill_{number % 5}", "min": 2}],
        }
        for number in range(size.topics)
    ]
    for number in range(0, size.topics, 20):
        topics[number] |= {"touch": "high", "sensitive": True}
    articles = [
        {
            "name": f"article_{number}_{version}",
            "topic": f"topic_{number}",
            "title": "Signing in",
            "body": _body(dice, size.article),
        }
        for number in range(size.topics)
        for version in range(2)
    ]
    agents = [
        {
            "name": f"agent_{number}",
            "title": "Agent",
            "skills": [{"skill": f"skill_{number % 5}", "proficiency": 1 + number % 5}],
            "capacity": {"units": 6, "channels": {"chat": 3}},
        }
        for number in range(size.agents)
    ]
    queues = [{"name": "chat", "service_level": level}, {"name": "rest", "service_level": level, "catch_all": True}]
    return Snapshot(
        workspace_id="bench",
        revision=1,
        spec=WorkspaceSpec(name="bench", title="Bench"),
        skills={},
        queues={spec.name: spec for spec in map(QueueSpec.model_validate, queues)},
        topics={spec.name: spec for spec in map(TopicSpec.model_validate, topics)},
        articles={spec.name: spec for spec in map(ArticleSpec.model_validate, articles)},
        agents={spec.name: spec for spec in map(AgentSpec.model_validate, agents)},
        ladders=DEFAULT_LADDERS,
        escalations={},
        rules={},
    )


def _body(dice: random.Random, characters: int) -> str:
    words: list[str] = []
    while sum(map(len, words)) + len(words) < characters:
        words.append(dice.choice(WORDS))
    return " ".join(words)[:characters].strip()


def decider(size: Size) -> Callable[[bool], Route]:
    """Decides about one contact of the workspace: for automation, or (`care`) for an agent."""
    snapshot = snapshot_of(size)
    topics = Topics(snapshot.topics)
    shares = np.full(len(topics), 0.001)
    shares[1] = 0.97
    guess = Guess("topic_1", 0.97, (("topic_1", 0.97), ("topic_2", 0.001)), shares, topics)
    seen = Perception(Opinion(guess, "model", Thresholds(act=0.8, suggest=0.5)))
    measured = Measured(dict.fromkeys(topics, 10), dict.fromkeys(topics, Volume.HIGH), 10 * len(topics))

    def decide(care: bool) -> Route:
        customer = {"vulnerable": care}
        triage = find(snapshot, seen, named=None, measured=measured, customer=customer)
        return choose_route(snapshot, triage.matter, Facts(Channel.CHAT, TEXT, "en", (), customer), OUTCOMES, now=NOW)

    return decide


def timed(decide: Callable[[bool], Route]) -> float:
    """Seconds a decision, half of them for an agent."""
    began = time.perf_counter()
    for number in range(DECISIONS):
        decide(number % 2 == 0)
    return (time.perf_counter() - began) / DECISIONS


def main() -> int:
    """Prints the table; 1 if a size is not flat."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    sizes = {
        "14 agents, 10 topics, short articles": Size(),
        "100 agents": Size(agents=100),
        "1,000 agents": Size(agents=1_000),
        "10,000 agents": Size(agents=10_000),
        "1,000 topics": Size(topics=1_000),
        "20,000-character articles": Size(article=20_000),
        "all of these": Size(10_000, 1_000, 20_000),
    }
    yardstick = decider(Size())
    worst = 0.0
    for what, size in sizes.items():
        decide = decider(size)
        timed(decide), timed(yardstick)
        pairs = [(timed(decide), timed(yardstick)) for _ in range(ROUNDS)]
        ratio = statistics.median(mine / theirs for mine, theirs in pairs)
        worst = max(worst, ratio)
        print(f"{what:40} {1e6 * statistics.median(mine for mine, _ in pairs):7.0f} µs  {ratio:5.2f} ×")
    print(f"flat within {FLAT} ×: {'yes' if worst <= FLAT else 'NO'} ({worst:.2f} ×)")
    return worst > FLAT


if __name__ == "__main__":
    raise SystemExit(main())
