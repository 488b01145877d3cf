"""The faults, each a function that harms a stage and mends it again, and the list of all scenarios."""

from tests.survival.faults import clients, cluster, routers, servers, webhooks

SCENARIOS = [
    *routers.SCENARIOS,
    *servers.SCENARIOS,
    *clients.SCENARIOS,
    *webhooks.SCENARIOS,
    *cluster.SCENARIOS,
]
