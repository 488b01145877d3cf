"""Which rung, which queue, which skills: pure choices with their reasons."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mci_router.errors import NoQueue
from mci_router.routing.policy import DEFAULT_LADDERS, choose_queue, choose_rung, in_order, requirement
from mci_router.specs import QueueSpec, Rung, SkillRequirement, TopicSpec
from mci_router.vocabulary import Cell, Channel, Outcome

AGENT = Rung(outcome=Outcome.AGENT)
AUTOMATION, COMMUNITY = Rung(outcome=Outcome.AUTOMATION, limit_s=9), Rung(outcome=Outcome.COMMUNITY, limit_s=9)
FULL = [AUTOMATION, COMMUNITY, AGENT]


def queue(name: str, **more: Any) -> QueueSpec:
    return QueueSpec.model_validate({"name": name, "service_level": {"goal": 0.8, "target_s": 20}, **more})


def queues(*specs: QueueSpec) -> dict[str, QueueSpec]:
    return {spec.name: spec for spec in specs}


@pytest.mark.parametrize(
    ("changes", "outcome", "place"),
    [
        ({}, Outcome.AUTOMATION, 0),
        ({"answerable": False}, Outcome.COMMUNITY, 1),
        ({"after": 0}, Outcome.COMMUNITY, 1),
        ({"after": 1}, Outcome.AGENT, 2),
        ({"publishable": False}, Outcome.AUTOMATION, 0),
        ({"publishable": False, "after": 0}, Outcome.AGENT, 2),
        ({"sensitive": True}, Outcome.AGENT, 2),
        ({"sensitive": True, "after": 0}, Outcome.AGENT, 2),
        ({"after": 2}, Outcome.AGENT, 3),
        ({"after": 7}, Outcome.AGENT, 8),
    ],
)
def test_the_first_rung_that_can_serve_is_chosen(changes: dict[str, Any], outcome: Outcome, place: int) -> None:
    """From where the contact stands; a ladder shortened under it ends with an agent, on a rung never used before."""
    facts: dict[str, Any] = {"after": -1, "channel": Channel.CHAT, "sensitive": False, "answerable": True, "publishable": True}
    choice = choose_rung(FULL, **(facts | changes))
    assert (choice.rung.outcome, choice.place) == (outcome, place)
    passed_over = choice.place - (changes.get("after", -1) + 1)
    assert len(choice.reasons) == 1 + min(passed_over, len(FULL))


def test_a_rung_for_other_channels_is_passed_over() -> None:
    """Community only for e-mail: a chat goes on, and the reason names the channel."""
    mail_only = COMMUNITY.model_copy(update={"channels": [Channel.EMAIL]})
    ladder = [mail_only, AGENT]
    chat = choose_rung(ladder, after=-1, channel=Channel.CHAT, sensitive=False, answerable=False, publishable=True)
    mail = choose_rung(ladder, after=-1, channel=Channel.EMAIL, sensitive=False, answerable=False, publishable=True)
    assert (chat.rung.outcome, mail.rung.outcome) == (Outcome.AGENT, Outcome.COMMUNITY)
    assert "chat" in chat.reasons[0]


def test_the_community_is_passed_over_for_what_may_not_be_posted() -> None:
    """Written in private, and the customer cannot be asked: the reason says so."""
    choice = choose_rung([COMMUNITY, AGENT], after=-1, channel=Channel.CHAT, sensitive=False, answerable=False)
    assert choice.rung.outcome is Outcome.AGENT
    assert choice.reasons[0] == "rung 1, community, is passed over: the customer wrote in private and cannot be asked"


@given(
    st.lists(st.sampled_from([AUTOMATION, COMMUNITY]), max_size=5),
    st.integers(-1, 8),
    st.sampled_from(Channel),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_some_rung_always_serves_and_climbs(
    below: list[Rung], after: int, channel: Channel, sensitive: bool, answerable: bool, publishable: bool
) -> None:
    """Of any ladder: the choice is above where the contact stood, a sensitive one gets a person, and what is private is not posted."""
    said: dict[str, Any] = {"channel": channel, "sensitive": sensitive, "answerable": answerable, "publishable": publishable}
    choice = choose_rung([*below, AGENT], after=after, **said)
    assert choice.rung.outcome is not Outcome.COMMUNITY or publishable
    assert choice.place > after
    assert choice.rung.outcome is Outcome.AGENT or not sensitive
    assert choice.reasons


def test_the_default_ladders_end_with_a_person_in_every_cell() -> None:
    """High touch has a person at once; low touch gets there after the others."""
    assert set(DEFAULT_LADDERS) == set(Cell)
    shape = {cell: [rung.outcome for rung in ladder] for cell, ladder in DEFAULT_LADDERS.items()}
    assert shape[Cell.HIGH_VOLUME_LOW_TOUCH] == [Outcome.AUTOMATION, Outcome.COMMUNITY, Outcome.AGENT]
    assert shape[Cell.LOW_VOLUME_LOW_TOUCH] == [Outcome.COMMUNITY, Outcome.AGENT]
    assert shape[Cell.HIGH_VOLUME_HIGH_TOUCH] == shape[Cell.LOW_VOLUME_HIGH_TOUCH] == [Outcome.AGENT]
    assert all(rung.limit_s for ladder in DEFAULT_LADDERS.values() for rung in ladder[:-1])


SET = queues(
    queue("any", position=50),
    queue("voice", position=10, channels=["voice"]),
    queue("calm", position=20, cells=["low_volume_low_touch"]),
    queue("vip", position=30, customer={"vip": True}),
    queue("gold_voice", position=40, channels=["voice"], customer={"vip": True, "tier": 3}),
    queue("own", position=90, channels=["email"]),
)


@pytest.mark.parametrize(
    ("topic", "rung", "channel", "cell", "customer", "expected"),
    [
        (None, None, "voice", "high_volume_high_touch", {}, "voice"),
        (None, None, "chat", "high_volume_high_touch", {}, "any"),
        (None, None, "chat", "low_volume_low_touch", {}, "calm"),
        (None, None, "chat", "high_volume_high_touch", {"vip": True}, "vip"),
        (None, None, "voice", "high_volume_high_touch", {"vip": True, "tier": 3}, "vip"),
        (None, None, "chat", "high_volume_high_touch", {"vip": False}, "any"),
        (None, None, "chat", "high_volume_high_touch", {"vip": "true"}, "any"),
        (None, "calm", "voice", "high_volume_high_touch", {}, "calm"),
        (None, "calm", "voice", "high_volume_high_touch", {"vip": True}, "vip"),
        (None, "gone", "voice", "high_volume_high_touch", {}, "voice"),
        ("own", "calm", "voice", "high_volume_high_touch", {"vip": True}, "own"),
        ("gone", None, "voice", "high_volume_high_touch", {}, "voice"),
    ],
)
def test_the_queue_is_the_most_particular_that_applies(
    topic: str | None, rung: str | None, channel: str, cell: str, customer: dict[str, Any], expected: str
) -> None:
    """The topic's own, then the customer's special one, then the rung's, then the first in order that takes channel and cell."""
    found, reason = choose_queue(
        SET,
        topic=TopicSpec.model_validate({"name": "t", "title": "T", "queue": topic}) if topic else None,
        rung=Rung(outcome=Outcome.AGENT, queue=rung),
        channel=Channel(channel),
        cell=Cell(cell),
        customer=customer,
    )
    assert found.name == expected
    assert expected in reason


def test_no_queue_is_a_problem_that_says_for_which_channel() -> None:
    """Nobody could serve it, so it is refused before anything is written."""
    with pytest.raises(NoQueue, match="chat"):
        choose_queue(
            queues(SET["voice"], SET["own"]), topic=None, rung=AGENT, channel=Channel.CHAT, cell=Cell.LOW_VOLUME_HIGH_TOUCH, customer={}
        )


def test_queues_of_one_position_are_tried_by_name() -> None:
    """The order never depends on how they are stored."""
    assert [spec.name for spec in in_order([queue("b"), queue("a"), queue("c", position=1)])] == ["c", "a", "b"]


def test_a_requirement_is_every_skill_at_its_highest_minimum() -> None:
    """From queue, topic and contact; sorted, so that equal requirements share a line."""
    need = SkillRequirement
    assert requirement(queue("q"), [], []) == []
    asked = queue("q", skills=[need(skill="b", min=2)])
    assert requirement(asked, [need(skill="a"), need(skill="b", min=4)], [need(skill="b", min=3)]) == [
        {"skill": "a", "min": 1},
        {"skill": "b", "min": 4},
    ]


def test_a_queue_of_a_higher_tier_asks_for_it() -> None:
    """The tier is asked of agents like a skill; an agent of a higher tier serves lower ones, too."""
    assert requirement(queue("q", tier=2)) == [{"skill": "tier", "min": 2}]
