"""What commands share: settings with a clear complaint, and one connection to the ledger."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit

import click
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError

from mci_router.cli.faults import words_of
from mci_router.database import Database
from mci_router.database_schema import MISSING_TABLE
from mci_router.errors import DatabaseUnavailable, Problem, refusal_of
from mci_router.settings import Settings

NOT_MIGRATED = "the ledger has not this version's tables: run `mci-router migrate`"
OF_DEV = "`mci-router dev` has named it in .data/environment, and does not run: start it, or set DATABASE_URL"

Result = TypeVar("Result")


def settings_of_environment() -> Settings:
    """Returns the settings; raises click.ClickException if the environment is not right."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(f"{_variable(str(fault['loc'][0]))}: {words_of(fault)}" for fault in error.errors())
        raise click.ClickException(f"the environment is not right: {faults}") from error


def _variable(setting: str) -> str:
    """Returns the environment variable of a setting, by the setting's name or by the variable's."""
    return setting.upper() if setting.lower() in ("database_url", "redis_url") else f"MCI_{setting.upper()}"


def require(settings: Settings, *names: str) -> None:
    """Raises click.ClickException if one of the settings is missing, or empty."""
    missing = [name for name in names if not getattr(settings, name)]
    if missing:
        variables = ", ".join(map(_variable, missing))
        raise click.ClickException(f"{variables} must be set; `mci-router dev` needs none of them")


def with_database(work: Callable[[Database], Awaitable[Result]]) -> Result:
    """Runs `work` on the ledger of DATABASE_URL; raises click.ClickException with what went wrong."""
    settings = settings_of_environment()
    require(settings, "database_url")

    async def run() -> Result:
        database = Database(settings.database_url or "", pool_size=1, timeout_s=30)
        try:
            return await work(database)
        finally:
            await database.close()

    with ledger_explained(settings.database_url or ""):
        return asyncio.run(run())


@contextmanager
def ledger_explained(database_url: str) -> Iterator[None]:
    """Raises click.ClickException, with where and how to mend it, for what goes wrong at a ledger."""
    try:
        yield
    except DatabaseUnavailable as away:
        if (refusal := refusal_of(away)) and refusal.code == MISSING_TABLE:
            raise click.ClickException(NOT_MIGRATED) from away
        raise click.ClickException(complaint(database_url, away.__cause__ or away)) from away
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != MISSING_TABLE:
            raise
        raise click.ClickException(NOT_MIGRATED) from error


def complaint(database_url: str, error: BaseException) -> str:
    """Returns why a ledger cannot be used, and how to mend it. It names the ledger without its password."""
    said = str(getattr(error, "orig", error)).splitlines()[:1] or [type(error).__name__]
    why = said[0].rpartition("Error'>: ")[2]
    given = "DATABASE_URL" in os.environ
    how = "Start PostgreSQL there, or correct DATABASE_URL" if given else OF_DEV
    return f"the ledger at {_place(database_url)} cannot be used: {why}. {how}"


def _place(database_url: str) -> str:
    """Returns where a ledger is: its host and its name, or the folder of its socket."""
    parts = urlsplit(database_url)
    if parts.hostname:
        return f"{parts.hostname}:{parts.port or 5432}{parts.path}"
    return next(iter(parse_qs(parts.query).get("host", ())), parts.path.lstrip("/"))


def no_workspace(name: str | None) -> click.ClickException:
    """Returns the complaint that there is no workspace of this name, or none at all."""
    missing = f"there is no workspace {name!r}" if name else "there is no workspace yet"
    return click.ClickException(f"{missing}: make it with `mci-router apply FILE`")
