"""500 mails that we write are each understood, or refused by their names; none holds the adapter up."""

from collections import Counter
from collections.abc import AsyncIterator

import pytest

from mci_router.adapters.email.ids import Ids
from mci_router.adapters.email.taking import Taking
from mci_router.adapters.email.trust import Judge
from mci_router.adapters.email.verdicts import Verdict
from mci_router.adapters.email.worker import Workers
from mci_router.adapters.router import Router
from mci_router.vocabulary import Trust
from tests.adapters.email.corpus import corpus

OURS = frozenset({"support@shop.example"})
SECRET = "a secret of the tests' adapter, long enough"


@pytest.fixture
async def taking() -> AsyncIterator[Taking]:
    """What reads mails, without a router behind it."""
    workers, ids = Workers(2), Ids(SECRET, "shop.example")
    judge = Judge(workers, "mx.shop.example", None)
    async with Router("http://127.0.0.1:9", "none", "email") as router:
        yield Taking(router, workers, ids, OURS, judge, Trust.AUTHENTICATED)
    workers.close()


async def test_every_mail_is_understood_or_refused_by_its_name(taking: Taking) -> None:
    """By what it is to become; and what customers say is read as they wrote it, in whatever charset."""
    cases = corpus()
    assert len(cases) == 500
    assert len({case.raw for case in cases}) == 500
    wrong, kinds = [], Counter[str]()
    for case in cases:
        read = await taking.read(case.raw, case.sender)
        kinds[case.name.partition(":")[0].partition(" ")[0]] += 1
        became = read.name if isinstance(read, Verdict) else read.found.name if read.found else "customer"
        text = "" if isinstance(read, Verdict) else read.mail.text
        if became not in case.becomes or case.says not in text:
            wrong.append((case.name, became, sorted(case.becomes), text[:80] if case.says else ""))
    assert not wrong
    assert (kinds["automatic"], kinds["bounce"], kinds["list"], kinds["forged"], kinds["hostile"]) == (
        30,
        20,
        40,
        40,
        60,
    )
