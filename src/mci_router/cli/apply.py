"""`mci-router apply FILE`: makes a workspace as a file says."""

from pathlib import Path

import click
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.api.auditing import by_command, configured
from mci_router.cli.common import settings_of_environment, with_database
from mci_router.configuration import store, workspace_file
from mci_router.configuration.touched import Waiting, touched
from mci_router.configuration.training_bounds import Bounds
from mci_router.configuration.workspace_file import BadFile
from mci_router.database import Database
from mci_router.knowledge.versions import Author
from mci_router.routing.policy.unservable import Unservable
from mci_router.specs.kinds import KINDS, WorkspaceFile

AUTHOR = Author("mci-router apply")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def command(file: Path) -> None:
    """Make a workspace as FILE says. Print what changed, what nobody can serve, and what stays unnamed."""
    try:
        document = workspace_file.read(file)
    except BadFile as error:
        click.echo("\n".join(error.faults), err=True)
        raise click.ClickException(f"{file} was not applied: nothing has changed") from error

    settings = settings_of_environment()
    bounds = Bounds.of(settings)
    uncalled = () if settings.webhook_private_targets else workspace_file.warnings(document)

    async def work(database: Database) -> tuple[list[store.Change], list[str], list[Unservable | str]]:
        async with database.transaction() as session:
            workspace, changes = await workspace_file.apply(session, document, bounds=bounds, author=AUTHOR)
            await configured(session, by_command(workspace, AUTHOR.name), changes)
            waiting = await Waiting.read(session, workspace)
            queues = {row.name: row.spec for row in await store.resources(session, workspace, "queue")}
            consequences = [touched(change, waiting, queues) for change in changes]
            staying = await _staying(session, workspace, document)
            return changes, consequences, [*await store.unservable_in(session, workspace), *staying, *uncalled]

    changes, consequences, warnings = with_database(work)
    for change, consequence in zip(changes, consequences, strict=True):
        if change.action != "unchanged":
            click.echo(f"{change.action} {change.kind} {change.name}" + (f": {consequence}" if consequence else ""))
    same = sum(change.action == "unchanged" for change in changes)
    for warning in warnings:
        click.echo(f"warning: {warning}", err=True)
    click.echo(f"{len(changes) - same} changed, {same} unchanged")


async def _staying(session: AsyncSession, workspace: str, document: WorkspaceFile) -> list[str]:
    """Returns what is said of queues and topics that their section of the file leaves out.

    One that was renamed is there twice, and goes on taking contacts under its old name.
    """
    named = {
        "queue": {queue.name for queue in document.queues},
        "topic": {topic.name for topic in document.topics},
    }
    return [
        f"{kind} {row.name} is not in this file, and stays: DELETE /v1/{KINDS[kind].plural}/{row.name} ends it"
        for kind, names in named.items()
        if names
        for row in await store.resources(session, workspace, kind)
        if row.name not in names and not row.spec.get("catch_all")
    ]
