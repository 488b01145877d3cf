"""Days to simulate: generated ones, and the recorded traces if they lie next to the repository."""

import json
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

from tests.support.proof import FULL

Record = dict[str, Any]
TRACES = sorted((Path(__file__).parents[3] / "shared" / "data" / "traces").glob("*.jsonl"))
FROM_S, UNTIL_S = (0, 86_400) if FULL else (9_000, 10_500)  # of a recorded trace: customers wait then in each of them


def queue(number: int, name: str, **changes: Any) -> Record:
    usual = {
        "target_s": 20,
        "goal": 0.8,
        "units": 6,
        "mean_handle_s": 120.0,
        "abandon_rate": 1 / 200,
        "static_priority": 3,
    }
    rest = {"weight": 1, "deferrable": False, "interruptible": False, "conc_slow": 0.0}
    return {"kind": "queue", "id": number, "name": name, **usual, **rest, **changes}


def agent(number: int, skills: dict[int, float], capacity: int = 6) -> Record:
    return {
        "kind": "agent",
        "id": number,
        "capacity": capacity,
        "skills": {str(name): speed for name, speed in skills.items()},
    }


def contact(number: int, to: int, t: float, handle_s: float, patience_s: float | None = None) -> Record:
    return {"kind": "contact", "id": number, "queue": to, "t": t, "handle_s": handle_s, "patience_s": patience_s}


def incident(of: int, declared_t: float, fixed_t: float, **more: Any) -> Record:
    return {"kind": "incident", "queue": of, "declared_t": declared_t, "fixed_t": fixed_t, **more}


def mixed_day(seed: int = 1, hours: float = 1.0) -> list[Record]:
    """Too few agents for two kinds of calls, three chats at a time, and e-mail that can wait; some agents faster than
    others.
    """
    random = Random(seed)  # noqa: S311 - the same day for the same seed
    queues = [
        queue(0, "support", static_priority=2),
        queue(1, "vip", goal=0.9, target_s=10, static_priority=1),
        queue(2, "chat", units=2, conc_slow=0.15, target_s=60),
        queue(3, "email", deferrable=True, target_s=3600, abandon_rate=0.0, static_priority=4),
    ]
    skills = [{0: 1.0, 1: 1.2}, {0: 0.8, 2: 1.0}, {2: 1.1, 3: 1.0}, {0: 1.0, 3: 0.9}, {1: 1.0, 2: 1.0, 3: 1.0}]
    agents = [agent(number, skills[number % len(skills)]) for number in range(8)]
    return [*queues, *agents, *_arrivals(random, queues, {0: 130, 1: 25, 2: 110, 3: 25}, hours * 3600)]


def voice_day(seed: int = 1, hours: float = 1.0) -> list[Record]:
    """Calls only, which take a whole agent: what is first come, first served for the longest idle can be said in a few
    lines.
    """
    random = Random(seed)  # noqa: S311 - the same day for the same seed
    queues = [queue(0, "support"), queue(1, "sales"), queue(2, "vip", goal=0.9, target_s=10)]
    agents = [agent(number, {number % 3: 1.0, (number + 1) % 3: 1.0}) for number in range(9)]
    return [*queues, *agents, *_arrivals(random, queues, {0: 120, 1: 90, 2: 50}, hours * 3600)]


def blended_day(seed: int = 11, hours: float = 1.5) -> list[Record]:
    """Ten agents at three quarters of what they can do: calls that take all of an agent, and three chats at a time."""
    random = Random(seed)  # noqa: S311 - the same day for the same seed
    queues = [
        queue(0, "calls", mean_handle_s=300.0, abandon_rate=0.0, static_priority=1),
        queue(1, "chat", units=2, target_s=120, mean_handle_s=600.0, abandon_rate=0.0, static_priority=2),
    ]
    agents = [agent(number, {0: 1.0, 1: 1.0}) for number in range(10)]
    return [*queues, *agents, *_arrivals(random, queues, {0: 30, 1: 90}, hours * 3600, {0: 300, 1: 600})]


def crowded_day() -> list[Record]:
    """One agent, whom overlapping chats never leave with the room that a call needs."""
    queues = [
        queue(0, "calls", target_s=15, weight=50, static_priority=0),
        queue(1, "chat", units=3, target_s=90, static_priority=5),
    ]
    chats = [contact(number, 1, 200.0 * number, 230.0) for number in range(40)]
    return [*queues, agent(0, {0: 1.0, 1: 1.0}), *chats, contact(40, 0, 50.0, 100.0)]


def team_day(strangers: int = 0, stranger_calls: int = 0, hours: float = 1.0) -> list[Record]:
    """Four agents with calls and e-mail; so many of another team, who serve another queue only, with so many calls."""
    random = Random(7)  # noqa: S311 - the same day for the same seed
    queues = [queue(0, "calls"), queue(1, "email", deferrable=True, target_s=14_400, abandon_rate=0.0)]
    agents = [agent(number, {0: 1.0, 1: 1.0}) for number in range(4)]
    contacts = _arrivals(random, queues, {0: 60, 1: 25}, hours * 3600)
    other = queue(2, "another team's calls")
    if strangers:
        agents += [agent(number, {2: 1.0}) for number in range(4, 4 + strangers)]
    for record in _arrivals(random, [other], {2: stranger_calls}, hours * 3600):
        contacts.append(record | {"id": record["id"] + 10_000})
    return [*queues, *([other] if strangers else []), *agents, *contacts]


def _arrivals(
    random: Random,
    queues: list[Record],
    an_hour: dict[int, int],
    seconds: float,
    handle_s: dict[int, float] | None = None,
) -> list[Record]:
    rows = []
    for one in queues:
        mean = (handle_s or {}).get(one["id"], 120)
        for _ in range(round(an_hour[one["id"]] * seconds / 3600)):
            patience = round(random.expovariate(one["abandon_rate"]), 6) if one["abandon_rate"] else None
            rows.append(
                (round(random.uniform(0, seconds), 6), one["id"], round(random.expovariate(1 / mean) + 5, 6), patience)
            )
    rows.sort(key=lambda row: row[0])
    return [contact(number, to, t, work, patience) for number, (t, to, work, patience) in enumerate(rows)]


def busy_part(path: Path) -> list[Record]:
    """A recorded trace with the contacts of its first busy time alone."""
    records = [json.loads(line) for line in path.read_text().splitlines()]
    return [record for record in records if FROM_S <= record.get("t", FROM_S) < UNTIL_S]


def save(path: Path, records: Iterable[Record]) -> Path:
    path.write_text("".join(f"{json.dumps(record)}\n" for record in records))
    return path
