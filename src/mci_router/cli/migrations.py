"""Where the migrations are: in the installed package, or in a checkout."""

from pathlib import Path

_INSTALLED = Path(__file__).parents[1] / "migrations"
_CHECKOUT = Path(__file__).parents[3] / "migrations"


def folder() -> Path:
    """Returns the folder that Alembic calls the script location."""
    return _INSTALLED if _INSTALLED.exists() else _CHECKOUT


def newest() -> str:
    """Returns the revision of the last migration. Revisions rise, and begin their files' names."""
    return max(file.name.partition("_")[0] for file in (folder() / "versions").glob("[0-9]*.py"))
