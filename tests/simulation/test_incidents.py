"""Days with incidents: who is informed holds no agent, and who says that it is still broken goes ahead in line."""

from itertools import count
from pathlib import Path

import pytest

from mci_router.embedded import Servers
from mci_router.simulation.incidents import STILL_BROKEN_PRIORITY, Incidents
from mci_router.simulation.outcomes import Informed
from mci_router.simulation.policies import SimulatedPolicy
from mci_router.simulation.trace import TraceContact, TraceIncident
from tests.simulation.checker import Checker
from tests.simulation.days import Record, agent, contact, incident, mixed_day, queue
from tests.simulation.test_driver import run

CALLS = [queue(0, "calls"), agent(1, {0: 1.0})]
AHEAD_S = 60 * STILL_BROKEN_PRIORITY


def outcomes_of(servers: Servers, directory: Path, *records: Record) -> list[Record]:
    return run(servers, directory, [*CALLS, *records], SimulatedPolicy.SERVICE_LEVEL)[1]


def test_an_open_incident_answers_who_comes_and_no_agent_is_asked(servers: Servers, tmp_path: Path) -> None:
    """From the moment it is declared until the moment it is fixed; the agent is idle all the while."""
    calls = [contact(number, 0, t, 1.0) for number, t in enumerate([9.999, 10.0, 15.0, 19.999, 20.0])]
    found = outcomes_of(servers, tmp_path, *calls, incident(0, 10.0, 20.0))
    assert found[0] == {"id": 0, "agent": 1, "start": 9.999, "end": 10.999}
    assert found[1:4] == [{"id": number, "deflected_at": t} for number, t in ((1, 10.0), (2, 15.0), (3, 19.999))]
    assert found[4] == {"id": 4, "agent": 1, "start": 20.0, "end": 21.0}


def test_who_waits_already_is_left_in_line(servers: Servers, tmp_path: Path) -> None:
    """An incident answers at intake only."""
    found = outcomes_of(servers, tmp_path, contact(0, 0, 0.0, 12.0), contact(1, 0, 1.0, 5.0), incident(0, 2.0, 100.0))
    assert [outcome["start"] for outcome in found] == [0, 12]


def test_other_queues_know_nothing_of_it(servers: Servers, tmp_path: Path) -> None:
    """Their contacts go into line as ever."""
    others = [queue(7, "others"), agent(2, {7: 1.0}), contact(0, 7, 5.0, 1.0)]
    assert outcomes_of(servers, tmp_path, *others, incident(0, 0.0, 10.0)) == [
        {"id": 0, "agent": 2, "start": 5.0, "end": 6.0}
    ]


@pytest.mark.parametrize(("came", "first"), [(AHEAD_S / 2, "still broken"), (1.0, "waiting")])
def test_still_broken_goes_ahead_of_who_came_in_the_last_minutes_only(
    servers: Servers, tmp_path: Path, came: float, first: str
) -> None:
    """A point of priority counts as a minute waited: nobody who has waited longer than that is overtaken."""
    fixed = AHEAD_S + 10.0
    busy, waiting = contact(0, 0, 0.0, 2 * fixed), contact(1, 0, came, 10.0)
    informed = contact(2, 0, came + 2, 10.0)
    found = outcomes_of(servers, tmp_path, busy, waiting, informed, incident(0, came + 1, fixed, still_broken=1.0))
    starts = {"waiting": found[1]["start"], "still broken": found[2]["still_broken"]["start"]}
    assert min(starts, key=starts.__getitem__) == first
    assert found[2]["still_broken"]["t"] == fixed


def test_patience_begins_anew_with_still_broken(servers: Servers, tmp_path: Path) -> None:
    """Nobody waits while they are informed."""
    found = outcomes_of(
        servers,
        tmp_path,
        contact(0, 0, 0.0, 900.0),
        contact(1, 0, 5.0, 9.0, 30.0),
        incident(0, 1.0, 500.0, still_broken=1.0),
    )
    assert found[1] == {"id": 1, "deflected_at": 5.0, "still_broken": {"t": 500.0, "abandoned_at": 530.0}}


def test_a_day_with_incidents_loses_nobody_and_breaks_no_rule(servers: Servers, tmp_path: Path) -> None:
    """Each contact has one outcome; a customer who was informed is with an agent only from the moment they said that it is
    still broken.
    """
    records = [
        *mixed_day(seed=3),
        incident(0, 300.0, 1500.0, still_broken=0.3, matched=0.8),
        incident(0, 1500.0, 3000.0, still_broken=0.5),
    ]
    done, found = run(servers, tmp_path, records, SimulatedPolicy.SERVICE_LEVEL)
    assert [outcome["id"] for outcome in found] == sorted(one["id"] for one in records if one["kind"] == "contact")
    informed = [outcome for outcome in done.outcomes if isinstance(outcome, Informed)]
    assert {one.contact.queue for one in informed} == {0}
    for one in done.trace.incidents:
        came = [
            contact
            for contact in done.trace.contacts
            if contact.queue == 0 and one.declared_t <= contact.t < one.fixed_t
        ]
        told = [outcome for outcome in informed if outcome.incident == one]
        assert len(told) == int(len(came) * one.matched) > 20
        assert sum(outcome.still_broken is not None for outcome in told) == int(len(told) * one.still_broken)
    # They go ahead of others of their queue: that order is told above.
    assert [fault for fault in Checker(*as_in_line(records, found)).faults() if "which is older" not in fault] == []


def as_in_line(records: list[Record], found: list[Record]) -> tuple[list[Record], list[Record]]:
    """The day as its lines saw it: without who was only informed, and with who came again as if they had come then."""
    stood = {
        outcome["id"]: outcome.get("still_broken", outcome)
        for outcome in found
        if set(outcome) != {"id", "deflected_at"}
    }
    others = [record for record in records if record["kind"] in ("queue", "agent")]
    contacts = [record for record in records if record["kind"] == "contact" and record["id"] in stood]
    day = [*others, *(record | {"t": stood[record["id"]].get("t", record["t"])} for record in contacts)]
    return day, [{"id": number, **outcome} for number, outcome in stood.items()]


def test_shares_are_kept_by_counting() -> None:
    """The same contacts in every run, spread evenly; of two incidents each has its own count."""
    one = TraceIncident(queue=0, declared_t=0.0, fixed_t=100.0, still_broken=0.5, matched=0.3)
    numbers, incidents = count(), Incidents([one, TraceIncident(queue="x", declared_t=0.0, fixed_t=9.0)])
    calls = [TraceContact(id=next(numbers), queue=0, t=float(t), handle_s=1.0, patience_s=None) for t in range(20)]
    told = [call for call in calls if incidents.informing(call)]
    assert [call.id for call in told] == [3, 6, 9, 13, 16, 19]
    assert [incidents.still_broken_at(one, call) for call in told] == [None, 100.0, None, 100.0, None, 100.0]
    assert incidents.informing(calls[0].model_copy(update={"queue": "x"})) is not None


def test_who_was_informed_earlier_says_earlier_that_it_is_still_broken() -> None:
    """Within the time that the trace gives."""
    one = TraceIncident(queue=0, declared_t=100.0, fixed_t=200.0, still_broken=1.0, still_broken_within_s=50.0)
    calls = [TraceContact(id=0, queue=0, t=t, handle_s=1.0, patience_s=None) for t in (100.0, 150.0, 199.0)]
    incidents = Incidents([one])
    assert [incidents.still_broken_at(one, call) for call in calls] == [200.0, 225.0, 249.5]
