"""A client of the server that simulations run on."""

from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis

from mci_router.embedded import Servers


@pytest.fixture
def client(servers: Servers) -> Iterator[Any]:
    client: Any = Redis.from_url(servers.valkey.url, decode_responses=True)
    yield client
    client.close()
