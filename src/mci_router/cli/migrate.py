"""`mci-router migrate`: brings the ledger's schema up to date."""

import click
from alembic import command as alembic
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

from mci_router.cli.common import complaint, require, settings_of_environment
from mci_router.migrated import folder


def configuration(database_url: str) -> Config:
    """Returns Alembic's configuration, from the installed package or a checkout."""
    config = Config()
    config.set_main_option("script_location", str(folder()))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(database_url: str) -> None:
    """Runs every migration that is still to run. Call it outside an event loop."""
    alembic.upgrade(configuration(database_url), "head")


@click.command()
def command() -> None:
    """Bring the ledger's schema up to date."""
    settings = settings_of_environment()
    require(settings, "database_url")
    url = settings.database_url or ""
    try:
        migrate(url)
    except (OSError, DBAPIError) as error:
        if getattr(error, "statement", None):  # not while it connects
            raise
        raise click.ClickException(complaint(url, error)) from error
    click.echo("The ledger's schema is up to date.")
