"""First come, first served by the longest idle, in plain Python: what a day of calls, each of which takes a whole
agent, must come to.

Its clock ticks in ms, as the engine's.
"""

from heapq import heapify, heappop, heappush
from math import ceil, floor
from typing import Any

from tests.simulation.days import Record

END, LEAVE, COME = range(3)


def simulate(day: list[Record]) -> list[Record]:
    """The outcomes, in order of arrival."""
    agents = {record["id"]: record for record in day if record["kind"] == "agent"}
    contacts = {record["id"]: record for record in day if record["kind"] == "contact"}
    idle = {number: (0, number) for number in agents}
    events: list[tuple[int, int, int]] = [
        (ceil(round(c["t"] * 1000, 6)), COME, number) for number, c in contacts.items()
    ]
    heapify(events)
    waiting: list[int] = []
    outcomes: dict[int, dict[str, Any]] = {}

    def serve(now: int, contact: int, agent: int) -> None:
        record = contacts[contact]
        end = now + round(record["handle_s"] * 1000 / agents[agent]["skills"][str(record["queue"])])
        outcomes[contact] = {"id": contact, "agent": agent, "start": now / 1000, "end": end / 1000}
        del idle[agent]
        heappush(events, (end, END, contact))

    def able(agent: int, contact: int) -> bool:
        return str(contacts[contact]["queue"]) in agents[agent]["skills"]

    while events:
        now, what, contact = heappop(events)
        if what == COME:
            if free := [agent for agent in idle if able(agent, contact)]:
                serve(now, contact, min(free, key=lambda agent: idle[agent]))
                continue
            waiting.append(contact)
            if (patience := contacts[contact]["patience_s"]) is not None:
                heappush(
                    events, (max(now, floor(round((contacts[contact]["t"] + patience) * 1000, 6))), LEAVE, contact)
                )
        elif what == LEAVE and contact in waiting:
            waiting.remove(contact)
            outcomes[contact] = {"id": contact, "abandoned_at": now / 1000}
        elif what == END:
            agent = outcomes[contact]["agent"]
            idle[agent] = (now, agent)
            if first := [one for one in waiting if able(agent, one)][:1]:
                waiting.remove(first[0])
                serve(now, first[0], agent)
    return [outcomes[number] for number in contacts]
