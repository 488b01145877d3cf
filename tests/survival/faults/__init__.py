"""The faults, each a function that harms a stage and mends it again, and the list of all scenarios."""

from tests.survival.faults import clients, cluster, refusing, routers, servers, webhooks

SCENARIOS = [
    *routers.SCENARIOS,
    *servers.SCENARIOS,
    *refusing.SCENARIOS,
    *clients.SCENARIOS,
    *webhooks.SCENARIOS,
    *cluster.SCENARIOS,
]
