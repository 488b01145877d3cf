"""A Valkey cluster of three primaries on loopback, from the wheel's own program."""

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path

from redis import Redis
from redis.crc import key_slot

from mci_router.embedded import EmbeddedValkey, owned
from mci_router.embedded.programs import came_true, together
from mci_router.routing.engine import prefix

ON_CLUSTER = os.environ.get("MCI_TEST_REDIS") == "cluster"
"""Whether the whole suite runs on a cluster: `make test-cluster`."""

PRIMARIES = 3
SLOTS = 16_384
MEETING_S = 30


class Primary(EmbeddedValkey):
    """One primary. Its ports are free ones at its making; it keeps them over a restart."""

    def __init__(self, data_dir: Path) -> None:
        super().__init__(data_dir)
        self.port, self.bus_port = _free_ports(2)

    def _command(self) -> list[str]:
        return [
            *super()._command(),
            *(
                "--port",
                str(self.port),
                "--cluster-port",
                str(self.bus_port),
                "--bind",
                "127.0.0.1",
                "--protected-mode",
                "no",
            ),
            # A dead primary must not take the others down with it; a short memory for who is dead keeps restarts quick.
            *("--cluster-enabled", "yes", "--cluster-require-full-coverage", "no", "--cluster-node-timeout", "2000"),
        ]

    def ask(self, *command: str | int) -> str:
        """What the primary answers to a command, over its own socket."""
        with Redis.from_url(super().url, decode_responses=True) as client:
            return str(client.execute_command(*command))

    def replication(self, fact: str) -> str:
        """What it says of itself in the cluster: its `role`, or its `master_link_status`, for example."""
        with Redis.from_url(super().url, decode_responses=True) as client:
            return str(client.info("replication").get(fact))

    def keys(self, pattern: str) -> list[str]:
        """The keys that lie on it."""
        with Redis.from_url(super().url, decode_responses=True) as client:
            return list(client.scan_iter(pattern, count=1000))


class ValkeyCluster:
    """Three primaries that share the slots, each with a replica if there are to be any.

    It starts, stops, and forgets as one, like the single server it stands in for.
    """

    def __init__(self, directory: Path, *, replicas: bool = False) -> None:
        self.primaries = [Primary(directory / f"primary_{number}") for number in range(PRIMARIES)]
        self.replicas = [Primary(directory / f"replica_{number}") for number in range(PRIMARIES if replicas else 0)]

    @property
    def servers(self) -> list[Primary]:
        """Each of its servers."""
        return [*self.primaries, *self.replicas]

    @property
    def url(self) -> str:
        return f"redis+cluster://{','.join(f'127.0.0.1:{primary.port}' for primary in self.primaries)}/0"

    def start(self) -> None:
        together(*(server.start for server in self.servers))
        fresh = "cluster_known_nodes:1\r" in self.primaries[0].ask("CLUSTER", "INFO")
        if fresh:
            self._meet()
        if not came_true(lambda: all(self._agrees(server) for server in self.servers), MEETING_S):
            raise AssertionError("the servers did not find each other")
        if fresh and self.replicas:
            self._follow()

    def stop(self) -> None:
        together(*(server.stop for server in self.servers))

    def kill(self) -> None:
        for server in self.servers:
            server.kill()

    def wipe(self) -> None:
        """Forgets everything, the cluster included: it meets again at the next start."""
        for server in self.servers:
            server.wipe()

    def primary_of(self, workspace: str) -> Primary:
        """The one whose slots, as first shared out, have a workspace."""
        return self.primaries[_share_of(workspace)]

    def replica_of(self, workspace: str) -> Primary:
        """The one that follows that primary at first."""
        return self.replicas[_share_of(workspace)]

    def _meet(self) -> None:
        for number, (primary, (first, last)) in enumerate(zip(self.primaries, _shares(), strict=True)):
            primary.ask("CLUSTER", "ADDSLOTSRANGE", first, last)
            primary.ask("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
        for other in self.servers[1:]:
            self.primaries[0].ask("CLUSTER", "MEET", "127.0.0.1", other.port, other.bus_port)

    def _follow(self) -> None:
        """Makes the replicas, and returns when each has all of its primary."""
        for primary, replica in zip(self.primaries, self.replicas, strict=True):
            replica.ask("CLUSTER", "REPLICATE", primary.ask("CLUSTER", "MYID"))
        followed = came_true(
            lambda: all(replica.replication("master_link_status") == "up" for replica in self.replicas),
            MEETING_S,
        )
        if not followed:
            raise AssertionError("the replicas did not reach their primaries")

    def _agrees(self, server: Primary) -> bool:
        info = server.ask("CLUSTER", "INFO")
        return all(
            f"{fact}\r" in info
            for fact in (
                "cluster_state:ok",
                f"cluster_slots_ok:{SLOTS}",
                f"cluster_size:{PRIMARIES}",
                f"cluster_known_nodes:{len(self.servers)}",
            )
        )


@contextmanager
def running_cluster(directory: Path, *, replicas: bool = False) -> Iterator[ValkeyCluster]:
    """A cluster that runs until the block ends, however it ends; a guard stops what a killed test run leaves."""
    cluster = ValkeyCluster(directory, replicas=replicas)
    with ExitStack() as stack:
        for server in cluster.servers:
            stack.enter_context(owned(server.folder.parent))
        stack.callback(cluster.stop)
        cluster.start()
        yield cluster


def _share_of(workspace: str) -> int:
    slot = key_slot(prefix(workspace).encode())
    return next(number for number, (first, last) in enumerate(_shares()) if first <= slot <= last)


def _shares() -> list[tuple[int, int]]:
    edges = [SLOTS * number // PRIMARIES for number in range(PRIMARIES + 1)]
    return [(first, after - 1) for first, after in pairwise(edges)]


def _free_ports(number: int) -> list[int]:
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(number)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [probe.getsockname()[1] for probe in probes]
