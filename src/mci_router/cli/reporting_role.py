"""`mci-router reporting-role`: makes logins of PostgreSQL that read a workspace's reports."""

import click

from mci_router.api.auditing import audited, by_command
from mci_router.cli.common import no_workspace, with_database
from mci_router.cli.numbers import NumberRange
from mci_router.configuration import store
from mci_router.database import Database
from mci_router.insight.reporting_roles import Login, RoleRefused, make_login, remove_login

COMMAND = "mci-router reporting-role"


@click.command()
@click.option("--workspace", required=True, help="The workspace's name.")
@click.option("--role", help="The login's name; reporting_ and the workspace's unless given.")
@click.option("--timeout-s", type=NumberRange(0.1, 3_600), default=30, show_default=True, help="Of a statement.")
@click.option("--connections", type=click.IntRange(1, 100), default=4, show_default=True, help="At once, at most.")
@click.option("--sensitive", is_flag=True, help="It sees sensitive contacts one by one, too, not only in sums.")
@click.option("--remove", is_flag=True, help="Remove the login.")
def command(
    workspace: str, role: str | None, timeout_s: float, connections: int, *, sensitive: bool, remove: bool
) -> None:
    """Make a login that reads the schema `reporting`, or give one a new password, and print that, this once."""
    name = role or f"reporting_{workspace}"

    async def work(database: Database) -> str:
        async with database.transaction() as session:
            found = await store.workspace_named(session, workspace)
            if found is None:
                raise no_workspace(workspace)
            by = by_command(found.id, COMMAND)
            if remove:
                await remove_login(session, name, found.id)
                await audited(session, by, "reporting_role.removed", name)
                return f"The login {name} is removed."
            password, there = await make_login(session, Login(name, found.id, sensitive, timeout_s, connections))
            facts = {"sensitive": sensitive, "timeout_s": timeout_s, "connections": connections}
            await audited(session, by, f"reporting_role.{'changed' if there else 'created'}", name, after=facts)
        return f"{name} {password}"

    try:
        click.echo(with_database(work))
    except RoleRefused as refused:
        raise click.ClickException(str(refused)) from refused
