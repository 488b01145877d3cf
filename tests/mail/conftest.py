"""A workspace with an e-mail adapter, the adapter, and the mail servers on both sides of it."""

import asyncio
import os
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mci_router.adapters.email.ids import Ids
from mci_router.adapters.email.process import Adapter, running
from mci_router.adapters.email.settings import EmailSettings
from tests.mail.dovecot import Dovecot, running_dovecot
from tests.mail.servers import Customers, customers_server, hand_over
from tests.support.conversations import staffed
from tests.support.outbound import adapter, key_of
from tests.support.service import Workspace

SECRET = "a secret of the tests' adapter, long enough"
OURS = "support@shop.example"
SPEC: dict[str, Any] = {
    "title": "E-mail",
    "channels": ["email"],
    "outbound": {"by": "stream"},
    "answers": "messages",
    "trust": "authenticated",
    "capabilities": {"html": True, "attachments": True},
}
SCOPES = ("contacts:write", "messages:write", "messages:deliver")


@dataclass
class Post:
    """An e-mail adapter of a workspace, with what is around it."""

    workspace: Workspace
    adapter: Adapter
    customers: Customers
    ids: Ids

    async def goes(self) -> tuple[str, str, Any]:
        """The next mail that customers have of us, as `Customers.next` has it."""
        coming = asyncio.ensure_future(self.customers.next())
        done, _ = await asyncio.wait([coming, *self.adapter.tasks], return_when=asyncio.FIRST_COMPLETED)
        for task in done - {coming}:
            task.result()
        return await coming

    async def comes(self, raw: bytes, *recipients: str, sender: str = "sam@example.org") -> str:
        """What our mail server hears when it hands a mail over for us."""
        assert self.adapter.listener
        heard = await hand_over(self.adapter.listener.port, raw, *(recipients or (OURS,)), sender=sender)
        assert len(set(heard)) == 1
        return heard[0]


@pytest.fixture
async def customers() -> AsyncIterator[Customers]:
    async with customers_server() as started:
        yield started


@asynccontextmanager
async def post_of(workspace: Workspace, customers: Customers, **settings: Any) -> AsyncIterator[Post]:
    """The adapter of a workspace, in this process."""
    await adapter(workspace, "email", **SPEC)
    key = await key_of(workspace, *SCOPES, adapter="email", trust="authenticated")
    values: dict[str, Any] = {
        "router_url": workspace.url,
        "adapter_key": key["key"],
        "address": OURS,
        "name": "The Shop",
        "secret": SECRET,
        "lmtp": "127.0.0.1:0",
        "smtp": f"127.0.0.1:{customers.port}",
        "smtp_starttls": False,
        "authserv_id": "mx.shop.example",
        "workers": 1,
        **settings,
    }
    async with running(EmailSettings(**values), lookup=_nothing) as adapter_:
        yield Post(workspace, adapter_, customers, Ids(SECRET, "shop.example"))


def shop() -> dict[str, Any]:
    """A workspace whose agents answer mails."""
    document = staffed()
    for agent in document["agents"]:
        agent["capacity"]["channels"]["email"] = 3
    return document


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    with tempfile.TemporaryDirectory(prefix="mci-dovecot-") as folder:
        os.chmod(folder, 0o755)
        with running_dovecot(Path(folder)) as started:
            yield started


async def _nothing(_: str) -> str:
    return ""


@pytest.fixture
async def post(make: Callable[..., Awaitable[Workspace]], customers: Customers) -> AsyncIterator[Post]:
    async with post_of(await make(shop()), customers) as made:
        yield made
