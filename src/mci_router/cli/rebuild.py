"""`mci-router rebuild`: makes the live state again from the ledger."""

import click

from mci_router.cli.common import no_workspace, require, settings_of_environment, with_database
from mci_router.community import board
from mci_router.configuration import store
from mci_router.configuration.answers import reindex
from mci_router.database import Database
from mci_router.lifecycle.rebuilding import Rebuilt, rebuild


@click.command()
@click.option("--workspace", help="Its name; every workspace unless one is named.")
@click.option("--answers", is_flag=True, help="Make only the index again by which written answers are found.")
def command(workspace: str | None, answers: bool) -> None:
    """Make the live state again from the ledger, and what reports count from the journal. Routers may be running: they
    go on by themselves.
    """
    if answers:
        return _rebuild_answers(workspace)
    settings = settings_of_environment()
    require(settings, "database_url", "redis_url")

    def report(name: str, made: Rebuilt) -> None:
        click.echo(
            f"{name}: {made.contacts} open contacts restored in {made.seconds:.1f} s, {made.segments} segments counted"
        )

    async def work(database: Database) -> bool:
        return await rebuild(settings, database, workspace, report)

    if not with_database(work):
        raise no_workspace(workspace)
    return None


def _rebuild_answers(workspace: str | None) -> None:
    async def work(database: Database) -> dict[str, int]:
        async with database.transaction() as session:
            return {
                one.name: await reindex(session, one.id) + await board.reindex(session, one.id)
                for one in await store.workspaces(session)
                if workspace in (None, one.name)
            }

    found = with_database(work)
    if not found:
        raise no_workspace(workspace)
    for name, count in found.items():
        click.echo(f"{name}: {count} answers are found")
