"""`mci-router migrate`: brings the ledger's schema up to date."""

from pathlib import Path

import click
from alembic import command as alembic
from alembic.config import Config

from mci_router.cli.common import require, settings_of_environment

_INSTALLED = Path(__file__).parents[1] / "migrations"
_CHECKOUT = Path(__file__).parents[3] / "migrations"


def configuration(database_url: str) -> Config:
    """Returns Alembic's configuration, from the installed package or a checkout."""
    config = Config()
    config.set_main_option("script_location", str(_INSTALLED if _INSTALLED.exists() else _CHECKOUT))
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
    try:
        migrate(settings.database_url or "")
    except OSError as error:
        raise click.ClickException(f"the ledger cannot be reached: {error}") from error
    click.echo("The ledger's schema is up to date.")
