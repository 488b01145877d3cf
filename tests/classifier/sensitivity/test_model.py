"""The model of sensitivity: what ships is what the examples give, it finds danger in passing, and says in which words."""

import time

import numpy as np
import pytest

from mci_router.classifier.sensitivity.clauses import stretches
from mci_router.classifier.sensitivity.examples import KINDS, ORDINARY, joined, ours, parsed, version_of
from mci_router.classifier.sensitivity.fitting import count, fit, lessons_of
from mci_router.classifier.sensitivity.model import ScoreWorth, SensitivityModel
from mci_router.classifier.sensitivity.shipping import REVISION
from mci_router.classifier.sensitivity.stored import our_model, packed, unpacked
from mci_router.vocabulary import SensitiveKind
from tests.support.rows import every

FEW = {kind: ours()[kind][:4] for kind in KINDS}


def test_what_ships_is_what_the_examples_give() -> None:
    """After a change of an example or a concept, make the file again: `python -m
    mci_router.classifier.sensitivity.shipping`.
    """
    ship = our_model()
    assert ship.version == version_of(ours(), REVISION)
    made = fit(count(lessons_of(ours())), kinds=False)
    texts = [text for kind in KINDS for text in ours()[kind][:12]]
    for text in texts:
        read = stretches(text)
        np.testing.assert_allclose(ship.weights.score(read)[:, 0], made.score(read)[:, 0], atol=0.02)


def test_there_are_enough_examples_of_every_kind() -> None:
    """Sixty in English and forty in German at least; each language that is judged has some."""
    assert all(len(ours()[kind]) >= 200 for kind in KINDS)
    assert len(ours()[ORDINARY]) > 1_000


@every(
    ("text", "kind"),
    [
        ("tv keeps freezing and my sister has swallowed a bottle of pills", SensitiveKind.SELF_HARM),
        (
            "my ex partner can see where i am through the app, how do i stop it without him noticing",
            SensitiveKind.ABUSE_OR_STALKING,
        ),
        ("someone has ordered a new esim on my account, it was not me", SensitiveKind.ACCOUNT_TAKEOVER),
        ("a stranger keeps asking my 11 year old daughter for naked photos", SensitiveKind.MINORS),
        ("i am going to instruct my solicitor if this bill is not corrected", SensitiveKind.LEGAL),
        ("my late mother's contract, she died in may, how do i end it", SensitiveKind.BEREAVEMENT_OR_HARDSHIP),
        ("there are payments on my card that i never made, somebody stole the details", SensitiveKind.FRAUD),
        (
            "jemand hat sich in mein konto eingeloggt und mein passwort geändert, das war nicht ich",
            SensitiveKind.ACCOUNT_TAKEOVER,
        ),
        ("ich will nicht mehr leben, das internet ist mir auch egal", SensitiveKind.SELF_HARM),
    ],
)
def test_danger_is_found_and_named(text: str, kind: SensitiveKind) -> None:
    """In product words, after a harmless half, in two languages: with the kind among those told, and the clause."""
    found = our_model().judge(text)
    assert found.sensitive, found
    assert kind in [named for named, _ in found.kinds]
    assert found.clause
    assert found.clause in text.lower()


@every(
    "text",
    [
        *(
            "how do I change my voicemail greeting",
            "what does roaming in Norway cost",
            "the parcel has not come yet",
            "hello",
            "thanks!",
        ),
        *(
            "wie ändere ich mein passwort",
            "wann kommt der techniker",
            "I'd like a bigger plan",
            "my bill is 12 euros higher than last month",
        ),
    ],
)
def test_an_everyday_contact_raises_no_suspicion(text: str) -> None:
    """And nothing of it is told."""
    found = our_model().judge(text)
    assert not found.watched
    assert (found.kinds, found.clause) == ((), "")


def test_a_harmless_half_hides_nothing() -> None:
    """However much stands before or behind it, the clause of danger is as probable as by itself."""
    alone = "i want to kill myself"
    drowned = (
        "Dear team, the invoice of March has not arrived. " * 40
        + alone
        + ". The router is a black one. Kind regards" * 10
    )
    assert our_model().judge(drowned).probability >= our_model().judge(alone).probability - 1e-6
    assert alone in our_model().judge(drowned).clause


def test_a_model_is_the_same_after_its_file() -> None:
    """To the last bit, so that every process judges alike."""
    model = SensitivityModel("v", fit(count(lessons_of(FEW))), ScoreWorth(1.5, 0.2))
    again = unpacked(packed(model))
    assert packed(again) == packed(model)
    assert again.judge("somebody cloned my card") == model.judge("somebody cloned my card")


def test_many_new_words_are_not_remembered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """A flood of words that nobody else says neither grows the process nor changes what is found."""
    monkeypatch.setattr("mci_router.classifier.sensitivity.weights.MOST_REMEMBERED", 50)
    model = unpacked(packed(our_model()))
    before = model.judge("he is threatening to hurt me")
    for n in range(20):
        model.judge(" ".join(f"w{n}z{k}" for k in range(9)))
    assert len(model.weights._memory.rows) <= 50
    assert model.judge("he is threatening to hurt me") == before
    model.judge(" ".join(f"w{k}y" for k in range(80)))
    assert model.judge("he is threatening to hurt me") == before


def test_texts_judged_together_are_judged_as_each_alone() -> None:
    """No stretch reaches into the text before or behind it, also of texts without a word and those with danger."""
    texts = ["i want to", "kill myself", "", "...", "my bill is too high", "somebody cloned my card, i am 14 years old"]
    alone = [our_model().judge(text) for text in texts]
    assert our_model().judge_all(texts) == alone
    assert our_model().judge_all(texts[::-1]) == alone[::-1]
    assert our_model().judge_all([]) == []
    assert [found.probability for found in alone[2:4]] == [0.0, 0.0]


def test_judging_is_cheap() -> None:
    """It is asked of every contact, also where the adapter has named the topic: some 100 µs, so 1 ms is a mistake."""
    texts = [
        "my bill is too high, please explain the position service fee to me",
        "the internet has been slow every evening this week",
    ]
    our_model().judge(texts[0])
    began = time.process_time()
    for n in range(200):
        our_model().judge(f"{texts[n % 2]} {n}")
    assert time.process_time() - began < 0.2


def test_examples_are_read_by_section() -> None:
    """A section that is none is a mistake; a text that a workspace has is what the workspace says."""
    read = parsed(["# ours", "[fraud]", "scammed", "", "[harmless]", "  hello  "])
    assert (read["fraud"], read["harmless"]) == (["scammed"], ["hello"])
    with pytest.raises(ValueError, match="no kind"):
        parsed(["[weather]"])
    both = joined(read, {"harmless": ["scammed"]})
    assert (both["fraud"], both["harmless"]) == ((), ("hello", "scammed"))
