"""`mci-router key`: makes API keys."""

import click

from mci_router.access.keys import Scope, make_key
from mci_router.api.auditing import audited, by_command, key_facts
from mci_router.cli.common import no_workspace, with_database
from mci_router.configuration import store
from mci_router.database import Database
from mci_router.vocabulary import Trust

LONGEST_NAME = 100
SCOPES = [*(scope.value for scope in Scope), "all"]


@click.group()
def command() -> None:
    """Manage API keys."""


@command.command("create")
@click.option("--workspace", required=True, help="The workspace's name.")
@click.option("--name", required=True, help="What the key is for.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice(SCOPES),
    help="May be given several times.",
)
@click.option(
    "--trust",
    type=click.Choice([trust.value for trust in Trust]),
    default=Trust.CLAIMED.value,
    show_default=True,
    help="The most that the key may assert of a customer's addresses.",
)
def create_key(workspace: str, name: str, scopes: tuple[str, ...], trust: str) -> None:
    """Make a key and print it, this once."""

    if not 0 < len(name.strip()) <= LONGEST_NAME:
        raise click.BadParameter(f"has 1 to {LONGEST_NAME} characters: say what the key is for", param_hint="--name")

    async def work(database: Database) -> str:
        async with database.transaction() as session:
            found = await store.workspace_named(session, workspace)
            if found is None:
                raise no_workspace(workspace)
            granted = list(Scope) if "all" in scopes else [Scope(scope) for scope in scopes]
            key, secret = await make_key(session, found.id, name.strip(), granted, Trust(trust))
            by = by_command(found.id, "mci-router key create")
            await audited(session, by, "api_key.created", key.id, after=key_facts(key))
        return secret

    click.echo(with_database(work))
