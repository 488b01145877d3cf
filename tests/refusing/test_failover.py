"""A failover behind a name: the old primary stays there as a replica, and the name is another server's by now."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis.asyncio import Redis

from mci_router.embedded import EmbeddedValkey, owned
from mci_router.errors import EngineUnavailable, refusal_of
from mci_router.routing.engine import Engine


@contextmanager
def _valkey(directory: Path) -> Iterator[EmbeddedValkey]:
    directory.mkdir()
    with owned(directory):
        valkey = EmbeddedValkey(directory, durable=False)
        valkey.start()
        try:
            yield valkey
        finally:
            valkey.stop()


def _socket(valkey: EmbeddedValkey) -> Path:
    return valkey.socket_folder / valkey.socket_name


async def test_connections_to_a_server_that_is_a_replica_by_now_are_made_again() -> None:
    """Else a router would ask the old server for ever, although the name has been the new primary's for long."""
    with (
        tempfile.TemporaryDirectory(prefix="mci-failover-") as folder,
        _valkey(Path(folder, "old")) as old,
        _valkey(Path(folder, "new")) as new,
    ):
        name = Path(folder, "name.sock")
        name.symlink_to(_socket(old))
        engine = Engine(f"unix://{name}?db=0", timeout_s=5, lease_s=30)
        await engine.load()
        await engine.ping()
        await engine.blocking.ping()
        name.unlink()
        name.symlink_to(_socket(new))
        await engine.ping()  # over the connection that is there
        async with Redis.from_url(old.url) as administrator:
            await administrator.replicaof("127.0.0.1", "9")
            with pytest.raises(EngineUnavailable) as raised:
                await engine.ping()
            refusal = refusal_of(raised.value)
            assert refusal
            assert refusal.code == "READONLY"
        await engine.ping()
        assert (await engine.blocking.info("replication"))["role"] == "master"
        async with Redis.from_url(new.url, decode_responses=True) as administrator:
            assert await administrator.keys("*") == ["mci:{probe}:processes"]
        await engine.close()
