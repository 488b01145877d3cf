"""What commands share: settings with a clear complaint, and one connection to the ledger."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import click
from pydantic import ValidationError

from mci_router.database import Database
from mci_router.errors import Problem
from mci_router.settings import Settings

Result = TypeVar("Result")


def settings_of_environment() -> Settings:
    """Returns the settings; raises click.ClickException if the environment is not right."""
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(f"{_variable(str(fault['loc'][0]))}: {fault['msg']}" for fault in error.errors())
        raise click.ClickException(f"the environment is not right: {faults}") from error


def _variable(setting: str) -> str:
    """Returns the environment variable of a setting, by the setting's name or by the variable's."""
    return setting.upper() if setting.lower().endswith("_url") else f"MCI_{setting.upper()}"


def require(settings: Settings, *names: str) -> None:
    """Raises click.ClickException if one of the settings is missing."""
    missing = [name for name in names if getattr(settings, name) is None]
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

    try:
        return asyncio.run(run())
    except Problem as problem:
        raise click.ClickException(problem.detail) from problem
