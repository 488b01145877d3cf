"""`mci-router verify-reports`: counts again what reports add up, and says where it differs."""

from datetime import timedelta
from typing import Any

import click
from sqlalchemy import select, true

from mci_router.cli.common import no_workspace, settings_of_environment, with_database
from mci_router.clock import utc_now
from mci_router.database import Database
from mci_router.insight.recount import Difference, differences, mend
from mci_router.models import Workspace
from mci_router.models.partitions import first_of_month


@click.command()
@click.option("--workspace", help="Its name; every workspace unless one is named.")
@click.option("--mend", "mending", is_flag=True, help="Count all facts again where they differ.")
def command(workspace: str | None, *, mending: bool) -> None:
    """Count again what reports add up, from segments and contacts, and say where it differs. Routers may be running."""

    async def work(database: Database) -> list[tuple[str, int, list[Difference]]]:
        return [
            (one.name, *await _verify(database, one.id, mending=mending)) for one in await _named(database, workspace)
        ]

    results = with_database(work)
    if not results:
        raise no_workspace(workspace)
    for name, compared, found in results:
        click.echo(f"{name}: {compared} rows of facts compared, {len(found) or 'none'} differ")
        for difference in found:
            click.echo(f"  {difference}")
    if any(found for *_, found in results):
        raise click.ClickException("reports do not say what happened: run `mci-router verify-reports --mend`")


async def _named(database: Database, name: str | None) -> list[Any]:
    query = select(Workspace.id, Workspace.name).where(Workspace.name == name if name else true())
    async with database.transaction() as session:
        return list((await session.execute(query.order_by(Workspace.name))).all())


async def _verify(database: Database, workspace: str, *, mending: bool) -> tuple[int, list[Difference]]:
    keep_s = settings_of_environment().segments_keep_s
    # Of months whose segments are dropped only the facts are left, and of the month after them perhaps some ends.
    since = first_of_month(utc_now() - timedelta(seconds=keep_s), 1) if keep_s else None
    async with database.transaction() as session:
        if mending:
            await mend(session, workspace, since)
    async with database.transaction() as session:
        return await differences(session, workspace, since)
