"""Brings the ledger's schema up to date."""

from pathlib import Path

from alembic import command
from alembic.config import Config

_INSTALLED = Path(__file__).parent / "migrations"
_CHECKOUT = Path(__file__).parents[2] / "migrations"


def configuration(database_url: str) -> Config:
    """Alembic's configuration, from the installed package or a checkout."""
    config = Config()
    config.set_main_option("script_location", str(_INSTALLED if _INSTALLED.exists() else _CHECKOUT))
    config.set_main_option("sqlalchemy.url", database_url.replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def migrate(database_url: str) -> None:
    """Runs every migration that is still to run. Call it outside an event loop."""
    command.upgrade(configuration(database_url), "head")
