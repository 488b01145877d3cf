"""Real PostgreSQL and Valkey from installed wheels, for `mci-router dev` and for the tests. For Linux: reads `/proc`.

`running(data_dir)` starts both, yields their addresses and stops them; the data remain. It is synchronous. A server
that cannot run raises an `EmbeddedError` of one line, and nobody's data are ever removed to get past it.

- The servers are started from the wheels' programs, not through the wheels' Python: those keep a server in the
  terminal's process group, give it ten seconds, and hide why it failed. Each server is our child in a session of its
  own, so Ctrl-C reaches only the router, which stops first and then stops the servers.
- One process owns a data directory, and a guard stops what a killed owner left: see `ownership`.
- Nothing listens on a network: both servers use Unix sockets in folders of mode 0700.
- PostgreSQL refuses to run as root. Under root it runs as a system user, who needs to pass through the parent folders.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mci_router.embedded.errors import EmbeddedError
from mci_router.embedded.ownership import owned
from mci_router.embedded.postgres import EmbeddedPostgres
from mci_router.embedded.programs import together
from mci_router.embedded.server import EmbeddedServer
from mci_router.embedded.valkey import EmbeddedValkey
from mci_router.values import value

__all__ = ["EmbeddedError", "EmbeddedPostgres", "EmbeddedServer", "EmbeddedValkey", "Servers", "owned", "running"]


@value
class Servers:
    """The running servers: two addresses for the settings, two servers for the tests that stop or kill them."""

    database_url: str
    redis_url: str
    postgres: EmbeddedPostgres
    valkey: EmbeddedValkey


@contextmanager
def running(data_dir: Path, *, durable: bool = True) -> Iterator[Servers]:
    """Runs both servers on the data in `data_dir`, made if missing, until the block ends."""
    with owned(data_dir):
        postgres, valkey = EmbeddedPostgres(data_dir, durable=durable), EmbeddedValkey(data_dir)
        try:
            together(postgres.start, valkey.start)
            yield Servers(postgres.url, valkey.url, postgres, valkey)
        finally:
            together(postgres.stop, valkey.stop)
