"""The report of retention: what agents offered to customers who may leave, and who stays."""

from typing import Annotated

from fastapi import Query

from mci_router.api.parts import Service
from mci_router.api.problems import RESPONSES
from mci_router.api.reports import Reader, Since, Until, period
from mci_router.api.router import Router
from mci_router.api.schemas.retention import RetentionReport, RetentionRow
from mci_router.errors import InvalidRequest
from mci_router.insight.retention import DIMENSIONS, RetentionFigures, retention
from mci_router.insight.shares import wilson
from mci_router.vocabulary import TopicValue

router = Router(tags=["reports"], responses=RESPONSES)

GroupBy = Annotated[
    str,
    Query(max_length=100, description="`agent`, `queue` and `topic`, with commas between them.", examples=["agent"]),
]


@router.get("/v1/reports/retention", summary="Report retention")
async def get_retention_report(
    caller: Reader, parts: Service, since: Since = None, until: Until = None, group_by: GroupBy = "agent"
) -> RetentionReport:
    """Returns what was offered to customers who may leave, and how many stay, by what agents said on completion.

    For contacts of topics with `value: retention`. Each rate has its interval: where those of two agents overlap,
    chance alone may explain the difference.
    """
    since, until = period(since, until)
    by = _dimensions(group_by)
    snapshot = await parts.snapshots.get(caller.workspace_id)
    topics = [topic.name for topic in snapshot.topics.values() if topic.value is TopicValue.RETENTION]
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        found = await retention(session, caller.workspace_id, since, until, by, topics)
    rows = [_row(by, figures) for figures in found]
    return RetentionReport(since=since, until=until, currency=snapshot.spec.currency, group_by=by, rows=rows)


def _row(by: list[str], one: RetentionFigures) -> RetentionRow:
    low, high = wilson(one.saved, one.reported) if one.reported else (None, None)
    return RetentionRow(
        **dict(zip(by, one.group, strict=True)),
        handled=one.handled,
        reported=one.reported,
        offers_made=one.offers_made,
        offers_kept=one.offers_kept,
        kept_share=one.offers_kept / one.offers_made if one.offers_made else None,
        saved=one.saved,
        save_rate=one.saved / one.reported if one.reported else None,
        save_rate_from=low,
        save_rate_to=high,
        amount=one.amount,
    )


def _dimensions(group_by: str) -> list[str]:
    by = list(dict.fromkeys(filter(None, group_by.split(","))))
    unknown = [one for one in by if one not in DIMENSIONS]
    if unknown:
        raise InvalidRequest(
            f"group_by names {unknown[0]!r}: there are {', '.join(DIMENSIONS)}.",
            errors=[{"where": "query.group_by", "problem": "unknown"}],
        )
    return by
