"""Where the migrations are: in the installed package, or in a checkout."""

from functools import cache
from pathlib import Path

_INSTALLED = Path(__file__).parent / "migrations"
_CHECKOUT = Path(__file__).parents[2] / "migrations"


def folder() -> Path:
    """Returns the folder that Alembic calls the script location."""
    return _INSTALLED if _INSTALLED.exists() else _CHECKOUT


@cache
def newest() -> str:
    """Returns the revision of the last migration. Revisions rise, and begin their files' names."""
    return max(file.name.partition("_")[0] for file in (folder() / "versions").glob("[0-9]*.py"))
