"""Work over several workspaces, whose shards fail one by one."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from mci_router.errors import DatabaseUnavailable, EngineUnavailable, WorkspaceGone

Item = TypeVar("Item")
Work: TypeAlias = Callable[[Item], Awaitable[object]]
Row: TypeAlias = Mapping[str, Any]
Read: TypeAlias = Callable[[Sequence[str]], Awaitable[Sequence[Row]]]


async def each(items: Iterable[Item], work: Work[Item]) -> None:
    """Does the work for one item after the other, also when the shard of one of them is away, or its work fails: no
    other item waits for that. For a workspace that was deleted meanwhile nothing is left to do.

    Raises:
        DatabaseUnavailable: at once, for all of them need it.
        EngineUnavailable: at the end, if any shard was away.
        Exception: at the end, the first failure of another kind.
    """
    away, failure = None, None
    for item in items:
        try:
            await work(item)
        except EngineUnavailable as problem:
            away = problem
        except DatabaseUnavailable:
            raise
        except WorkspaceGone:
            continue
        except Exception as error:
            failure = failure or error
    if failure:
        raise failure
    if away:
        raise away


async def each_row(read: Read, most: int, work: Work[Row]) -> None:
    """Does the work for all rows, and raises, as `each` does.

    `read` returns the first `most` rows, but those of the workspaces that it is given, and no row again for which the
    work was done: it is asked until it returns fewer. Once the work for a row has failed, later rows of its workspace
    wait for the next turn: however many cannot be done, they keep no other workspace waiting.
    """
    waiting, failure = set[str](), None

    async def one(row: Row) -> None:
        try:
            await work(row)
        except Exception:
            waiting.add(row["workspace_id"])
            raise

    while rows := await read(sorted(waiting)):
        try:
            await each(rows, one)
        except DatabaseUnavailable:
            raise
        except Exception as error:
            failure = error if failure is None or isinstance(failure, EngineUnavailable) else failure
        if len(rows) < most:
            break
    if failure:
        raise failure
