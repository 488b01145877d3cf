"""Who is drawn, what is said, and what answers come to: functions without any server."""

import itertools
import random
from typing import Any

import pytest
from pydantic import ValidationError

from mci_router.access.survey_links import TOKEN, SurveyLinks, hash_of
from mci_router.ids import new_id
from mci_router.insight.shares import wilson
from mci_router.insight.survey_figures import Figures, Interval, Rank, nps_interval, ranks
from mci_router.intake.fingerprints import Fingerprints
from mci_router.lifecycle.publicity.notices import NOTICE
from mci_router.portal.surveys.words import LANGUAGES, NAMES, said
from mci_router.settings import Settings
from mci_router.specs.survey_words import WORDS, options, words_of
from mci_router.specs.surveys import SurveySpec
from mci_router.surveys.drawing import drawn, ended_by, survey_for
from mci_router.vocabulary import Channel, ContactState, Outcome, SurveyAfter, SurveyKind

FINGERPRINTS = Fingerprints("a secret of this installation")
OF_OTHERS = Fingerprints("a secret of another installation")


def survey(name: str = "pulse", **spec: object) -> SurveySpec:
    return SurveySpec.model_validate({"name": name, "title": "Pulse", "kind": "csat", **spec})


def test_a_share_of_contacts_is_drawn_always_the_same_ones() -> None:
    """By the contact's id alone, near the share; a larger share has all of a smaller one; nobody without the key, and
    no other survey or workspace, draws the same.
    """
    contacts = [new_id("contact") for _ in range(4_000)]

    def of(share: float, key: Fingerprints = FINGERPRINTS, workspace: str = "wsp_1", name: str = "pulse") -> set[str]:
        one = survey(name, sample=share)
        return {contact for contact in contacts if drawn(key.of, workspace, one, contact)}

    tenth = of(0.1)
    assert 0.08 < len(tenth) / len(contacts) < 0.12
    assert tenth == of(0.1)
    assert tenth < of(0.5)
    assert of(1) == set(contacts)
    for other in (of(0.1, OF_OTHERS), of(0.1, workspace="wsp_2"), of(0.1, name="other")):
        assert len(tenth & other) < len(tenth) / 2


def test_the_first_survey_that_is_for_a_contact_asks() -> None:
    """By name; by what ended the contact, and by queue, topic and channel; never on the telephone, nor about a task."""
    every = [survey("b"), survey("a", topics=["bill"]), survey("c", after=["automation"], channels=["chat"])]

    def chosen(after: SurveyAfter | None, topic: str | None = None, channel: Channel = Channel.CHAT) -> str | None:
        found = survey_for(every, lambda one: True, after, "desk", topic, channel)
        return found.name if found else None

    assert chosen(SurveyAfter.AGENT) == "b"
    assert chosen(SurveyAfter.AGENT, "bill") == "a"
    assert chosen(SurveyAfter.AUTOMATION) == "c"
    assert chosen(SurveyAfter.AUTOMATION, channel=Channel.EMAIL) is None
    assert chosen(SurveyAfter.COMMUNITY) is None
    assert chosen(None) is None
    assert {chosen(SurveyAfter.AGENT, channel=one) for one in (Channel.VOICE, Channel.TASK)} == {None}
    assert survey_for(every, lambda one: one.name != "b", SurveyAfter.AGENT, None, None, Channel.CHAT) is None
    assert ended_by(ContactState.COMPLETED, Outcome.AGENT) is SurveyAfter.AGENT
    assert ended_by(ContactState.RESOLVED, Outcome.COMMUNITY) is SurveyAfter.COMMUNITY
    assert ended_by(ContactState.RESOLVED, Outcome.NONE) is None
    assert ended_by(ContactState.ABANDONED, Outcome.AGENT) is None


def test_a_survey_that_cannot_be_is_refused() -> None:
    refused: tuple[dict[str, Any], ...] = (
        {"follow_up": {"below": 6, "queue": "desk"}},
        {"follow_up": {"below": 1, "queue": "desk"}},
        {"channels": ["voice"]},
        {"channels": ["task"]},
        {"sample": 0},
        {"after": []},
    )
    for wrong in refused:
        with pytest.raises(ValidationError):
            survey(**wrong)


def test_each_language_of_the_house_has_all_words() -> None:
    """Those in which customers are told that they are answered directly; a scale's ends are labelled."""
    assert set(LANGUAGES) == set(NOTICE)
    for kind in SurveyKind:
        assert set(WORDS[kind]) == set(NOTICE)
        assert [one["score"] for one in options(kind, words_of(kind, "ja"))] == list(kind.scale)
    for language, name in itertools.product(LANGUAGES, NAMES):
        assert said(language, name, date="2026-12-05", most=2_000).strip()
    assert words_of(SurveyKind.CSAT, "xx").question == WORDS[SurveyKind.CSAT]["en"].question
    assert words_of(SurveyKind.CSAT, "de", {"de": "Na?"}).question == "Na?"
    assert words_of(SurveyKind.CSAT, "fr", {"en": "Well?"}).question == WORDS[SurveyKind.CSAT]["fr"].question
    assert words_of(SurveyKind.CSAT, "xx", {"en": "Well?"}).question == "Well?"


def test_a_token_is_made_of_what_the_ledger_has_and_a_secret_that_it_has_not() -> None:
    settings = Settings(_env_file=None, token_secret="a secret for tests", public_url="https://ask.example.com/")
    links = SurveyLinks(settings)
    nonce, token = links.new()
    assert TOKEN.fullmatch(links.token(nonce))
    assert hash_of(links.token(nonce)) == token
    assert links.link(nonce) == f"https://ask.example.com/s/{links.token(nonce)}"
    other = SurveyLinks(Settings(_env_file=None, token_secret="another secret"))
    assert other.token(nonce) != links.token(nonce)
    assert not other.reachable
    assert len({links.new() for _ in range(100)}) == 100


def test_the_intervals_of_nps_hold_what_they_promise() -> None:
    """Of samples of a known population about 95 in 100 intervals have the true value, with few answers, too."""
    draw = random.Random(7)  # noqa: S311
    for shares, size in (((0.5, 0.3), 30), ((0.85, 0.05), 20), ((0.2, 0.6), 200)):
        true, held = 100 * (shares[0] - shares[1]), 0
        for _ in range(600):
            answers = [draw.random() for _ in range(size)]
            promoters = sum(one < shares[0] for one in answers)
            detractors = sum(one > 1 - shares[1] for one in answers)
            found = nps_interval(promoters, detractors, size)
            held += found.low <= true <= found.high
        assert held / 600 > 0.92
    sure = nps_interval(10, 0, 10)
    assert sure.low < 90 < sure.high <= 100


def test_figures_of_each_kind() -> None:
    csat = Figures(SurveyKind.CSAT, {5: 3, 4: 1, 1: 1})
    assert (csat.answered, csat.figure, csat.mean) == (5, 0.8, 4.0)
    assert csat.interval == Interval(*wilson(4, 5))
    assert Figures(SurveyKind.CES, {7: 1, 5: 1, 4: 2}).figure == 0.5
    nps = Figures(SurveyKind.NPS, {10: 4, 9: 1, 8: 3, 6: 1, 0: 1})
    assert nps.figure == 30
    assert nps.interval == nps_interval(5, 2, 10)
    nothing = Figures(SurveyKind.NPS, {})
    assert (nothing.figure, nothing.mean, nothing.interval) == (None, None, None)


def test_nobody_ranks_above_another_whom_their_intervals_do_not_tell_apart() -> None:
    """Also not through a third, whose interval overlaps both."""
    assert ranks([Interval(0.2, 0.3), Interval(0.8, 0.9), None]) == [Rank(2, 1), Rank(1, 1), None]
    assert ranks([Interval(0.6, 0.75), Interval(0.7, 0.85), Interval(0.8, 0.9)]) == [Rank(1, 3)] * 3
    tied = ranks([Interval(0.1, 0.2), Interval(0.75, 0.9), Interval(0.15, 0.3), Interval(0.8, 0.95)])
    assert tied == [Rank(3, 2), Rank(1, 2), Rank(3, 2), Rank(1, 2)]
    draw = random.Random(3)  # noqa: S311
    some = [Interval(low, low + draw.random() / 4) for low in (draw.random() for _ in range(40))]
    placed = ranks(some)
    for (one, mine), (other, theirs) in itertools.combinations(zip(some, placed, strict=True), 2):
        if one.overlaps(other):
            assert mine == theirs
