"""The process: all parts of the e-mail adapter, joined."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from mci_router.adapters.email.ids import Ids
from mci_router.adapters.email.imap import Mailbox
from mci_router.adapters.email.lmtp import Door, Listener
from mci_router.adapters.email.outbox import Outbox
from mci_router.adapters.email.sending import CLEAR, ENCRYPTED, Sending, Server
from mci_router.adapters.email.settings import EmailSettings
from mci_router.adapters.email.taking import Taking
from mci_router.adapters.email.trust import Judge, Lookup, by_dns
from mci_router.adapters.email.worker import Workers
from mci_router.adapters.process import end, run_until_stopped
from mci_router.adapters.router import Router

log = logging.getLogger(__name__)


@dataclass
class Adapter:
    """A running adapter: its parts, and the tasks that ended it if they fail."""

    taking: Taking
    listener: Listener | None = None
    outbox: Outbox | None = None
    tasks: list["asyncio.Task[None]"] = field(default_factory=list)


@asynccontextmanager
async def running(settings: EmailSettings, *, lookup: Lookup = by_dns) -> AsyncIterator[Adapter]:
    """Runs the adapter as long as the block lasts; `lookup` finds the keys of signatures."""
    ids = Ids(settings.secret.get_secret_value(), settings.domain)
    async with AsyncExitStack() as stack:
        key = settings.adapter_key.get_secret_value()
        router = await stack.enter_async_context(Router(settings.router_url, key, settings.adapter))
        workers = Workers(settings.workers)
        stack.callback(workers.close)
        judge = Judge(workers, settings.authserv_id, lookup if settings.dkim else None)
        adapter = Adapter(Taking(router, workers, ids, settings.ours, judge, settings.trust))
        stack.push_async_callback(end, adapter.tasks)
        if settings.lmtp:
            adapter.listener = Listener(Door(adapter.taking, settings.ours), settings.lmtp)
            await adapter.listener.open()
            stack.push_async_callback(adapter.listener.close)
        if settings.imap:
            mailbox = Mailbox(settings, adapter.taking)
            adapter.tasks.append(asyncio.create_task(mailbox.run()))
        if settings.smtp:
            adapter.outbox = _outbox(settings, router, ids)
            adapter.tasks.append(asyncio.create_task(adapter.outbox.run()))
        yield adapter


async def run(settings: EmailSettings) -> None:
    """Runs until it is told to stop, or a part fails. Raises what that failed of."""
    adapter = await run_until_stopped(running(settings))
    log.info("stopped; mails: %s", dict(adapter.taking.counted) if adapter else "none")


def _outbox(settings: EmailSettings, router: Router, ids: Ids) -> Outbox:
    host, _, port = settings.smtp.partition(":")
    server = Server(
        host=host,
        port=int(port or (ENCRYPTED if settings.smtp_starttls else CLEAR)),
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
        starttls=settings.smtp_starttls,
        verify=settings.smtp_verify,
        timeout_s=settings.smtp_timeout_s,
    )
    places = asyncio.Semaphore(settings.connections)
    sending = Sending(server, places, settings.connections_of_domain, settings.longest_pause_s)
    return Outbox(
        *(router, sending, ids, settings.address, settings.name),
        give_up_s=settings.give_up_s,
        per_hour=settings.automatic_per_hour,
    )
