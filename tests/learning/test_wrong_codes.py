"""Agents code a fifth to a third of contacts wrongly: what is learnt from them must not make the model worse."""

import csv
import random
from collections import defaultdict
from pathlib import Path

import pytest

from mci_router.classifier.fitting import train
from mci_router.classifier.gate import HeldOutExample, set_aside
from mci_router.classifier.topics import TopicClassifier
from mci_router.learning.candidacy import Candidacy
from mci_router.learning.screening import screened
from mci_router.learning.training import Training, training_of
from mci_router.learning.work import JudgedClassifier, judge
from mci_router.vocabulary import CorrectionState
from tests.support.shelf import trained

BANKING = Path(__file__).parents[3] / "shared" / "data" / "banking77" / "train.csv"
TOPICS = 8
OWN = 20  # examples a topic
SAID = 30  # contacts a topic
WRONG = 0.25
SUBJECTS = {
    "sign_in": ["log in to my account", "sign in with my password", "get past the sign-in page", "log in on my phone"],
    "card_fraud": [
        "stop a thief using my card",
        "block my stolen card",
        "undo payments a fraudster made",
        "report fraud on my card",
    ],
    "delivery": [
        "find my parcel",
        "track the delivery of my order",
        "learn when the courier comes",
        "change the delivery address",
    ],
    "voicemail": [
        "set up my voicemail",
        "record a voicemail greeting",
        "turn voicemail off",
        "listen to my voicemail abroad",
    ],
}
OPENINGS = [
    "how do I {}",
    "please help me to {}",
    "I need to {} today",
    "can you {} for me",
    "since yesterday I try to {}",
    "what must I do to {}",
]


def own_texts() -> dict[str, list[str]]:
    """Sentences of ours: four topics with 24 texts each, twelve of them to learn from."""
    made = {
        topic: [opening.format(subject) for opening in OPENINGS for subject in subjects]
        for topic, subjects in SUBJECTS.items()
    }
    for topic, texts in made.items():
        random.Random(topic).shuffle(texts)  # noqa: S311
    return made


def customers_texts() -> dict[str, list[str]]:
    """Questions of a bank's customers where they are at hand, ours where not."""
    if not BANKING.exists():
        print("../shared/data/banking77 is absent: wrong codes are tried on a few sentences of our own")
        return own_texts()
    texts: dict[str, list[str]] = defaultdict(list)
    with BANKING.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            texts[row["category"]].append(row["text"])
    return {topic: texts[topic] for topic in sorted(texts)[:TOPICS]}


def accuracy(model: TopicClassifier, asked: list[HeldOutExample]) -> float:
    guesses = model.classify([held.text for held in asked])
    return sum(guess.topic == held.topic for guess, held in zip(guesses, asked, strict=True)) / len(asked)


def candidacy(
    examples: dict[str, list[str]], said: list[HeldOutExample], live: TopicClassifier, sensitive: set[str]
) -> JudgedClassifier:
    """A model of these examples and codes, judged against the live one, which knows the examples only."""
    holdout = tuple(set_aside(examples))
    own = Training({topic: tuple(texts) for topic, texts in examples.items()})
    return judge(
        Candidacy(
            "new",
            training_of(examples, said),
            None,
            live.version,
            (own, live.learnt),
            holdout,
            frozenset(sensitive),
            0.2,
        ),
        None,
    )


def test_a_quarter_of_wrong_codes_does_no_harm() -> None:
    """Most wrong codes are very unlikely and go to review; what is learnt makes the model better, not worse."""
    texts, dice = customers_texts(), random.Random(1)  # noqa: S311
    share = min(OWN, min(map(len, texts.values())) // 2)
    examples = {topic: said[:share] for topic, said in texts.items()}
    contacts = [HeldOutExample(topic, text) for topic, said in texts.items() for text in said[share : share + SAID]]
    asked = [
        HeldOutExample(topic, text) for topic, said in texts.items() for text in said[share + SAID : share + 2 * SAID]
    ] or contacts
    dice.shuffle(contacts)
    codes = [
        held.topic if dice.random() >= WRONG else dice.choice([t for t in texts if t != held.topic])
        for held in contacts
    ]
    live = train(examples)
    accepted = []
    for held, code, guess in zip(contacts, codes, live.classify([held.text for held in contacts]), strict=True):
        if (
            screened(code, model=live, guess=guess, sensitive=False, sensitive_topics=()).state
            is CorrectionState.ACCEPTED
        ):
            accepted.append((held, code))
    wrong, passed = (
        sum(h.topic != c for h, c in zip(contacts, codes, strict=True)),
        sum(h.topic != c for h, c in accepted),
    )
    judged = candidacy(examples, [HeldOutExample(code, held.text) for held, code in accepted], live, set())
    before, after = accuracy(live, asked), accuracy(judged.classifier, asked)
    print(
        f"of {len(contacts)} codes {wrong} are wrong; of {len(accepted)} accepted {passed}. Accuracy {before:.3f} "
        f"before, {after:.3f} after"
    )
    assert passed <= wrong / 4
    assert judged.judgement.passed, judged.judgement
    assert after >= before


@pytest.mark.parametrize(
    ("codes", "reason"),
    [
        ({"sign_in": "card_fraud", "delivery": "card_fraud", "voicemail": "card_fraud"}, "accuracy on"),
        ({"card_fraud": "sign_in"}, "held-out sensitive examples"),
    ],
    ids=["everything is fraud", "fraud is nothing"],
)
def test_a_flood_of_wrong_codes_does_not_go_live(codes: dict[str, str], reason: str) -> None:
    """Even if people accepted them all from review: the gate sees the topics, or the sensitive contacts, that are lost."""
    texts = own_texts()
    examples = {topic: said[:12] for topic, said in texts.items()}
    words = ("now", "please", "again", "at last", "quickly", "once more")
    flood = [
        HeldOutExample(code, f"{text} {word}")
        for topic, code in codes.items()
        for text in texts[topic]
        for word in words
    ]
    judged = candidacy(examples, flood, trained(examples), {"card_fraud"})
    assert not judged.judgement.passed
    assert any(reason in told for told in judged.judgement.reasons), judged.judgement
