"""Reports of surveys, read from facts: a row for each interval and group in which a survey was sent."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from mci_router.insight.interval_reports import Page, Place, Wanted
from mci_router.insight.survey_facts import MEASURES
from mci_router.vocabulary import Cell, SurveyKind

MONTH = timedelta(days=30)

_SUMS = ", ".join(f"sum({name})::bigint AS {name}" for name in MEASURES)
_BY_CELL = ", ".join(
    f"COALESCE(sum({what}) FILTER (WHERE cell = '{cell}'), 0)::bigint AS {what}_{cell}"
    for what in ("sent", "answered")
    for cell in Cell
)


async def surveys(session: AsyncSession, wanted: Wanted) -> Page[Mapping[str, int]]:
    """Returns what was sent in each interval and group, and answered to that: rows with `MEASURES`, and `sent` and
    `answered` of each cell.
    """
    by = ", ".join(("bin", *wanted.by))
    after = [":after_interval", *(f":after_{number}" for number in range(len(wanted.by)))]
    behind = f"({by}) > ({', '.join(after)})" if wanted.after else "true"
    statement = f"""
      SELECT {by}, {_SUMS}, {_BY_CELL} FROM (
        SELECT *, width_bucket(starts_at, CAST(:bounds AS timestamptz[])) - 1 AS bin FROM interval_surveys
        WHERE workspace_id = :workspace AND starts_at >= :since AND starts_at < :until) AS facts
      WHERE {behind} GROUP BY {by} ORDER BY {by} LIMIT :limit
    """  # noqa: S608 — names of this room
    found = (await session.execute(text(statement), wanted.parameters(()))).mappings().all()
    rows: list[tuple[Place, Mapping[str, int]]] = [
        (Place(row["bin"], tuple(row[name] for name in wanted.by)), dict(row)) for row in found
    ]
    return Page(rows, len(rows) == wanted.limit)


async def scores(session: AsyncSession, wanted: Wanted, kind: SurveyKind) -> list[tuple[Place, Mapping[int, int]]]:
    """Returns how many answers of a kind have each score, by interval and group; `limit` groups at most."""
    by = ", ".join(("bin", *wanted.by))
    sums = ", ".join(f"sum(score_{score})::bigint AS score_{score}" for score in kind.scale)
    statement = f"""
      SELECT {by}, {sums} FROM (
        SELECT *, width_bucket(starts_at, CAST(:bounds AS timestamptz[])) - 1 AS bin FROM interval_surveys
        WHERE workspace_id = :workspace AND starts_at >= :since AND starts_at < :until AND kind = :kind) AS facts
      GROUP BY {by} ORDER BY {by} LIMIT :limit
    """  # noqa: S608 — names of this room
    rows = (await session.execute(text(statement), wanted.parameters(()) | {"kind": kind})).mappings().all()
    return [
        (
            Place(row["bin"], tuple(row[name] for name in wanted.by)),
            {score: row[f"score_{score}"] for score in kind.scale},
        )
        for row in rows
    ]


async def answered_lately(session: AsyncSession, wanted: Wanted) -> Mapping[tuple[str, ...], int]:
    """Returns by group how many answers there are to surveys of the 30 days before the period's end."""
    by = ", ".join(wanted.by)
    statement = f"""
      SELECT {by}, sum(answered)::bigint AS answered FROM interval_surveys
      WHERE workspace_id = :workspace AND starts_at >= :since AND starts_at < :until GROUP BY {by}
    """  # noqa: S608 — names of this room
    until = wanted.bounds[-1]
    known: dict[str, Any] = {"workspace": wanted.workspace, "since": until - MONTH, "until": until}
    rows: Sequence[Any] = (await session.execute(text(statement), known)).all()
    return {tuple(row[:-1]): row.answered for row in rows}
