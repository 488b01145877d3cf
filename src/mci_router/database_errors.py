"""What goes wrong at the ledger, in our words: PostgreSQL's quote the row, which is what customers say."""

from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from mci_router.errors import DatabaseUnavailable, WorkspaceGone

OUT_OF_RESOURCES = ("53", "58")  # classes of SQLSTATE: no room on the disk or in memory, and a disk that fails
OF_WORKSPACES = "_workspace_id_workspaces"  # how the constraints of what belongs to a workspace are called
GONE = "There is no such workspace any longer."
LOST_TRACK = asyncpg.InternalClientError  # of a connection that the server has left in the middle of a statement
AWAY = (
    *(asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.OperatorInterventionError),
    *(asyncpg.InsufficientResourcesError, asyncpg.PostgresSystemError, OSError, TimeoutError),
    LOST_TRACK,
)
"""What the driver raises where the server is going, gone or coming, or has no room."""

LOST_RACES = (
    *(asyncpg.IntegrityConstraintViolationError, asyncpg.TransactionRollbackError),
    asyncpg.InvalidCachedStatementError,  # to a migration
)


def lost_race(error: BaseException) -> bool:
    """Returns whether a statement failed because another transaction was first: done again, the work finds that."""
    driver = getattr(error, "orig", None)
    return isinstance(getattr(driver, "__cause__", None), LOST_RACES)


class Raced(Exception):
    """Another transaction was first: done again, the work finds what that has committed."""


class RacedByDeletion(Raced, WorkspaceGone):
    """It deleted the workspace: where the work is for that one alone, nothing is left to do."""


class Refused(Exception):
    """A mistake of ours: PostgreSQL cannot carry out a statement."""


def is_away(words: str, state: str) -> bool:
    """Returns whether an error says that the server is going or coming, or has no room."""
    return state.startswith(OUT_OF_RESOURCES) or "shutting down" in words or "starting up" in words


def of_no_workspace(error: BaseException | None) -> bool:
    """Returns whether a row was refused because its workspace was deleted meanwhile."""
    if not isinstance(error, asyncpg.ForeignKeyViolationError):
        return False
    return str(error.constraint_name).endswith(OF_WORKSPACES)


@contextmanager
def in_our_words() -> Iterator[None]:
    """Raises in our words what a statement raises; errors are logged."""
    try:
        yield
    except AWAY as error:
        raise DatabaseUnavailable from error
    except LOST_RACES as error:
        if of_no_workspace(error):
            raise RacedByDeletion(GONE) from None
        raise Raced(f"{type(error).__name__} {error.constraint_name or error.column_name or ''}") from None
    except asyncpg.PostgresError as error:
        raise Refused(f"{type(error).__name__} ({error.sqlstate})") from None
