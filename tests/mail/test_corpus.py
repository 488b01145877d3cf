"""Our 500 mails go all the way to the router: each becomes one contact, or is refused by its name."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.email.corpus import Case, corpus
from tests.mail.conftest import Post, post_of, shop
from tests.mail.dovecot import PASSWORD, Dovecot
from tests.mail.servers import Customers, hand_over
from tests.support.service import Workspace, eventually

EVERY = 12  # of which one is handed over at the adapter's own door, too
AT_ONCE = 4
PATIENCE_S = 240
WITHOUT_CONTACT = {"own_message_id", "from_ourselves", "bounce_of_nothing_known", "delivery_delayed"}
BOX = "all@shop.example"


@pytest.mark.timeout(PATIENCE_S + 60)
async def test_each_of_500_mails_is_one_contact_or_its_named_refusal(
    make: Callable[..., Awaitable[Workspace]], customers: Customers, dovecot: Dovecot, tmp_path: Path
) -> None:
    """Handed to a real Dovecot, and read from its mailbox: none is lost, none is two, and none holds up the others."""
    refused = [answer for answer in await _delivered(dovecot, corpus()) if not answer.startswith("250")]
    assert all("too" in answer for answer in refused), refused  # what Dovecot itself does not take
    assert len(refused) < 10
    login = {"imap_user": BOX, "imap_password": PASSWORD, "imap_state": tmp_path / "mark.json"}
    box = {"imap": f"127.0.0.1:{dovecot.imap}", "imap_tls": False, "aliases": (BOX,), **login}
    workspace = await make(shop())
    async with post_of(workspace, customers, **box) as post:

        async def all_read() -> bool:
            return post.adapter.taking.counted.total() == 500 - len(refused)

        await eventually(all_read, PATIENCE_S)
        counted = post.adapter.taking.counted
    kinds = Counter(one["kind"] for one in await _contacts(workspace))
    never = {name for name in counted if name in _refusals()}
    assert not counted.keys() & {"failed", "router_away", "parser_gone", "refused"}
    assert kinds.total() == sum(counted[name] for name in counted.keys() - never - WITHOUT_CONTACT), counted
    assert kinds["customer"] == counted["taken"]


async def test_some_of_each_kind_reach_the_router_once_or_are_refused(post: Post) -> None:
    """At the adapter's own door: a mail server hears 250 or 554, and never anything else."""
    taken = set()
    chosen = [case for case in corpus()[::EVERY] if len(case.raw) < 1 << 20]
    for case in chosen:
        heard = await post.comes(case.raw, sender=case.sender)
        assert heard[:3] in ("250", "554"), (case.name, heard)
        contact = heard.rpartition(": ")[2]
        if contact.startswith("con_"):
            taken.add(contact)
        else:
            assert heard.split()[2].rstrip(":") not in ("taken", "refused"), (case.name, heard)
    assert {one["id"] for one in await _contacts(post.workspace)} == taken
    assert len(taken) > len(chosen) // 2


async def _delivered(dovecot: Dovecot, cases: list[Case]) -> list[str]:
    """What a mail server hears that hands mails to Dovecot, of each."""
    places = asyncio.Semaphore(AT_ONCE)

    async def one(case: Case) -> str:
        async with places:
            (heard,) = await hand_over(dovecot.lmtp, case.raw, BOX, sender=case.sender)
            return heard

    return list(await asyncio.gather(*map(one, cases)))


async def _contacts(workspace: Workspace) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    query: dict[str, Any] = {"limit": 200}
    while True:
        page = (await workspace.api.get("/v1/contacts", params=query)).json()
        found += page["items"]
        if not page["next_cursor"]:
            return found
        query["cursor"] = page["next_cursor"]


def _refusals() -> set[str]:
    """The names by which mails of the corpus are refused for good."""
    return {name for case in corpus() if case.name.startswith("hostile") for name in case.becomes} - {"customer"}
