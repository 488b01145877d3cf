"""The process: all parts of the Mastodon adapter, joined."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

from mci_router.adapters.mastodon.instance import Instance, InstanceAway
from mci_router.adapters.mastodon.media import Media
from mci_router.adapters.mastodon.memory import Memory
from mci_router.adapters.mastodon.sending import Sending
from mci_router.adapters.mastodon.settings import MastodonSettings
from mci_router.adapters.mastodon.taking import Taking
from mci_router.adapters.process import end, run_until_stopped
from mci_router.adapters.router import Router

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass
class Adapter:
    """A running adapter: its parts, and the tasks that end it if they fail."""

    instance: Instance
    memory: Memory
    taking: Taking
    tasks: list["asyncio.Task[None]"]


def instance_of(settings: MastodonSettings) -> Instance:
    """Returns our account on its instance."""
    return Instance(str(settings.url).rstrip("/"), settings.token.get_secret_value(), settings.timeout_s)


@asynccontextmanager
async def running(settings: MastodonSettings) -> AsyncIterator[Adapter]:
    """Runs the adapter as long as the block lasts."""
    instance, memory = instance_of(settings), Memory.load(settings.state)
    me = await _patiently(instance.me)
    key = settings.adapter_key.get_secret_value()
    async with AsyncExitStack() as stack:
        router = await stack.enter_async_context(Router(settings.router_url, key, settings.adapter))
        sending = Sending(
            *(instance, router, memory, me), replies=settings.replies, per_hour=settings.automatic_per_hour
        )
        sending.longest = await _patiently(instance.longest)
        hosts = (urlsplit(str(settings.url)).netloc, *settings.media_hosts)
        media = await stack.enter_async_context(Media(router, hosts, settings.timeout_s))
        taking = Taking(instance, router, memory, me, media, sending.at_once)
        await _patiently(taking.begin)
        tasks = [
            asyncio.create_task(taking.run(settings.poll_s, settings.recheck_s)),
            asyncio.create_task(sending.run(asyncio.sleep)),
        ]
        try:
            yield Adapter(instance, memory, taking, tasks)
        finally:
            await end(tasks)


async def run(settings: MastodonSettings) -> None:
    """Runs until it is told to stop, or a part fails. Raises what that failed of."""
    adapter = await run_until_stopped(running(settings))
    log.info("stopped; statuses: %s", dict(adapter.taking.counted) if adapter else "none")


async def _patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Returns what the instance answers, once it does."""
    while True:
        try:
            return await ask()
        except InstanceAway as away:
            log.warning("the adapter waits: %s", away)
            await asyncio.sleep(away.after_s)
