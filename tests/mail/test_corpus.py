"""500 mails that we write become each one contact, or are refused by their names; none holds the adapter up."""

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
from tests.mail.conftest import OURS, SECRET, Post
from tests.mail.corpus import Case, corpus

EVERY = 12  # of which one goes all the way to the router


@pytest.fixture
async def taking() -> AsyncIterator[Taking]:
    """What reads mails, without a router behind it."""
    workers, ids = Workers(2), Ids(SECRET, "shop.example")
    judge = Judge(workers, "mx.shop.example", None)
    async with Router("http://127.0.0.1:9", "none", "email") as router:
        yield Taking(router, workers, ids, frozenset({OURS}), judge, Trust.AUTHENTICATED)
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


async def test_some_of_each_kind_reach_the_router_once_or_are_refused(post: Post) -> None:
    """As many contacts as mails that are taken; a mail server hears 250 or 554, and never anything else."""
    taken = set()
    chosen = _some()
    for case in chosen:
        heard = await post.comes(case.raw, sender=case.sender)
        assert heard[:3] in ("250", "554"), (case.name, heard)
        contact = heard.rpartition(": ")[2]
        if contact.startswith("con_"):
            taken.add(contact)
        else:
            assert heard.split()[2].rstrip(":") not in ("taken", "refused"), (case.name, heard)
    listed = (await post.workspace.api.get("/v1/contacts", params={"limit": 200})).json()["items"]
    assert {one["id"] for one in listed} == taken
    assert len(taken) > len(chosen) // 2


def _some() -> list[Case]:
    return [case for case in corpus()[::EVERY] if len(case.raw) < 1 << 20]
