"""Which rung, which queue, which skills: pure choices with their reasons."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from mci_router.outcomes import OUTCOMES
from mci_router.routing.policy.ladders import choose_rung
from mci_router.routing.policy.queues import choose_queue
from mci_router.routing.policy.requirements import requirement
from mci_router.routing.policy.serving import Servable
from mci_router.specs import QueueSpec, Rung, SkillRequirement, TopicSpec
from mci_router.specs.bars import USUAL, Bars
from mci_router.specs.ladders import DEFAULT_LADDERS
from mci_router.vocabulary import Cell, Channel, Outcome
from tests.support.rows import every
from tests.support.snapshots import snapshot_of

AGENT = Rung(outcome=Outcome.AGENT)
AUTOMATION, COMMUNITY = Rung(outcome=Outcome.AUTOMATION, limit_s=9), Rung(outcome=Outcome.COMMUNITY, limit_s=9)
FULL = [AUTOMATION, COMMUNITY, AGENT]


def queue(name: str, **more: Any) -> QueueSpec:
    return QueueSpec.model_validate({"name": name, "service_level": {"goal": 0.8, "target_s": 20}, **more})


def queues(*specs: QueueSpec) -> dict[str, QueueSpec]:
    return {spec.name: spec for spec in specs}


@every(
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
    facts: dict[str, Any] = {"after": -1, "channel": Channel.CHAT, "answerable": True, "publishable": True} | changes
    choice = choose_rung(
        FULL,
        Servable(**{name: fact for name, fact in facts.items() if name != "after"}),
        OUTCOMES,
        after=facts["after"],
    )
    assert (choice.rung.outcome, choice.number) == (outcome, place)
    passed_over = choice.number - (changes.get("after", -1) + 1)
    assert len(choice.reasons) == 1 + min(passed_over, len(FULL))


def test_a_rung_for_other_channels_is_passed_over() -> None:
    """Community only for e-mail: a chat goes on, and the reason names the channel."""
    mail_only = COMMUNITY.model_copy(update={"channels": [Channel.EMAIL]})
    ladder = [mail_only, AGENT]
    chat = choose_rung(ladder, Servable(Channel.CHAT, publishable=True), OUTCOMES, after=-1)
    mail = choose_rung(ladder, Servable(Channel.EMAIL, publishable=True), OUTCOMES, after=-1)
    assert (chat.rung.outcome, mail.rung.outcome) == (Outcome.AGENT, Outcome.COMMUNITY)
    assert "chat" in chat.reasons[0]


def test_the_community_is_passed_over_for_what_may_not_be_posted() -> None:
    """Written in private, and the customer cannot be asked: the reason says so."""
    choice = choose_rung([COMMUNITY, AGENT], Servable(Channel.CHAT), OUTCOMES, after=-1)
    assert choice.rung.outcome is Outcome.AGENT
    assert choice.reasons[0] == "rung 1, community, is passed over: the customer wrote in private and cannot be asked"


@given(
    st.lists(st.sampled_from([AUTOMATION, COMMUNITY]), max_size=5),
    st.integers(-1, 8),
    st.sampled_from(Channel),
    st.booleans(),
    st.booleans(),
    st.booleans(),
    st.floats(0, 1),
)
def test_some_rung_always_serves_and_climbs(
    below: list[Rung],
    after: int,
    channel: Channel,
    sensitive: bool,
    answerable: bool,
    publishable: bool,
    confidence: float,
) -> None:
    """Of any ladder: the choice is above where the contact stood; a sensitive or doubtful one gets a person; what is
    private stays so.
    """
    said = Servable(channel, sensitive=sensitive, answerable=answerable, publishable=publishable, confidence=confidence)
    choice = choose_rung([*below, AGENT], said, OUTCOMES, after=after)
    assert choice.rung.outcome is not Outcome.COMMUNITY or publishable
    assert choice.number > after
    assert choice.rung.outcome is Outcome.AGENT or not sensitive
    bar = {Outcome.AUTOMATION: USUAL.automation, Outcome.COMMUNITY: USUAL.community}.get(choice.rung.outcome, 0)
    assert confidence >= bar
    assert choice.reasons


@every(
    ("confidence", "bars", "outcome"),
    [
        (0.96, USUAL, Outcome.COMMUNITY),
        (0.95, USUAL, Outcome.COMMUNITY),
        (0.9499, USUAL, Outcome.AUTOMATION),
        (0.9, USUAL, Outcome.AUTOMATION),
        (0.89, USUAL, Outcome.AGENT),
        (0.5, Bars(0.1, 0.2, 0.3), Outcome.COMMUNITY),
        (0.99, Bars(0.1, 0.2, 1.0), Outcome.AUTOMATION),
        (1.0, Bars(1.0, 1.0, 1.0), Outcome.COMMUNITY),
    ],
)
def test_the_bar_rises_with_what_a_mistake_costs(confidence: float, bars: Bars, outcome: Outcome) -> None:
    """A public post asks for more than an article, an article for more than a person; a topic that the adapter named
    clears all.
    """
    ladder = [COMMUNITY, AUTOMATION, AGENT]
    choice = choose_rung(
        ladder,
        Servable(Channel.CHAT, answerable=True, publishable=True, confidence=confidence, bars=bars),
        OUTCOMES,
        after=-1,
    )
    assert choice.rung.outcome is outcome


def test_a_rung_passed_over_says_which_bar_it_is_below() -> None:
    """With both numbers, neither rounded up."""
    choice = choose_rung(FULL, Servable(Channel.CHAT, publishable=True, confidence=0.9499), OUTCOMES, after=-1)
    assert choice.reasons[1] == "rung 2, community, is passed over: confidence 0.94 is below 0.95 for a public post"


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


@every(
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
    """The topic's own, then the customer's special one, then the rung's, then the first in order that takes channel and
    cell.
    """
    found, reason = choose_queue(
        snapshot_of(SET),
        topic=TopicSpec.model_validate({"name": "t", "title": "T", "queue": topic}) if topic else None,
        rung=Rung(outcome=Outcome.AGENT, queue=rung),
        channel=Channel(channel),
        cell=Cell(cell),
        customer=customer,
    )
    assert found.name == expected
    assert expected in reason


def test_what_no_queue_takes_goes_to_the_catch_all_with_the_reason() -> None:
    """And only that: the catch-all is no candidate for what another queue takes, whatever its position."""
    known = queues(queue("leftovers", position=0, catch_all=True), SET["voice"], SET["own"])

    def found(channel: Channel) -> tuple[str, str]:
        chosen, reason = choose_queue(
            snapshot_of(known), topic=None, rung=AGENT, channel=channel, cell=Cell.LOW_VOLUME_HIGH_TOUCH, customer={}
        )
        return chosen.name, reason

    name, reason = found(Channel.CHAT)
    assert name == "leftovers"
    assert "no queue takes chat" in reason
    assert found(Channel.VOICE)[0] == "voice"


def test_queues_of_one_position_are_tried_by_name() -> None:
    """The order never depends on how they are stored."""
    found = snapshot_of(queues(queue("b"), queue("a"), queue("c", position=1))).queues_in_order
    assert [spec.name for spec in found] == ["c", "a", "b"]


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
