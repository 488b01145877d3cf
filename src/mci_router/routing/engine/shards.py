"""Work over several workspaces, whose shards fail one by one."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from sqlalchemy import Select

from mci_router.database import Database
from mci_router.errors import DatabaseUnavailable, EngineUnavailable, WorkspaceGone

Item = TypeVar("Item")
Work: TypeAlias = Callable[[Item], Awaitable[object]]
Row: TypeAlias = Mapping[str, Any]
Read: TypeAlias = Callable[[Sequence[str]], Awaitable[Sequence[Row]]]
ReadAfter: TypeAlias = Callable[[Item | None], Awaitable[Sequence[Item]]]

A_PAGE = 100  # keys that are read at once


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
    waiting = set[str]()

    async def one(row: Row) -> None:
        try:
            await work(row)
        except Exception:
            waiting.add(row["workspace_id"])
            raise

    async def pages() -> AsyncIterator[Sequence[Row]]:
        while rows := await read(sorted(waiting)):
            yield rows
            if len(rows) < most:
                break

    await _each_of(pages(), one)


async def each_after(read: ReadAfter[Item], most: int, work: Work[Item]) -> None:
    """Does the work once for all there is, and raises, as `each` does.

    `read` returns, in a fixed order, the first `most` items after the one that it is given, at first None. What cannot
    be done is passed over until the next turn: however much that is, it keeps nothing else waiting.
    """

    async def pages() -> AsyncIterator[Sequence[Item]]:
        last = None
        while items := await read(last):
            yield items
            if len(items) < most:
                break
            last = items[-1]

    await _each_of(pages(), work)


async def each_found(database: Database, found: Select[str], work: Work[str], *, most: int = A_PAGE) -> None:
    """Does the work for each key that a query finds, such as the id of a workspace, as `each_after` does."""
    (key,) = found.selected_columns

    async def read(last: str | None) -> Sequence[str]:
        page = found if last is None else found.where(key > last)
        async with database.reading() as session:
            return (await session.scalars(page.distinct().order_by(key).limit(most))).all()

    await each_after(read, most, work)


async def _each_of(pages: AsyncIterator[Sequence[Item]], work: Work[Item]) -> None:
    failure: Exception | None = None
    async for page in pages:
        try:
            await each(page, work)
        except DatabaseUnavailable:
            raise
        except Exception as error:
            failure = error if failure is None or isinstance(failure, EngineUnavailable) else failure
    if failure:
        raise failure
