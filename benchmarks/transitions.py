"""What a transition costs Valkey, against a function that does one HSET: `python benchmarks/transitions.py [--agents N]
[--lines N]`.

Prints for enqueue, accept and complete the mean time of a call in µs, as the server counts it, and its ratio to the
yardstick in the same run; with everybody idle, and with a backlog in every line. For comparing sizes: a cost that is
flat does not grow with agents or lines.
"""

import argparse
import json
import random
import tempfile
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

from redis import Redis

from mci_router.embedded import EmbeddedValkey
from mci_router.routing.calls import Placement
from mci_router.routing.engine.library import library
from mci_router.routing.engine.live_settings import EngineTimes, live_queue, live_workspace
from mci_router.routing.engine.queues import signature
from mci_router.specs import QueueSpec, ServiceLevel, SkillRequirement, WorkspaceSpec

QUEUES = 10
SIGNATURES = 40
CONTACTS = 2_000
NOW = 1_760_000_000_000
YARDSTICK = """#!lua name=yardstick
redis.register_function('yardstick', function(keys, args) redis.call('HSET', keys[1], 'field', args[1]) return 'ok' end)
"""


class Floor:
    """A workspace with agents who are able to serve a few of its lines each."""

    def __init__(self, client: Any, agents: int, lines: int) -> None:
        self.client, self.random, self.contacts = client, random.Random(1), 0
        self.skills = [f"skill_{number}" for number in range(max(1, lines // QUEUES))]
        level = ServiceLevel(goal=0.8, target_s=20)
        asked = [SkillRequirement(skill=skill) for skill in self.skills]
        queues = [QueueSpec(name=f"queue_{number}", service_level=level) for number in range(QUEUES)]
        scarce = queues[0].model_copy(update={"skills": asked[:20]})
        settings = live_workspace(WorkspaceSpec(name="bench", title="Bench"), [scarce], [], TIMES)
        self.call("configure_workspace", 1, json.dumps(settings))
        for queue in queues:
            self.call("configure_queue", queue.name, 1, json.dumps(live_queue(queue)))
        sets = [self.random.sample(self.skills, min(3, len(self.skills))) for _ in range(SIGNATURES)]
        for number in range(agents):
            able = dict.fromkeys(self.random.choice(sets), 3)
            self.call("configure_agent", f"agent_{number}", 1, signature(able, 6, {"voice": 1, "chat": 3, "email": 2}))
        self.call("mark_built", 1)
        for number in range(agents):
            self.call("connect", f"agent_{number}", "desk", 10**9)
            self.call("set_presence", f"agent_{number}", "available", "")

    def call(self, function: str, *arguments: Any) -> dict[str, Any]:
        reply: dict[str, Any] = json.loads(self.client.fcall(function, 1, "mci:{bench}", "", NOW, *arguments))
        return reply

    def enqueue(self) -> dict[str, Any]:
        self.contacts += 1
        placement = Placement(
            contact=f"con_{self.contacts:032x}",
            queue=f"queue_{self.random.randrange(QUEUES)}",
            channel="chat",
            requirement=[{"skill": self.random.choice(self.skills), "min": 1}],
            units=2,
            enqueued_at=NOW,
            due_at=NOW + 20_000,
            priority=0,
            rung=0,
        )
        return self.call("enqueue", json.dumps(placement.arguments()))

    def accept(self, offered: dict[str, Any]) -> dict[str, Any]:
        return self.call("accept", offered["agent"], offered["offer"], offered["contact"])

    def complete(self, taken: dict[str, Any]) -> dict[str, Any]:
        return self.call("complete", taken["agent"], taken["assignment"], taken["contact"], "solved", "")


TIMES = EngineTimes(reoffer_s=30, grace_s=60, short_abandon_s=5)


def cost(client: Any, calls: Iterable[Callable[[], Any]]) -> tuple[float, list[Any]]:
    """Mean µs of a call, as the server counts it, and what the calls returned."""
    client.config_resetstat()
    replies = [call() for call in calls]
    counted = client.info("commandstats")["cmdstat_fcall"]
    return counted["usec"] / counted["calls"], replies


def measure(client: Any, agents: int, lines: int) -> None:
    client.function_load(library(), replace=True)
    client.function_load(YARDSTICK, replace=True)
    floor = Floor(client, agents, lines)
    yardstick, _ = cost(client, [lambda: client.fcall("yardstick", 1, "yardstick", "value")] * CONTACTS)
    print(f"{agents} agents, {lines} lines; a function with one HSET: {yardstick:.1f} µs")
    for load in ("everybody idle", "a backlog"):
        if load == "a backlog":
            while floor.enqueue()["state"] == "offered" or floor.contacts % CONTACTS:
                pass
        enqueue, results = cost(client, [floor.enqueue] * CONTACTS)
        offered = [result for result in results if result["state"] == "offered"]
        told = {"enqueue": enqueue}
        if offered:
            told["accept"], taken = cost(client, [partial(floor.accept, one) for one in offered])
            told["complete"], _ = cost(client, [partial(floor.complete, one) for one in taken])
        for name, us in told.items():
            print(f"  {load:15} {name:9} {us:6.1f} µs  {us / yardstick:5.1f} × the yardstick")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=200)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mci-bench-") as directory:
        valkey = EmbeddedValkey(Path(directory), durable=False)
        valkey.start()
        try:
            measure(Redis.from_url(valkey.url, decode_responses=True), options.agents, options.lines)
        finally:
            valkey.stop()


if __name__ == "__main__":
    main()
