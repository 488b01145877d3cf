"""A ledger for each worker, migrated once a run: to make a cluster of databases and to migrate it takes seconds."""

import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from mci_router.cli.migrate import migrate
from mci_router.database import Database
from mci_router.embedded import EmbeddedPostgres, running
from mci_router.embedded.postgres import DATABASE
from mci_router.embedded.programs import postgres_program
from tests.support.shared import folder_for, made_once

MIGRATED = "migrated"
"""A database to copy, which nobody is connected to."""

COPIED = "STRATEGY file_copy"
"""How PostgreSQL copies it: page by page through its log, which is the default, takes two to four times the CPU."""


def migrated_data(directory: Path) -> None:
    """Puts data of PostgreSQL into a directory, from which `running` starts with every migration done."""
    made = ledger() / EmbeddedPostgres.folder_name
    # The owner, too: PostgreSQL insists. Its log is mostly zeros, which need not be written.
    subprocess.run(["cp", "--archive", "--sparse=always", made, directory], check=True)


def ledger() -> Path:
    """Returns the folder of what is migrated."""
    return made_once("ledger", _make)


@asynccontextmanager
async def empty_ledger(what: str) -> AsyncIterator[Database]:
    """Gives a ledger without a table, in which nobody else does anything."""
    with folder_for(what) as directory, running(directory, durable=False) as servers:
        database = Database(servers.database_url, pool_size=1, timeout_s=30)
        yield database
        await database.close()


def _make(directory: Path) -> None:
    directory.mkdir()
    with running(directory, durable=False) as servers:
        migrate(servers.database_url)
        statement = f"CREATE DATABASE {MIGRATED} TEMPLATE {DATABASE} {COPIED}"
        psql = [postgres_program("psql"), "-XAtqU", "postgres", "-h", str(servers.postgres.socket_folder), "-p", "5432"]
        subprocess.run([*psql, "-d", "postgres", "-c", statement], check=True)
