"""A cluster of Valkey: a primary is killed, and its replica takes its place."""

import asyncio

from tests.support.cluster import ValkeyCluster
from tests.survival.ground import now
from tests.survival.scenario import Scenario
from tests.survival.stage import Stage

PROMOTED_S = 30


async def kill_primary(stage: Stage) -> float:
    """SIGKILL of the primary that has the workspace. The fault is over with that: the promotion is the recovery."""
    cluster = stage.ground.valkey
    assert isinstance(cluster, ValkeyCluster)
    primary, replica = cluster.primary_of(stage.workspace), cluster.replica_of(stage.workspace)
    stage.forgot = now()  # a replica may lack the last moment
    await asyncio.to_thread(primary.kill)
    killed = now()
    while await asyncio.to_thread(replica.replication, "role") != "master":
        await asyncio.sleep(0.1)
        assert now() < killed + PROMOTED_S, "the replica was not promoted"
    return killed


SCENARIOS = [
    Scenario(
        "kill-primary", "a primary of the Valkey cluster killed, its replica promoted", kill_primary, ground="cluster"
    ),
]
