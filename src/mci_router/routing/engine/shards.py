"""Work over several workspaces, whose shards fail one by one."""

from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias, TypeVar

from mci_router.errors import DatabaseUnavailable, EngineUnavailable, WorkspaceGone

Item = TypeVar("Item")
Work: TypeAlias = Callable[[Item], Awaitable[object]]


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
