"""Reports of results: resolutions by automation and the community, first-contact resolution, and self-service."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any, TypeVar

from mci_router.access.keys import Caller, Scope
from mci_router.api.interval_reports import FORMATS
from mci_router.api.parts import Parts, Service, needs
from mci_router.api.problems import RESPONSES
from mci_router.api.report_query import OVER, AskedReport, ReportQuery
from mci_router.api.router import Router
from mci_router.api.schemas.interval_reports import IntervalReport, ReportRow
from mci_router.api.schemas.result_reports import (
    FcrReport,
    FcrRow,
    ReadsReport,
    ReadsRow,
    ResolutionsReport,
    ResolutionsRow,
)
from mci_router.clock import utc_now
from mci_router.insight.interval_reports import Place, results
from mci_router.insight.result_facts import READS, REPETITIONS, RESOLUTIONS, ResultFacts
from mci_router.insight.shares import measured_share

router = Router(tags=["reports"], responses=RESPONSES)

Reader = Annotated[Caller, needs(Scope.REPORTS_READ)]
Row = TypeVar("Row", bound=ReportRow)
REPEATS_S = 7 * 86_400


@router.get("/v1/reports/resolutions", summary="Report what automation and the community settled", responses=FORMATS)
async def get_resolutions_report(caller: Reader, parts: Service, asked: AskedReport) -> ResolutionsReport:
    """Returns what automation and the community served of the contacts that ended, and whether it was the end.

    Settled is what the customer confirmed, or what was followed by no contact of the same customer about the same
    matter, over any channel, within the workspace's `silent_after_s`. Group by `outcome`, `topic`, `cell`, `channel`,
    `served_by`, `ref` and `version`.
    """
    silent_s = (await parts.snapshots.get(caller.workspace_id)).spec.silent_after_s
    report: ResolutionsReport = await _report(
        parts, caller, asked, RESOLUTIONS, silent_s, ResolutionsRow, ResolutionsReport, _resolutions, "outcome"
    )
    return report


@router.get("/v1/reports/fcr", summary="Report first-contact resolution", responses=FORMATS)
async def get_fcr_report(caller: Reader, parts: Service, asked: AskedReport) -> FcrReport:
    """Returns how many first contacts were followed by no other about the same matter within 7 days.

    They count where and with whom they ended, in the interval in which they were accepted. Group by `queue`, `agent`,
    `topic`, `channel` and `outcome`.
    """
    report: FcrReport = await _report(
        parts, caller, asked, REPETITIONS, REPEATS_S, FcrRow, FcrReport, _repetitions, "queue"
    )
    return report


@router.get("/v1/reports/self-service", summary="Report articles read without a contact", responses=FORMATS)
async def get_self_service_report(caller: Reader, parts: Service, asked: AskedReport) -> ReadsReport:
    """Returns how often articles were read in the help portal, and whether that helped, as far as readers say so.

    Group by `article`, `version`, `topic` and `by` (where).
    """
    silent_s = (await parts.snapshots.get(caller.workspace_id)).spec.silent_after_s
    report: ReadsReport = await _report(parts, caller, asked, READS, silent_s, ReadsRow, ReadsReport, _reads, "article")
    return report


async def _report(
    parts: Parts,
    caller: Caller,
    asked: ReportQuery,
    facts: ResultFacts,
    known_after_s: float,
    kind: type[Row],
    whole: type[IntervalReport],
    figures: Callable[[Mapping[str, int]], dict[str, Any]],
    default: str,
) -> Any:
    """Returns a report of facts whose results are known after some time, in the format asked for."""
    snapshot, now = await parts.snapshots.get(caller.workspace_id), utc_now()
    wanted = asked.wanted(caller.workspace_id, snapshot.spec.zone, tuple(facts.dimensions), default)
    known_after = timedelta(seconds=known_after_s)
    async with parts.heavy.taken(caller.workspace_id), parts.database.transaction() as session:
        page = await results(session, wanted, facts, now - known_after)
    head = asked.head(wanted, asked.cursor_of(wanted, [place for place, _ in page.rows], more=page.more))
    if whole is ResolutionsReport:
        head["silent_after_s"] = known_after_s

    def row(place: Place, counted: Mapping[str, int]) -> Row:
        ends_at = wanted.bounds[place.interval + 1]
        groups = {name: value or None for name, value in zip(wanted.by, place.values, strict=True)}
        times = {"starts_at": wanted.bounds[place.interval], "ends_at": ends_at, "revision": counted["revision"]}
        return kind(**times, **groups, **figures(counted), provisional=ends_at + known_after + OVER > now)

    def written() -> Any:
        rows = [
            row(place, counted)
            for place, counted in page.rows[: asked.limit]
            if any(counted[one] for one in facts.measures)
        ]
        return asked.answer(whole(**head, rows=rows), rows, kind)

    return await asyncio.to_thread(written)  # a large page takes longer than a desk may wait


def _resolutions(counted: Mapping[str, int]) -> dict[str, Any]:
    same = ("served", "confirmed", "returned", "returned_confirmed", "moved_on", "gave_up", "unrecognised")
    silent = counted["known_unconfirmed"]
    ended_there = sum(counted[name] for name in ("confirmed", "unconfirmed", "returned", "unrecognised"))
    settled = counted["known_confirmed"] + silent
    return {
        **{name: counted[name] for name in same},
        "silent": silent,
        "pending": counted["unconfirmed"] - silent,
        "contained": measured_share(ended_there, counted["served"]),
        "resolved": measured_share(settled, settled + counted["known_returned"] + counted["known_moved_on"]),
    }


def _repetitions(counted: Mapping[str, int]) -> dict[str, Any]:
    same = ("contacts", "repeats", "abandoned", "cancelled", "incidents", "machines", "opt_outs", "unmatched")
    first, repeated = counted["known_first"], counted["known_repeated"]
    return {
        **{name: counted[name] for name in same},
        "resolved": first - repeated,
        "repeated": repeated,
        "grey": counted["first"] - first,
        "fcr": measured_share(first - repeated, first),
    }


def _reads(counted: Mapping[str, int]) -> dict[str, Any]:
    silent, helped = counted["known_silent"], counted["known_helped"]
    return {
        **{name: counted[name] for name in ("reads", "helped", "not_helped", "followed")},
        "silent": silent,
        "pending": counted["silent"] - silent,
        "helped_share": measured_share(helped, helped + counted["known_not_helped"] + counted["known_followed"]),
    }
