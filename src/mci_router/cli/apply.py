"""`mci-router apply FILE`: makes a workspace as a file says."""

from pathlib import Path

import click

from mci_router.api.auditing import by_command, configured
from mci_router.cli.common import settings_of_environment, with_database
from mci_router.configuration import store, workspace_file
from mci_router.configuration.touched import Waiting, touched
from mci_router.configuration.training_bounds import Bounds
from mci_router.configuration.workspace_file import BadFile
from mci_router.database import Database
from mci_router.knowledge.versions import Author
from mci_router.routing.policy.unservable import Unservable

AUTHOR = Author("mci-router apply")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Make a workspace as FILE says, and print what changed, and which queues and topics nobody can serve."""
    try:
        document = workspace_file.read(file)
    except BadFile as error:
        click.echo("\n".join(error.faults), err=True)
        raise click.ClickException(f"{file} was not applied: nothing has changed") from error

    bounds = Bounds.of(settings_of_environment())

    async def work(database: Database) -> tuple[list[store.Change], list[str], list[Unservable]]:
        async with database.transaction() as session:
            workspace, changes = await workspace_file.apply(session, document, bounds=bounds, author=AUTHOR)
            await configured(session, by_command(workspace, AUTHOR.name), changes)
            waiting = await Waiting.read(session, workspace)
            queues = {row.name: row.spec for row in await store.resources(session, workspace, "queue")}
            consequences = [touched(change, waiting, queues) for change in changes]
            return changes, consequences, await store.unservable_in(session, workspace)

    changes, consequences, warnings = with_database(work)
    for change, consequence in zip(changes, consequences, strict=True):
        if change.action != "unchanged":
            click.echo(f"{change.action} {change.kind} {change.name}" + (f": {consequence}" if consequence else ""))
    same = sum(change.action == "unchanged" for change in changes)
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(f"{len(changes) - same} changed, {same} unchanged")
