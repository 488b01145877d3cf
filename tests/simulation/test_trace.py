"""Traces that cannot be simulated are told with the line that is wrong, and how to mend it."""

import json
from pathlib import Path
from typing import Any

import pytest

from mci_router.simulation.trace import BadTrace, read
from tests.simulation.days import agent, contact, incident, queue, save

GOOD = [queue(0, "calls"), agent(1, {0: 1.0}), contact(0, 0, 1.0, 60.0, 30.0)]


def test_contacts_are_read_in_order_of_arrival_and_ids_may_be_texts(tmp_path: Path) -> None:
    """Equals keep the order of the file."""
    late, early = contact(1, 0, 9.0, 1.0), contact(2, 0, 1.0, 1.0)
    found = read(save(tmp_path / "day.jsonl", [*GOOD, late, early, early | {"id": "a text", "queue": "0"}]))
    assert [one.id for one in found.contacts] == [0, 2, "a text", 1]
    assert found.queue_of(found.contacts[2]).name == "calls"
    assert found.title == "day"


def without(record: dict[str, Any], field: str) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != field}


BAD: dict[str, tuple[Any, str]] = {
    "no JSON": ("{kind: queue}", "4: this is not JSON"),
    "no UTF-8": (b"\xff{}", "4: this is not JSON"),
    "no end of nesting": ("[" * 100_000, "4: this is not JSON"),
    "no object": ("[1, 2]", "4: this is [1, 2]: write one JSON object a line"),
    "no kind": ({"id": 7}, "4: kind is null: it must be meta, queue, agent, contact or incident"),
    "an unknown kind": ({"kind": "contct"}, '4: kind is "contct"'),
    "a missing field": (
        without(contact(5, 0, 1.0, 1.0), "handle_s"),
        "4: contact 5: handle_s is missing: it must be seconds of work",
    ),
    "a missing patience": (
        without(contact(5, 0, 1.0, 1.0), "patience_s"),
        "patience_s is missing: it must be seconds until the customer",
    ),
    "a negative arrival": (contact(5, 0, -1.0, 1.0), "4: contact 5: t is -1.0: it must be the arrival in seconds"),
    "negative work": (contact(5, 0, 1.0, -3.0), "handle_s is -3.0"),
    "negative patience": (contact(5, 0, 1.0, 1.0, -2.0), "patience_s is -2.0"),
    "no number": (contact(5, 0, float("nan"), 1.0), "t is NaN"),
    "a text for a number": (contact(5, 0, 1.0, 1.0) | {"t": "12"}, 't is "12"'),
    "an unknown queue": (
        contact(5, 8, 1.0, 1.0),
        "4: contact 5 comes to queue 8: there is no such queue; the trace has 0",
    ),
    "an id used twice": (contact(0, 0, 2.0, 1.0), "4: contact 0 is in line 3 already"),
    "an agent without skills": (agent(2, {}), "4: agent 2: skills is {}: it must be an object that gives a speed"),
    "an agent with no speed": (agent(2, {0: 0.0}), 'skills is {"0": 0.0}'),
    "an agent of an unknown queue": (agent(2, {9: 1.0}), '4: agent 2 serves queue "9": there is no such queue'),
    "no capacity": (agent(2, {0: 1.0}, capacity=0), "capacity is 0"),
    "a queue without a goal": (queue(3, "x", goal=1), "goal is 1: it must be a share between 0 and 1"),
    "a queue without a target": (queue(3, "x", target_s=0), "target_s is 0"),
    "an incident of an unknown queue": (
        incident(8, 1.0, 2.0),
        "4: an incident is of queue 8: there is no such queue; the trace has 0",
    ),
    "an incident of no queue": (
        without(incident(0, 1.0, 2.0), "queue"),
        "4: incident of queue null: queue is missing: it must be the id",
    ),
    "an incident never fixed": (
        without(incident(0, 1.0, 2.0), "fixed_t"),
        "4: incident of queue 0: fixed_t is missing: it must be seconds",
    ),
    "an incident declared before the day": (
        incident(0, -1.0, 2.0),
        "declared_t is -1.0: it must be seconds from the start of the day",
    ),
    "an incident fixed before it is declared": (
        incident(0, 5.0, 5.0),
        "4: incident of queue 0: fixed_t is 5.0: it must be after declared_t",
    ),
    "more still broken than informed": (
        incident(0, 1.0, 2.0, still_broken=20),
        "still_broken is 20: it must be a share from 0 to 1",
    ),
    "more matched than came": (incident(0, 1.0, 2.0, matched=1.1), "matched is 1.1: it must be a share from 0 to 1"),
    "still broken before the fix": (
        incident(0, 1.0, 2.0, still_broken_within_s=-1.0),
        "still_broken_within_s is -1.0: it must be seconds",
    ),
}


@pytest.mark.parametrize("fault", BAD)
def test_what_is_wrong_is_told_in_one_line(tmp_path: Path, fault: str) -> None:
    """The file, the line, the record, and what is right."""
    wrong, told = BAD[fault]
    line = wrong if isinstance(wrong, bytes) else (wrong if isinstance(wrong, str) else json.dumps(wrong)).encode()
    path = save(tmp_path / "day.jsonl", GOOD)
    path.write_bytes(path.read_bytes() + line)
    with pytest.raises(BadTrace) as error:
        read(path)
    assert told in str(error.value)
    assert str(error.value).startswith(f"{path}:4: ")
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400


def test_a_contact_that_would_wait_for_ever_is_refused(tmp_path: Path) -> None:
    """Nobody has the room for it, and it does not leave."""
    day = [queue(0, "calls"), agent(1, {0: 1.0}, capacity=5), contact(0, 0, 1.0, 60.0)]
    with pytest.raises(BadTrace, match=r"day\.jsonl:3: contact 0 would wait for ever"):
        read(save(tmp_path / "day.jsonl", day))


def test_incidents_of_one_queue_are_one_after_the_other(tmp_path: Path) -> None:
    """One may begin as another ends, and those of other queues at any time; what is not said of one is as usual."""
    first, second, other = incident(0, 1.0, 5.0), incident(0, 5.0, 9.0), incident(3, 4.0, 6.0, still_broken=0.25)
    found = read(save(tmp_path / "day.jsonl", [*GOOD, queue(3, "chat"), second, first, other])).incidents
    assert [(one.queue, one.declared_t, one.fixed_t) for one in found] == [(0, 5.0, 9.0), (0, 1.0, 5.0), (3, 4.0, 6.0)]
    assert [(one.still_broken, one.still_broken_within_s, one.matched) for one in found[1:]] == [
        (0, 0, 1),
        (0.25, 0, 1),
    ]
    with pytest.raises(
        BadTrace, match=r"day\.jsonl:5: incident of queue 0: the one in line 4 is open at the same time"
    ):
        read(save(tmp_path / "day.jsonl", [*GOOD, first, incident(0, 4.9, 9.0)]))


def test_a_trace_without_incidents_has_none(tmp_path: Path) -> None:
    """As every trace before there were any."""
    assert list(read(save(tmp_path / "day.jsonl", GOOD)).incidents) == []


@pytest.mark.parametrize("kind", ["queue", "agent", "contact"])
def test_a_trace_has_queues_agents_and_contacts(tmp_path: Path, kind: str) -> None:
    """Without one of them there is no day."""
    path = save(tmp_path / "day.jsonl", [record for record in GOOD if record["kind"] != kind])
    with pytest.raises(BadTrace, match=f"has no {kind}: it needs at least one"):
        read(path)


def test_a_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    """With the reason."""
    with pytest.raises(BadTrace, match=r"day\.jsonl cannot be read: No such file"):
        read(tmp_path / "day.jsonl")
