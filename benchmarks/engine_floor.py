"""A floor of agents on a Valkey of its own, whose transitions are timed in bursts, each beside calls of a function that
does nothing with the same arguments.

The cost of a call is the processor time of the server, from /proc, so that other processes that are busy do not count;
what the server itself counts (`commandstats`) is in wall time, and printed beside it.
"""

import json
import random
import socket
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from redis import Redis

from mci_router.embedded import EmbeddedValkey
from mci_router.routing.calls import Placement
from mci_router.routing.engine.library import library
from mci_router.routing.engine.live_settings import EngineTimes, live_queue, live_workspace
from mci_router.routing.engine.queues import signature
from mci_router.specs import QueueSpec, ServiceLevel, SkillRequirement, WorkspaceSpec

QUEUES, SIGNATURES, CONNECTIONS = 10, 40, 16
NOW = 1_760_000_000_000
TIMES = EngineTimes(reoffer_s=30, grace_s=60, short_abandon_s=5)
NOTHING = """#!lua name=nothing
redis.register_function('nothing', function() return 'ok' end)
"""
CHANNELS = {"voice": 1, "chat": 3, "email": 2}


@dataclass(frozen=True, slots=True)
class Figure:
    """What a benchmark has found: the values of its rounds, and the bars. `least`: more is better."""

    what: str
    values: Sequence[float]
    unit: str = "×"
    bar: float | None = None
    stretch: float | None = None
    least: bool = False


@dataclass
class Burst:
    """What a burst of calls cost the server, in µs a call."""

    cpu: float
    counted: float
    redis_calls: float
    replies: list[dict[str, Any]] = field(repr=False)


class Server:
    """A Valkey with the library, and connections of which each has one call under way, as a router's have."""

    def __init__(self, valkey: EmbeddedValkey) -> None:
        self.client: Any = Redis.from_url(valkey.url, decode_responses=True)
        self.client.function_load(library(), replace=True)
        self.client.function_load(NOTHING, replace=True)
        self._pid = self.client.info("server")["process_id"]
        self._ends = [_connected(self.client.connection_pool.connection_kwargs["path"]) for _ in range(CONNECTIONS)]

    def run(self, calls: Sequence[Sequence[Any]]) -> list[bytes]:
        """Makes calls, as many at a time as there are connections. Returns the replies in order."""
        replies = []
        for start in range(0, len(calls), CONNECTIONS):
            part = calls[start : start + CONNECTIONS]
            for call, (sock, _) in zip(part, self._ends, strict=False):
                sock.sendall(_encoded(call))
            replies += [_reply(reader) for _, (_, reader) in zip(part, self._ends, strict=False)]
        return replies

    def one_by_one(self, calls: Sequence[Sequence[Any]]) -> None:
        for call in calls:
            self.run([call])

    def burst(self, calls: Sequence[Sequence[Any]]) -> Burst:
        """Makes calls and says what each cost."""
        self.client.config_resetstat()
        before = self.cpu_us()
        replies = self.run(calls)
        cpu = self.cpu_us() - before
        counted = self.client.info("commandstats")
        functions = counted.pop("cmdstat_fcall")
        inside = sum(stats["calls"] for name, stats in counted.items() if name not in OUTSIDE)
        number = len(calls)
        told = [json.loads(reply) for reply in replies if reply.startswith(b"{")]
        return Burst(cpu / number, functions["usec"] / number, inside / number, told)

    def cpu_us(self) -> float:
        return int(Path(f"/proc/{self._pid}/schedstat").read_text().split()[0]) / 1000

    def used_bytes(self) -> int:
        """Returns what Valkey uses, without the journals: they are kept for minutes only."""
        journals = sum(self.client.memory_usage(key, samples=0) for key in self.client.scan_iter("*:journal"))
        return int(self.client.info("memory")["used_memory"]) - journals


OUTSIDE = ("cmdstat_info", "cmdstat_config|resetstat")


class Floor:
    """A workspace with agents who are able to serve a few of its lines each."""

    def __init__(self, server: Server, agents: int, lines: int, *, workspace: str = "bench", limited: int = 0) -> None:
        self.server, self.workspace, self.contacts = server, workspace, 0
        self.random = random.Random(1)
        self.skills = [f"skill_{number}" for number in range(max(1, lines // QUEUES))]
        queues = [
            QueueSpec(name=f"queue_{n}", service_level=ServiceLevel(goal=0.8, target_s=20)) for n in range(QUEUES)
        ]
        asked = [SkillRequirement(skill=skill) for skill in self.skills[:20]]
        scarce = queues[0].model_copy(update={"skills": asked})
        settings = live_workspace(WorkspaceSpec(name="bench", title="Bench"), [scarce], [], TIMES)
        sets = [self.random.sample(self.skills, min(3, len(self.skills))) for _ in range(SIGNATURES)]
        limits = {f"queue_{number}": 2 for number in range(limited)}
        able = [
            signature(dict.fromkeys(self.random.choice(sets), 3), 6, CHANNELS, limits)  # of each agent
            for _ in range(agents)
        ]
        server.one_by_one(
            [
                self.call("configure_workspace", 1, json.dumps(settings)),
                *(self.call("configure_queue", queue.name, 1, json.dumps(live_queue(queue))) for queue in queues),
                *(self.call("configure_agent", f"agent_{number}", 1, text) for number, text in enumerate(able)),
                self.call("mark_built", 1),
                *(self.call("connect", f"agent_{number}", "desk", 10**9) for number in range(agents)),
                *(self.call("set_presence", f"agent_{number}", "available", "") for number in range(agents)),
            ]
        )

    def call(self, function: str, *arguments: Any) -> list[Any]:
        return ["FCALL", function, 1, f"mci:{{{self.workspace}}}", "", NOW, *arguments]

    def placement(self) -> dict[str, Any]:
        """Returns what `enqueue` takes of a contact that comes now."""
        self.contacts += 1
        return Placement(
            contact=f"con_{self.contacts:032x}",
            queue=f"queue_{self.random.randrange(QUEUES)}",
            channel="chat",
            requirement=[{"skill": self.random.choice(self.skills), "min": 1}],
            units=2,
            enqueued_at=NOW,
            due_at=NOW + 20_000,
            priority=0,
            rung=0,
        ).arguments()

    def enqueue(self) -> list[Any]:
        return self.call("enqueue", json.dumps(self.placement()))

    def enqueue_all(self, number: int) -> list[Any]:
        return self.call("enqueue_all", json.dumps([self.placement() for _ in range(number)]))

    def accept(self, offered: dict[str, Any]) -> list[Any]:
        return self.call("accept", offered["agent"], offered["offer"], offered["contact"])

    def complete(self, taken: dict[str, Any]) -> list[Any]:
        return self.call("complete", taken["agent"], taken["assignment"], taken["contact"], "solved", "")

    def serve(self, number: int) -> None:
        """Has contacts come, be taken and be completed, so that all lines are known."""
        offered = self.replies([self.enqueue() for _ in range(number)])
        taken = self.replies([self.accept(one) for one in offered if one["state"] == "offered"])
        self.server.run([self.complete(one) for one in taken])

    def replies(self, calls: Sequence[Sequence[Any]]) -> list[dict[str, Any]]:
        return [json.loads(reply) for reply in self.server.run(calls)]

    def fill(self, waiting: int) -> list[dict[str, Any]]:
        """Has contacts come until so many wait. Returns the offers that were made meanwhile."""
        offered: list[dict[str, Any]] = []
        left = waiting
        while left > 0:
            replies = self.replies([self.enqueue() for _ in range(min(500, left))])
            offered += [reply for reply in replies if reply["state"] == "offered"]
            left -= sum(reply["state"] == "queued" for reply in replies)
        return offered


@contextmanager
def server() -> Iterator[Server]:
    """A Valkey that writes nothing to disk, for as long as it is needed."""
    with tempfile.TemporaryDirectory(prefix="mci-bench-") as directory:
        valkey = EmbeddedValkey(Path(directory), durable=False)
        valkey.start()
        try:
            yield Server(valkey)
        finally:
            valkey.stop()


def in_place_of(call: Sequence[Any]) -> list[Any]:
    """Returns the call of a function that does nothing, with the same arguments."""
    return ["FCALL", "nothing", *call[2:]]


def _connected(path: str) -> tuple[socket.socket, Any]:
    end = socket.socket(socket.AF_UNIX)
    end.connect(path)
    return end, end.makefile("rb")


def _encoded(call: Sequence[Any]) -> bytes:
    parts = [str(part).encode() for part in call]
    return b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)


def _reply(reader: Any) -> bytes:
    line: bytes = reader.readline()
    if line.startswith(b"$"):
        found: bytes = reader.read(int(line[1:]) + 2)[:-2]
        return found
    if line.startswith(b"-"):
        raise SystemExit(line.decode())
    return line
