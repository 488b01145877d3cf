"""What is read in the portal without a contact: counted by a fingerprint of the visitor that changes each day."""

from contextlib import suppress
from datetime import timedelta
from math import ceil

from mci_router.clock import utc_now
from mci_router.errors import DatabaseUnavailable
from mci_router.insight import reads
from mci_router.insight.reads import ArticleShown
from mci_router.portal.help.visits import Visit
from mci_router.specs.articles import ArticleSpec
from mci_router.vocabulary import Reading

PORTAL = "portal"
LONGEST_AGENT = 500


async def was_read(visit: Visit, article: ArticleSpec, result: Reading = Reading.SILENT) -> None:
    """Counts that the visitor reads an article, or says whether it helps. Without the ledger nothing is counted."""
    if not visit.allowance.client:
        return  # a proxy of ours does not say who it is
    version = visit.snapshot.article_versions.get(article.name, 0)
    shown = ArticleShown(article.name, version, article.topic or "", PORTAL)
    with suppress(DatabaseUnavailable):
        async with visit.parts.database.transaction() as session:
            await reads.read(session, visit.workspace, _reader(visit), shown, result)


async def wrote(visit: Visit) -> None:
    """Counts that the visitor has written after all. Without the ledger nothing is counted."""
    if not visit.allowance.client:
        return
    days = ceil(visit.snapshot.spec.silent_after_s / 86_400)
    readers = [_reader(visit, days_ago) for days_ago in range(days + 1)]
    with suppress(DatabaseUnavailable):
        async with visit.parts.database.transaction() as session:
            await reads.wrote(session, visit.workspace, readers)


def _reader(visit: Visit, days_ago: int = 0) -> str:
    day = (utc_now() - timedelta(days=days_ago)).date().isoformat()
    browser = visit.request.headers.get("user-agent", "")[:LONGEST_AGENT]
    return visit.seals.digest("reader", day, visit.workspace, visit.allowance.client, browser)
