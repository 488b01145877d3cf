"""What goes wrong at the ledger, in our words: PostgreSQL's quote the row, which is what customers say."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg

from mci_router.errors import DatabaseUnavailable, ServerRefuses, WorkspaceGone

OF_WORKSPACES = "_workspace_id_workspaces"  # how the constraints of what belongs to a workspace are called
GONE = "There is no such workspace any longer."
LOST_TRACK = asyncpg.InternalClientError  # of a connection that the server has left in the middle of a statement
FOUND_DEAD = asyncpg.ConnectionDoesNotExistError  # the driver's own word, with the look of one of the server's
AWAY = (
    *(asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.OperatorInterventionError),
    *(asyncpg.InsufficientResourcesError, asyncpg.PostgresSystemError, OSError, TimeoutError),
    LOST_TRACK,
)
"""What the driver raises where the server is going, gone or coming, has no room, or has ended our work."""

REFUSES = (
    asyncpg.ReadOnlySQLTransactionError,  # a standby, or set so by an administrator
    *(asyncpg.QueryCanceledError, asyncpg.LockNotAvailableError),  # by a time-out that was set
    *(asyncpg.IdleInTransactionSessionTimeoutError, asyncpg.TransactionTimeoutError),
    *(asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError),  # our login, our database
    asyncpg.InsufficientPrivilegeError,
)
"""What the driver raises where the server is there, and by its standing, or by what its administrator has set, does not
do what it otherwise does. None of it quotes a row.
"""

LACKING = (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError, asyncpg.UndefinedFunctionError)
"""What the driver raises for what this version's tables have, and an earlier version's do not."""

LOST_RACES = (
    *(asyncpg.UniqueViolationError, asyncpg.ForeignKeyViolationError, asyncpg.RestrictViolationError),
    *(asyncpg.ExclusionViolationError, asyncpg.SerializationError, asyncpg.DeadlockDetectedError),
    asyncpg.InvalidCachedStatementError,  # to a migration
)
"""What another transaction may have brought about. A check, or a column that is empty, is a mistake of ours but for
the two below.
"""
GUARD = ("contacts", "case_id")
"""The column that intake leaves empty where what it was decided on no longer holds, to have the row refused."""
ATTACHED_MEANWHILE = "ExecPartitionCheckEmitError"
"""PostgreSQL's function that refuses a row for the default partition: one of its own has been made meanwhile."""


def lost_race(error: BaseException) -> bool:
    """Returns whether a statement failed because another transaction was first: done again, the work finds that."""
    return _lost(driver_of(error))


def raced_by(error: BaseException) -> str:
    """Returns what a lost race was about: the error, and what of the ledger it names."""
    return str(error) if isinstance(error, Raced) else named(driver_of(error))


def broken_rule(error: BaseException) -> "Refused | None":
    """Returns in our words, which name the rule and no value, that a row breaks one that nobody can lose a race to."""
    driver = driver_of(error)
    broken = isinstance(driver, asyncpg.IntegrityConstraintViolationError) and not _lost(driver)
    return Refused(named(driver)) if broken else None


def driver_of(error: BaseException | None) -> Any:
    """Returns the driver's own error behind SQLAlchemy's, or None."""
    return getattr(getattr(error, "orig", None), "__cause__", None)


def named(driver: Any) -> str:
    """Returns what a driver's error is, and what of the ledger it names: never what it says, which quotes the row."""
    at = [driver.table_name, driver.column_name] if not driver.constraint_name else [driver.constraint_name]
    return " ".join([f"{type(driver).__name__} ({driver.sqlstate})", ".".join(filter(None, at))]).strip()


def _lost(driver: Any) -> bool:
    if isinstance(driver, asyncpg.NotNullViolationError):
        return (driver.table_name, driver.column_name) == GUARD
    if isinstance(driver, asyncpg.CheckViolationError):
        return bool(driver.server_source_function == ATTACHED_MEANWHILE)
    return isinstance(driver, LOST_RACES)


class Raced(Exception):
    """Another transaction was first: done again, the work finds what that has committed."""


class RacedByDeletion(Raced, WorkspaceGone):
    """It deleted the workspace: where the work is for that one alone, nothing is left to do."""


class Refused(Exception):
    """A mistake of ours: PostgreSQL cannot carry out a statement."""


class Lacking(Refused):
    """What a statement names is not there: a mistake of ours, unless the ledger has not been migrated."""


def cause_of(error: BaseException) -> BaseException:
    """Returns what to name as the cause of DatabaseUnavailable: what the server has said, if it has said anything."""
    before = error.__context__
    if isinstance(before, DatabaseUnavailable) and before.__cause__:
        return before.__cause__  # for which the connection was dropped: so nothing could be rolled back on it
    said = error if isinstance(error, asyncpg.PostgresError) else driver_of(error)
    from_server = isinstance(said, asyncpg.PostgresError) and not isinstance(said, FOUND_DEAD)
    return ServerRefuses(said.sqlstate, str(said)) if from_server else error


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
    except (*AWAY, *REFUSES) as error:
        raise DatabaseUnavailable from cause_of(error)
    except asyncpg.PostgresError as error:
        if of_no_workspace(error):
            raise RacedByDeletion(GONE) from None
        ours = Lacking if isinstance(error, LACKING) else Refused
        raise (Raced if _lost(error) else ours)(named(error)) from None
