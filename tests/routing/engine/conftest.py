"""A plain client of the live state, with the library loaded: of the single server, also when the suite runs on a
cluster.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis

from mci_router.embedded import Servers
from mci_router.routing.engine.library import library


@pytest.fixture(scope="module")
def client(servers: Servers) -> Iterator[Any]:
    client: Any = Redis.from_url(servers.valkey.url, decode_responses=True)
    client.function_load(library(), replace=True)
    yield client
    client.close()
