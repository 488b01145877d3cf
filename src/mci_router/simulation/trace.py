"""A trace: the queues, agents, contacts and incidents of a day, one JSON object a line.

An error names its line.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, ConfigDict, Field, ValidationError

from mci_router.lazy_schemas import LazyModel
from mci_router.values import value

YEAR_S = 366 * 86_400

Id = Annotated[int | str, Field(description="a whole number or a text, its own among its kind")]
Seconds = Annotated[float, Field(ge=0, le=YEAR_S)]
Share = Annotated[float, Field(ge=0, le=1, description="a share from 0 to 1")]


class BadTrace(Exception):
    """The trace cannot be simulated: where, why, and how to mend it, in one line."""


def _in_order(shifts: list[list[float]] | None) -> list[list[float]] | None:
    times = [time for shift in shifts or () for time in shift]
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise ValueError("shifts end after they begin, and before the next one begins")
    return shifts


class Record(LazyModel):
    """A line of a trace. Unknown fields are ignored: a trace may contain more than a simulation needs."""

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False)


class TraceQueue(Record):
    """A queue, with its target and its goal."""

    id: Id
    name: Annotated[str, Field(min_length=1, max_length=100, description="a text")]
    target_s: Annotated[float, Field(gt=0, le=30 * 86_400, description="seconds, more than 0 and at most 30 days")]
    goal: Annotated[float, Field(gt=0, lt=1, description="a share between 0 and 1, such as 0.8")]
    units: Annotated[
        int, Field(ge=1, le=100, description="the units of capacity that a contact takes, a whole number from 1 to 100")
    ]
    mean_handle_s: Annotated[float, Field(gt=0, le=86_400, description="seconds, more than 0 and at most a day")]
    weight: Annotated[float, Field(gt=0, le=100, description="a number above 0, at most 100")] = 1
    deferrable: Annotated[bool, Field(description="true or false")] = False
    conc_slow: Annotated[float, Field(ge=0, le=10, description="a number from 0 to 10")] = 0
    static_priority: Annotated[
        int, Field(ge=0, le=1000, description="a whole number from 0 to 1000; the lowest is served first")
    ] = 100


Shift = Annotated[list[Seconds], Field(min_length=2, max_length=2)]


class TraceAgent(Record):
    """An agent, present all day, or in the `shifts`: from and until when. `skills` are speeds by queue id; 1 is the
    mean.
    """

    id: Id
    capacity: Annotated[int, Field(ge=1, le=100, description="units, a whole number from 1 to 100")]
    skills: Annotated[
        dict[str, Annotated[float, Field(gt=0, le=10)]],
        Field(
            min_length=1,
            description="an object that gives a speed above 0, at most 10, to the id of at least one queue",
        ),
    ]
    shifts: Annotated[
        list[Shift] | None,
        AfterValidator(_in_order),
        Field(min_length=1, max_length=200, description="pairs of seconds from the start of the day, in order"),
    ] = None


class TraceContact(Record):
    """A contact. The engine never learns `handle_s` and `patience_s` (null: the customer waits for ever)."""

    id: Id
    queue: Annotated[int | str, Field(description="the id of a queue")]
    t: Annotated[Seconds, Field(description="the arrival in seconds from the start of the day, 0 or more")]
    handle_s: Annotated[Seconds, Field(description="seconds of work, 0 or more")]
    patience_s: Annotated[
        Seconds | None, Field(description="seconds until the customer leaves, 0 or more; null for never")
    ]


class TraceIncident(Record):
    """The common cause of a queue's contacts, open from `declared_t` to `fixed_t`.

    It answers them, and they need no agent. The share `matched` of them is recognised; the others go into line. After
    the fix, the share `still_broken` of those informed say so and go into line: at once, or over
    `still_broken_within_s`.
    """

    queue: Annotated[int | str, Field(description="the id of a queue")]
    declared_t: Annotated[Seconds, Field(description="seconds from the start of the day, 0 or more")]
    fixed_t: Annotated[Seconds, Field(description="seconds from the start of the day, 0 or more")]
    still_broken: Share = 0.0
    still_broken_within_s: Annotated[Seconds, Field(description="seconds, 0 or more")] = 0.0
    matched: Share = 1.0

    def overlaps(self, other: "TraceIncident") -> bool:
        """Returns whether both could answer the same contact."""
        return (
            str(self.queue) == str(other.queue) and self.declared_t < other.fixed_t and other.declared_t < self.fixed_t
        )


@value
class Trace:
    """A whole day.

    Contacts are in order of arrival, the others in the order of the file; `queues` and `agents` are by id, as text.
    """

    title: str
    queues: Mapping[str, TraceQueue]
    agents: Mapping[str, TraceAgent]
    contacts: Sequence[TraceContact]
    incidents: Sequence[TraceIncident] = ()

    def queue_of(self, contact: TraceContact) -> TraceQueue:
        return self.queues[str(contact.queue)]


KINDS: dict[str, type[TraceQueue] | type[TraceAgent] | type[TraceContact] | type[TraceIncident]] = {
    "queue": TraceQueue,
    "agent": TraceAgent,
    "contact": TraceContact,
    "incident": TraceIncident,
}
Kind = TypeVar("Kind", TraceQueue, TraceAgent, TraceContact)


def read(path: Path) -> Trace:
    """Reads and checks a trace. Raises BadTrace."""
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise BadTrace(f"{path} cannot be read: {error.strerror}") from error
    return _TraceFile(path).trace(lines)


class _TraceFile:
    """One file; keeps the line of each record, to name it in an error."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.title = path.stem
        self.records: dict[str, dict[str, tuple[int, Any]]] = {kind: {} for kind in KINDS}

    def trace(self, lines: list[bytes]) -> Trace:
        for number, line in enumerate(lines, 1):
            if line.strip():
                self._take(number, line)
        queues, agents = self._records("queue", TraceQueue), self._records("agent", TraceAgent)
        self._check_agents(queues)
        self._check_contacts(queues, agents)
        self._check_incidents(queues)
        contacts = sorted(self._records("contact", TraceContact).values(), key=lambda contact: contact.t)
        return Trace(
            self.title, queues, agents, contacts, [incident for _, incident in self.records["incident"].values()]
        )

    def _take(self, number: int, line: bytes) -> None:
        record = self._object(number, line)
        kind = record.get("kind")
        if kind == "meta":
            self.title = str(record.get("scenario", self.title))
        elif kind not in KINDS:
            raise self._fault(number, f"kind is {_shown(kind)}: it must be meta, queue, agent, contact or incident")
        else:
            self._add(number, kind, record)

    def _object(self, number: int, line: bytes) -> dict[str, Any]:
        try:
            record = json.loads(line.decode())
        except (ValueError, RecursionError) as error:
            raise self._fault(number, f"this is not JSON ({error}): write one JSON object a line, in UTF-8") from error
        if not isinstance(record, dict):
            raise self._fault(number, f"this is {_shown(record)}: write one JSON object a line")
        return record

    def _add(self, number: int, kind: str, record: dict[str, Any]) -> None:
        try:
            parsed = KINDS[kind].model_validate(record)
        except ValidationError as error:
            raise self._fault(number, _field_fault(kind, record, error)) from error
        # Nothing refers to an incident: it has no id.
        name = number if isinstance(parsed, TraceIncident) else parsed.id
        known = self.records[kind].setdefault(str(name), (number, parsed))
        if known[0] != number:
            raise self._fault(
                number, f"{kind} {_shown(name)} is in line {known[0]} already: give each {kind} an id of its own"
            )

    def _records(self, kind: str, _: type[Kind]) -> dict[str, Kind]:
        if not self.records[kind]:
            raise BadTrace(f"{self.path} has no {kind}: it needs at least one line of kind {kind}")
        return {name: record for name, (_, record) in self.records[kind].items()}

    def _check_agents(self, queues: Mapping[str, TraceQueue]) -> None:
        for number, agent in self.records["agent"].values():
            if unknown := sorted(agent.skills.keys() - queues.keys()):
                raise self._fault(
                    number, f"agent {_shown(agent.id)} serves queue {_shown(unknown[0])}: {_no_queue(queues)}"
                )

    def _check_contacts(self, queues: Mapping[str, TraceQueue], agents: Mapping[str, TraceAgent]) -> None:
        served = set(_served(queues, agents))
        for number, contact in self.records["contact"].values():
            queue = str(contact.queue)
            if queue not in queues:
                raise self._fault(
                    number, f"contact {_shown(contact.id)} comes to queue {_shown(contact.queue)}: {_no_queue(queues)}"
                )
            if queue not in served and contact.patience_s is None:
                why = f"contact {_shown(contact.id)} would wait for ever: no agent has queue {_shown(contact.queue)}"
                mend = "add one, or give the contact a patience_s"
                raise self._fault(number, f"{why} among the skills and the capacity for it; {mend}")

    def _check_incidents(self, queues: Mapping[str, TraceQueue]) -> None:
        for number, incident in self.records["incident"].values():
            if str(incident.queue) not in queues:
                raise self._fault(number, f"an incident is of queue {_shown(incident.queue)}: {_no_queue(queues)}")
            if incident.fixed_t <= incident.declared_t:
                wrong = (
                    f"fixed_t is {_shown(incident.fixed_t)}: it must be after declared_t, {_shown(incident.declared_t)}"
                )
                raise self._fault(number, f"incident of queue {_shown(incident.queue)}: {wrong}")
        for (first, earlier), (number, other) in combinations(self.records["incident"].values(), 2):
            if earlier.overlaps(other):
                when = (
                    f"the one in line {first} is open at the same time: let one be fixed before the other is declared"
                )
                raise self._fault(number, f"incident of queue {_shown(other.queue)}: {when}")

    def _fault(self, number: int, what: str) -> BadTrace:
        return BadTrace(f"{self.path}:{number}: {what}")


def _served(queues: Mapping[str, TraceQueue], agents: Mapping[str, TraceAgent]) -> Iterator[str]:
    for agent in agents.values():
        yield from (queue for queue in agent.skills if queues[queue].units <= agent.capacity)


def _field_fault(kind: str, record: Mapping[str, Any], error: ValidationError) -> str:
    """Returns the first fault of a record, and what the field must be."""
    fault = error.errors()[0]
    field = str(fault["loc"][0])
    wrong = "is missing" if fault["type"] == "missing" else f"is {_shown(record.get(field))}"
    which = f"of queue {_shown(record.get('queue'))}" if kind == "incident" else _shown(record.get("id"))
    return f"{kind} {which}: {field} {wrong}: it must be {KINDS[kind].model_fields[field].description}"


def _no_queue(queues: Mapping[str, TraceQueue]) -> str:
    names = ", ".join(list(queues)[:10]) + (", …" if len(queues) > 10 else "")
    return f"there is no such queue; the trace has {names}"


def _shown(value: Any) -> str:
    """Returns a value as JSON, short enough for one line."""
    text = json.dumps(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
