"""Simulated days on the real engine, held to an independent checker and to a plain model."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from mci_router.embedded import Servers
from mci_router.simulation import outcomes, trace
from mci_router.simulation.policies import SimulatedPolicy
from mci_router.simulation.run import Day, simulate
from tests.simulation import plain
from tests.simulation.checker import Checker
from tests.simulation.days import (
    TRACES,
    Record,
    agent,
    blended_day,
    busy_part,
    contact,
    crowded_day,
    mixed_day,
    queue,
    save,
    team_day,
    voice_day,
)
from tests.support.proof import FULL

GENERATED = "a generated day" if TRACES else "a generated day (no recorded traces lie next to the repository)"
DAYS: dict[str, Callable[[], list[Record]]] = {
    GENERATED: partial(mixed_day, hours=1.0 if FULL else 0.5),
    "a blended day": blended_day,
    **{path.stem: partial(busy_part, path) for path in TRACES},
}


def run(
    servers: Servers, directory: Path, day: list[Record], policy: SimulatedPolicy, *, plain: bool = False
) -> tuple[Day, list[Record]]:
    """The day as simulated, and its outcomes as the file has them."""
    done = simulate(trace.read(save(directory / "trace.jsonl", day)), policy, servers.valkey.url, plain=plain)
    outcomes.write(directory / "outcomes.jsonl", done.outcomes)
    return done, [json.loads(line) for line in (directory / "outcomes.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("policy", SimulatedPolicy)
@pytest.mark.parametrize("name", DAYS)
def test_a_day_breaks_no_rule_under_any_policy(
    servers: Servers, tmp_path: Path, name: str, policy: SimulatedPolicy
) -> None:
    """Nobody lost, over capacity, unable, out of order, or idle while a contact waits; customers leave when their
    patience ends.
    """
    day = DAYS[name]()
    _, found = run(servers, tmp_path, day, policy)
    assert Checker(day, found, by_rank=policy is SimulatedPolicy.STRICT_PRIORITY).faults() == []


def test_a_day_of_calls_is_what_a_plain_model_says(servers: Servers, tmp_path: Path) -> None:
    """First come, first served by the longest idle: contact by contact, to the millisecond."""
    day = voice_day()
    _, found = run(servers, tmp_path, day, SimulatedPolicy.LONGEST_IDLE)
    assert sum("abandoned_at" in outcome for outcome in found) > 10
    assert found == plain.simulate(day)


@pytest.mark.parametrize("policy", SimulatedPolicy)
def test_the_same_trace_gives_the_same_outcomes(servers: Servers, tmp_path: Path, policy: SimulatedPolicy) -> None:
    """Whatever the workspace is called, and whatever order the server keeps its sets in."""
    first, second = (run(servers, tmp_path, mixed_day(seed=2, hours=0.25), policy)[1] for _ in range(2))
    assert first == second


def test_work_takes_longer_beside_other_work_and_with_a_slow_agent(servers: Servers, tmp_path: Path) -> None:
    """handle_s / speed × (1 + conc_slow × the agent's other jobs): three chats that come one after another."""
    chats = [contact(number, 0, float(number), 100.0) for number in range(3)]
    day = [queue(0, "chat", units=2, conc_slow=0.15), agent(7, {0: 0.5}), *chats]
    _, found = run(servers, tmp_path, day, SimulatedPolicy.LONGEST_IDLE)
    assert [(outcome["start"], outcome["end"]) for outcome in found] == [(0, 200), (1, 231), (2, 262)]


@pytest.mark.parametrize("policy", SimulatedPolicy)
def test_deferrable_work_is_held_back_under_every_policy_unless_the_day_is_plain(
    servers: Servers, tmp_path: Path, policy: SimulatedPolicy
) -> None:
    """With one call under way the second agent stays free for the next; routers without a reserve give it the e-mail."""
    day = [
        queue(0, "calls"),
        queue(1, "email", deferrable=True, target_s=3600),
        *(agent(number, {0: 1.0, 1: 1.0}) for number in range(2)),
        contact(0, 0, 0.0, 100.0),
        contact(1, 1, 1.0, 10.0),
    ]
    starts = [run(servers, tmp_path, day, policy, plain=plain)[1][1]["start"] for plain in (False, True)]
    assert starts == [100.0, 1.0]


def test_a_team_is_served_the_same_whatever_another_team_does(servers: Servers, tmp_path: Path) -> None:
    """The reserve counts who could serve the e-mail and the calls these could take: to the millisecond, with nobody
    else there, with twelve idle strangers, and with three busy ones.
    """
    days = [team_day(*strangers, hours=0.5) for strangers in ((0, 0), (12, 0), (3, 150))]
    alone, beside_idle, beside_busy = (
        [one for one in run(servers, tmp_path, day, SimulatedPolicy.SERVICE_LEVEL)[1] if one["id"] < 10_000]
        for day in days
    )
    assert alone == beside_idle == beside_busy


@pytest.mark.parametrize("policy", SimulatedPolicy)
def test_a_call_is_not_kept_out_by_chats_for_ever(servers: Servers, tmp_path: Path, policy: SimulatedPolicy) -> None:
    """After twelve targets (180 s) its agent takes nothing else: it waits for one chat of 230 s at most. Other routers'
    rules let it wait for all 40 chats.
    """
    _, found = run(servers, tmp_path, crowded_day(), policy)
    call, chats = found[1], [outcome for outcome in found if outcome["id"] < 40]
    assert call["id"] == 40
    assert 180 <= call["start"] - 50 <= 180 + 230
    assert sum(outcome["start"] > 200.0 * outcome["id"] + 90 for outcome in chats) <= 2
    assert Checker(crowded_day(), found, by_rank=policy is SimulatedPolicy.STRICT_PRIORITY).faults() == []
    _, plainly = run(servers, tmp_path, crowded_day(), policy, plain=True)
    assert plainly[1]["start"] == 39 * 200.0 + 230


def test_at_one_moment_work_ends_before_customers_leave_and_before_others_come(
    servers: Servers, tmp_path: Path
) -> None:
    """Who is about to leave is saved by the agent who is freed then; who comes then is behind."""
    day = [
        queue(0, "calls"),
        agent(1, {0: 1.0}),
        contact(0, 0, 0.0, 10.0),
        contact(1, 0, 4.0, 10.0, 6.0),
        contact(2, 0, 10.0, 5.0, 10.0),
    ]
    _, found = run(servers, tmp_path, day, SimulatedPolicy.LONGEST_IDLE)
    assert [(outcome["start"], outcome["end"]) for outcome in found] == [(0, 10), (10, 20), (20, 25)]


def test_contacts_of_one_millisecond_are_served_in_the_order_of_the_trace(servers: Servers, tmp_path: Path) -> None:
    """Whatever their ids are."""
    same = [contact(number, 0, 1.0001, 1.0) for number in (30, 4, 200, 1)]
    _, found = run(servers, tmp_path, [queue(0, "calls"), agent(1, {0: 1.0}), *same], SimulatedPolicy.LONGEST_IDLE)
    assert [outcome["id"] for outcome in sorted(found, key=lambda outcome: outcome["start"])] == [30, 4, 200, 1]


def test_customers_nobody_can_serve_leave_when_their_patience_ends(servers: Servers, tmp_path: Path) -> None:
    """Also when no agent has the room at all."""
    day = [queue(0, "calls"), agent(1, {0: 1.0}, capacity=2), contact(0, 0, 5.0, 1.0, 30.0)]
    _, found = run(servers, tmp_path, day, SimulatedPolicy.LONGEST_IDLE)
    assert found == [{"id": 0, "abandoned_at": 35.0}]


def test_a_simulation_leaves_nothing_on_the_server(servers: Servers, tmp_path: Path, client: Any) -> None:
    """Its workspace is gone afterwards."""
    before = client.dbsize()
    done, _ = run(servers, tmp_path, mixed_day(hours=0.1), SimulatedPolicy.LONGEST_IDLE)
    assert (done.calls > len(done.outcomes), client.dbsize()) == (True, before)


SPOILT: dict[str, tuple[str, Callable[[list[Record]], Any]]] = {
    "a lost contact": ("lost", lambda found: found.pop()),
    "a contact told twice": ("twice", lambda found: found.append(found[0])),
    "an agent who is not able": ("not able", lambda found: answered(found)[0].update(agent=stranger(found))),
    "an answer before the arrival": ("before it came", lambda found: answered(found)[5].update(start=0.0)),
    "an answer after patience has ended": (
        "after it had left",
        lambda found: answered(found)[-1].update(start=90_000.0),
    ),
    "work cut short": ("wrong time", lambda found: shorten(answered(found)[3])),
    "two calls at once": (
        "too much",
        lambda found: answered(found)[40].update({k: answered(found)[41][k] for k in ("agent", "start", "end")}),
    ),
    "a younger contact first": ("older", lambda found: swap(found)),
    "a customer who leaves early": ("patience", lambda found: abandoned(found)[0].update(abandoned_at=1.0)),
    "an agent idle while a contact waits": ("had room", lambda found: delay(found)),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_the_checker_finds_out(spoilt: str) -> None:
    """Each rule is looked at: outcomes with one thing wrong are not let through."""
    day = voice_day()
    found = plain.simulate(day)
    assert Checker(day, found).faults() == []
    words, spoil = SPOILT[spoilt]
    spoil(found)
    assert any(words in fault for fault in Checker(day, found).faults())


def answered(found: list[Record]) -> list[Record]:
    return [outcome for outcome in found if "agent" in outcome]


def abandoned(found: list[Record]) -> list[Record]:
    return [outcome for outcome in found if "abandoned_at" in outcome]


def stranger(found: list[Record]) -> int:
    """An agent who does not serve the first contact answered."""
    day = voice_day()
    asked = next(
        str(record["queue"])
        for record in day
        if record["kind"] == "contact" and record["id"] == answered(found)[0]["id"]
    )
    return next(int(record["id"]) for record in day if record["kind"] == "agent" and asked not in record["skills"])


def shorten(outcome: Record) -> None:
    outcome["end"] -= 1


def swap(found: list[Record]) -> None:
    """Two waiting contacts of one queue change places."""
    queues = {record["id"]: record["queue"] for record in voice_day() if record["kind"] == "contact"}
    late = [outcome for outcome in answered(found) if queues[outcome["id"]] == 0][-40:]
    late[0]["start"], late[30]["start"] = late[30]["start"], late[0]["start"]


def delay(found: list[Record]) -> None:
    """The first contact of the day waits for no reason."""
    outcome = answered(found)[0]
    outcome["start"] += 60
    outcome["end"] += 60
