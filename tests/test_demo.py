"""The demo's pure pieces: the customers it plans, the agents it seats, and the arithmetic of its report."""

import io
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from rich.console import Console

from mci_router.configuration import workspace_file
from mci_router.demo import report, tables
from mci_router.demo.conversation import lines_of_agent, lines_of_customer
from mci_router.demo.customers import CHANNEL_SHARES, plan, vary
from mci_router.demo.report import Fate, fate
from mci_router.demo.run import find_key
from mci_router.demo.scene import Clock, DemoTally, Stage
from mci_router.demo.service import DemoError
from mci_router.demo.staffing import load, pick_agents
from mci_router.demo.workspace import TIER, DemoAgent, DemoQueue, DemoRung, DemoTopic, DemoWorkspace
from mci_router.vocabulary import Cell, Channel, ContactState, Outcome, Touch, Volume

T0 = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
EXAMPLE = Path(__file__).parents[1] / "examples" / "telecom.yaml"
AGENT_ONLY = [DemoRung(Outcome.AGENT, frozenset(), None)]


def _topic(
    name: str, volume: Volume = Volume.LOW, *, sensitive: bool = False, needs: dict[str, int] | None = None
) -> DemoTopic:
    cell = Cell.LOW_VOLUME_HIGH_TOUCH if sensitive else Cell.HIGH_VOLUME_LOW_TOUCH
    return DemoTopic(
        name,
        cell,
        sensitive,
        volume,
        None,
        needs or {},
        (f"my {name} has stopped working", f"what about the {name}"),
        True,
    )


def _queue(
    name: str, target_s: float, *, goal: float = 0.8, units: int = 2, channels: tuple[Channel, ...] = ()
) -> DemoQueue:
    return DemoQueue(name, 10, frozenset(channels), False, goal, target_s, units, {})


def _agent(name: str, **skills: int) -> DemoAgent:
    return DemoAgent(name, skills, 6)


def _workspace(agents: list[DemoAgent], ladder: list[DemoRung] = AGENT_ONLY) -> DemoWorkspace:
    topics = [
        _topic("router", Volume.HIGH, needs={"technical": 1}),
        _topic("fraud", sensitive=True, needs={"fraud": 3}),
    ]
    return DemoWorkspace(topics, [_queue("all", 60, units=6)], agents, dict.fromkeys(Cell, ladder))


def _contact(**changes: Any) -> dict[str, Any]:
    contact = {
        "cell": "low_volume_high_touch",
        "outcome": "agent",
        "state": "completed",
        "queue": "chat",
        "agent": "bo",
        "accepted_at": T0.isoformat(),
        "enqueued_at": T0.isoformat(),
        "answered_at": (T0 + timedelta(seconds=1.5)).isoformat(),
        "ended_at": (T0 + timedelta(seconds=10)).isoformat(),
    }
    return contact | changes


def _waited(wait_s: float, state: ContactState = ContactState.COMPLETED, **changes: Any) -> Fate:
    answered = state is ContactState.COMPLETED
    left = (T0 + timedelta(seconds=wait_s)).isoformat()
    ends = {"answered_at": left if answered else None, "ended_at": None if state is ContactState.QUEUED else left}
    return fate(_contact(state=state, **ends, **changes), speed=1)


def test_the_same_seed_plans_the_same_customers() -> None:
    topics = _workspace([]).topics
    assert plan(topics, list(CHANNEL_SHARES), 50, 7) == plan(topics, list(CHANNEL_SHARES), 50, 7)
    assert plan(topics, list(CHANNEL_SHARES), 50, 7) != plan(topics, list(CHANNEL_SHARES), 50, 8)


def test_customers_come_in_order_on_every_channel_and_mostly_with_what_is_often_asked() -> None:
    customers = plan(_workspace([]).topics, list(CHANNEL_SHARES), 1_000, 1)
    assert [one.moment for one in customers] == sorted(one.moment for one in customers)
    assert 0 <= customers[0].moment <= customers[-1].moment <= 1
    assert {one.channel for one in customers} == set(CHANNEL_SHARES)
    topics = Counter(one.topic.name for one in customers)
    assert topics["router"] > 5 * topics["fraud"] > 0
    assert 0 < sum(one.vip for one in customers) < 120


def test_only_those_who_hold_a_line_lose_patience() -> None:
    for one in plan(_workspace([]).topics, list(CHANNEL_SHARES), 200, 1):
        assert (one.patience_s is not None) == (one.channel in (Channel.VOICE, Channel.CHAT))


def test_who_writes_can_be_asked_and_most_agree() -> None:
    """Whether their question may be posted: some in words of their own, and nobody on the phone."""
    customers = plan(_workspace([]).topics, list(CHANNEL_SHARES), 500, 1)
    assert all(one.contact("abc")["can_ask"] is (one.channel is not Channel.VOICE) for one in customers)
    answers = [one.consent() for one in customers]
    assert 0.5 < sum(answer["agree"] for answer in answers) / len(answers) < 0.8
    assert 0.02 < sum("text" in answer for answer in answers) / len(answers) < 0.3
    assert all(answer["agree"] for answer in answers if "text" in answer)


def test_a_chat_goes_back_and_forth_a_mail_is_answered_and_a_call_is_not_written() -> None:
    dice = Random(3)  # noqa: S311 — a simulation, not a secret
    said = {channel: [lines_of_agent(dice, "ann", channel) for _ in range(50)] for channel in Channel}
    assert {len(lines) for lines in said[Channel.CHAT]} == {2, 3, 4}
    assert all("Ann" in lines[0] for lines in said[Channel.CHAT])
    assert {len(lines) for lines in said[Channel.EMAIL]} == {1}
    assert {len(lines) for lines in said[Channel.VOICE]} == {0}
    back = [lines_of_customer(dice, Channel.CHAT) for _ in range(400)]
    assert 0.08 < sum(not lines for lines in back) / len(back) < 0.25
    assert not any(lines_of_customer(dice, Channel.VOICE) for _ in range(20))


def test_a_question_that_may_not_be_posted_needs_an_agent() -> None:
    """The community settles what was asked in public, and of the rest what customers agree to."""
    agents, ladder = [_agent("a")], [DemoRung(Outcome.COMMUNITY, frozenset(), None), *AGENT_ONLY]
    workspace = _workspace(agents, ladder)
    needed = [
        load(workspace, plan(workspace.topics[:1], [channel], 100, 1), agents).to_agents
        for channel in (Channel.COMMUNITY, Channel.CHAT, Channel.VOICE)
    ]
    assert needed == sorted(set(needed))
    assert needed[-1] == pytest.approx(100)


def test_every_customer_is_new_in_every_run() -> None:
    customers = plan(_workspace([]).topics, [Channel.EMAIL], 200, 1)
    emails = [one.contact(run)["customer"]["email"] for one in customers for run in ("abc", "xyz")]
    assert len(set(emails)) == len(emails) == 400
    assert all(one.contact("abc")["subject"] for one in customers)


def test_a_call_is_told_as_it_was_and_writing_varies() -> None:
    text = "The modem has stopped blinking since this morning"
    dice = Random(1)  # noqa: S311 — a simulation, not a secret
    assert vary(dice, text, Channel.VOICE) == text
    versions = {vary(dice, text, Channel.CHAT) for _ in range(200)}
    assert len(versions) > 50
    assert all("blink" in version.lower() or "modem" in version.lower() for version in versions)


def test_agents_are_picked_so_that_a_rare_skill_is_there() -> None:
    crowd = [_agent(f"a{number}", technical=2) for number in range(20)]
    workspace = _workspace([*crowd, _agent("z", fraud=3)])
    picked = pick_agents(workspace, 3)
    assert "z" in [agent.name for agent in picked]
    assert len(picked) == 3
    assert len(pick_agents(workspace, 50)) == 21


def test_the_example_has_agents_enough_for_what_few_can_do() -> None:
    """Whatever a specialists' queue is asked for, four of its tier can do it: a queue that two can serve holds no
    target of a minute.
    """
    example = workspace_file.read(EXAMPLE)
    tiers = {queue.name: queue.tier for queue in example.queues}
    for topic in example.topics:
        needs = {need.skill: need.min for need in topic.skills} | {TIER: tiers[topic.queue or "tier_2"]}
        able = [
            agent
            for agent in example.agents
            if DemoAgent(agent.name, {has.skill: has.proficiency for has in agent.skills} | {TIER: agent.tier}, 6).able(
                needs
            )
        ]
        assert len(able) >= (4 if topic.touch is Touch.HIGH else 1), topic.name


def test_the_run_is_as_long_as_the_agents_need() -> None:
    agents = [_agent("a"), _agent("b")]
    workspace = _workspace(agents)
    few, many = plan(workspace.topics, [Channel.VOICE], 100, 1), plan(workspace.topics, [Channel.VOICE], 200, 1)
    short, long = load(workspace, few, agents), load(workspace, many, agents)
    assert long.horizon_s == pytest.approx(2 * short.horizon_s)
    assert load(workspace, few, agents[:1]).horizon_s == pytest.approx(2 * short.horizon_s)
    assert short.to_agents == pytest.approx(100)
    assert short.horizon_s == pytest.approx(100 * 205 / 2 / 0.45)


def test_what_automation_settles_needs_no_agent() -> None:
    agents = [_agent("a")]
    workspace = _workspace(agents, [DemoRung(Outcome.AUTOMATION, frozenset({Channel.CHAT}), None), *AGENT_ONLY])
    chats, calls = (
        plan(workspace.topics[:1], [Channel.CHAT], 100, 1),
        plan(workspace.topics[:1], [Channel.VOICE], 100, 1),
    )
    assert load(workspace, chats, agents).to_agents == pytest.approx(100 * (0.3 + 0.7 * 0.05))
    assert load(workspace, calls, agents).to_agents == pytest.approx(100)


def test_a_wait_is_the_contacts_own_times_the_speed() -> None:
    assert fate(_contact(), speed=20).wait_s == pytest.approx(30)
    assert fate(_contact(state="abandoned", agent=None, answered_at=None), speed=20).wait_s == pytest.approx(200)
    waiting = fate(_contact(state="queued", agent=None, answered_at=None, ended_at=None), speed=20)
    assert waiting.wait_s is None
    assert not waiting.answered
    assert (
        fate(
            _contact(outcome="automation", state="resolved", queue=None, enqueued_at=None, answered_at=None), speed=20
        ).wait_s
        is None
    )


def test_the_service_level_counts_late_abandons_and_forgives_early_ones() -> None:
    fates = [_waited(wait) for wait in (1, 20, 20.1, 50)]
    fates += [_waited(wait, ContactState.ABANDONED, agent=None) for wait in (4, 15, 90)]
    fates += [_waited(0, ContactState.QUEUED, agent=None)]
    (row,) = report.levels(fates, [_queue("chat", 20), _queue("unused", 20)])
    assert (row.answered, row.in_time, row.abandoned, row.abandoned_late, row.waiting) == (4, 2, 3, 1, 1)
    assert row.service_level == pytest.approx(2 / 5)
    assert row.met is False
    assert row.asa_s == pytest.approx(91.1 / 4)
    assert row.p99_s == pytest.approx(50)


def test_a_queue_whose_contacts_all_wait_has_no_service_level() -> None:
    (row,) = report.levels([_waited(0, ContactState.QUEUED, agent=None)], [_queue("chat", 20)])
    assert row.service_level is None
    assert row.met is None


def test_contacts_are_counted_by_cell_and_outcome() -> None:
    high = {"cell": "high_volume_low_touch"}
    fates = [
        _waited(1),
        _waited(1, ContactState.ABANDONED),
        _waited(1, ContactState.CANCELLED),
        _waited(1, ContactState.RESOLVED, outcome="automation", queue=None, **high),
        _waited(1, ContactState.RESOLVED, outcome="community", queue=None, **high),
    ]
    first, second, third = report.cells(fates)
    assert (first.cell, first.outcome, first.contacts, first.resolved) == (
        Cell.HIGH_VOLUME_LOW_TOUCH,
        Outcome.AUTOMATION,
        1,
        1,
    )
    assert (second.outcome, second.resolved) == (Outcome.COMMUNITY, 1)
    assert (third.contacts, third.completed, third.abandoned, third.waiting) == (3, 1, 1, 1)


def test_an_agent_with_two_chats_is_busy_once() -> None:
    def served(agent: str, start_s: float, end_s: float) -> Fate:
        start, end = T0 + timedelta(seconds=start_s), T0 + timedelta(seconds=end_s)
        return fate(_contact(agent=agent, answered_at=start.isoformat(), ended_at=end.isoformat()), speed=20)

    last = fate(
        _contact(accepted_at=(T0 + timedelta(seconds=100)).isoformat(), answered_at=None, agent=None, ended_at=None),
        speed=20,
    )
    fates = [served("bo", 0, 40), served("bo", 20, 60), served("cy", 80, 300), last]
    assert report.occupancy(fates, agents=2) == pytest.approx((60 + 20) / 200)
    assert report.occupancy([], agents=2) is None


@pytest.mark.parametrize(("share", "expected"), [(1, 100), (0.99, 99), (0.5, 50), (0.001, 1)])
def test_a_percentile_is_a_value_that_occurred(share: float, expected: float) -> None:
    assert report.percentile(list(map(float, range(1, 101))), share) == expected


@pytest.mark.parametrize(
    ("seconds", "words"), [(None, "–"), (20, "20 s"), (119, "119 s"), (120, "2 min"), (228, "3.8 min"), (14_400, "4 h")]
)
def test_durations_are_told_as_people_say_them(seconds: float | None, words: str) -> None:
    assert tables.duration(seconds) == words


def test_a_contact_only_moves_forward() -> None:
    tally = DemoTally(Clock(20))
    tally.contacts["c"] = [Outcome.AGENT]
    for stage in (Stage.WITH_AGENT, Stage.WAITING, Stage.COMPLETED, Stage.WITH_AGENT):
        tally.move("c", stage)
    tally.move("somebody else's", Stage.WAITING)
    assert tally.stages() == {Stage.COMPLETED: 1}
    assert tally.settled("c").is_set()


def test_the_report_fits_100_columns() -> None:
    tally = DemoTally(Clock(20))
    tally.offers.update(made=12, accepted=11, declined=1)
    fates = [_waited(wait, cell=cell, outcome=outcome) for wait in (1, 700) for cell in Cell for outcome in Outcome]
    console = Console(file=io.StringIO(), width=100)
    queues = [_queue("chat", 120), _queue("email", 14_400)]
    tables.show(console, tables.Run(fates, queues, [_agent("bo")], tally, len(fates), 20))
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    assert max(map(len, printed.splitlines())) <= 100
    assert "…" not in printed
    assert "high volume, low touch   automation" in printed


def test_the_report_tells_simulated_seconds_from_those_of_the_wallboard() -> None:
    """A wait of a minute here is three seconds there, and the heading says which is which."""
    console = Console(file=io.StringIO(), width=100)
    tables.show(console, tables.Run([_waited(60)], [_queue("chat", 120)], [_agent("bo")], DemoTally(Clock(20)), 1, 20))
    assert isinstance(console.file, io.StringIO)
    printed = console.file.getvalue()
    assert "in simulated seconds; Real ASA is the wallboard's" in " ".join(printed.split())
    (row,) = (line for line in printed.splitlines() if line.startswith("chat "))
    assert row.split()[-6:] == ["60", "s", "60", "s", "3.0", "s"]


def test_the_key_comes_from_the_environment_or_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MCI_API_KEY", raising=False)
    keys = tmp_path / "keys.json"
    with pytest.raises(DemoError, match="no key"):
        find_key(keys)
    keys.write_text(json.dumps({"operator": "mci_file"}))
    assert find_key(keys) == "mci_file"
    monkeypatch.setenv("MCI_API_KEY", "mci_environment")
    assert find_key(keys) == "mci_environment"
