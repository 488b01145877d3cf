"""What Twilio's adapter does when sending fails: again, in order, once; or never, with why."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from sqlalchemy import text

from mci_router.adapters.twilio import failures
from mci_router.adapters.twilio.settings import TwilioSettings
from tests.adapters.twilio_adapter import Make, carrying, phones, running, settings_for
from tests.adapters.twilio_double import LOST, Double, twilio
from tests.support.forked import Command, started
from tests.support.outbound import reply, until_delivery
from tests.support.processes import INHERITED, free_port
from tests.support.rows import every
from tests.support.service import PATIENCE_S, TLS, eventually

KIM = "+4915112345678"
COMPLAINT = "a formal complaint about how you treated me"


async def test_messages_of_a_case_are_sent_in_order_and_once_whatever_twilio_answers(make: Make) -> None:
    """Also where the answer is lost after Twilio has taken it, and where two have the same words."""
    workspace = await make(phones())
    async with carrying(workspace) as double:
        await double.message(COMPLAINT, KIM)
        (contact,) = (await workspace.api.get("/v1/contacts")).json()["items"]
        double.faults = [429, 503, LOST, 201, 500]
        said = ["one 😀", "two", "two", "four"]
        messages = [await reply(workspace, contact, one) for one in said]
        for message in messages:
            await until_delivery(workspace, message, "sent")
        assert [one["body"] for one in double.messages] == said

        double.faults = [21211, 63016]
        for slug in ("no_such_number", "window_closed"):
            failed = await until_delivery(workspace, await reply(workspace, contact, "never"), "failed")
            assert failed["error"]["slug"] == slug
        late = await reply(workspace, contact, "unreachable")
        await until_delivery(workspace, late, "sent")
        await double.status(double.messages[-1], "undelivered", 30003)
        failed = await until_delivery(workspace, late, "failed")
        assert (failed["error"]["slug"], failed["error"]["retryable"]) == ("unreachable", True)
        await double.status(double.messages[-1], "delivered")  # the better witness
        await until_delivery(workspace, late, "delivered")


async def test_who_wrote_on_the_help_pages_gets_text_messages_from_our_number(make: Make) -> None:
    """If there is one; else the message has failed, and says why."""
    workspace = await make(phones())
    said = {"channel": "web", "text": COMPLAINT, "customer": {"phone": KIM}}
    for ours, state in (("+4930555000", "sent"), ("", "failed")):
        async with carrying(workspace, number=ours) as double:
            contact = (await workspace.api.post("/v1/contacts", json=said)).json()
            async with workspace.ledger() as session:
                await session.execute(
                    text("UPDATE contacts SET adapter = 'twilio' WHERE id = :id"), {"id": contact["id"]}
                )
            await until_delivery(workspace, await reply(workspace, contact, "Good day"), state)
            assert [(one["from"], one["to"]) for one in double.messages] == ([(ours, KIM)] if ours else [])


async def test_an_adapter_that_is_killed_before_it_hears_that_a_message_is_sent_sends_none_twice(
    make: Make, tmp_path: Path
) -> None:
    """SIGKILL between Twilio's taking it and our receipt: the next process finds the message by its words. One
    that did not arrive is sent again where an agent wants that."""
    workspace = await make(phones())
    async with twilio() as double:
        settings = await settings_for(workspace, double)
        async with process(settings, double, tmp_path) as first:
            double.made = lambda: first.send_signal(signal.SIGKILL)
            await double.message(COMPLAINT, KIM)
            (contact,) = (await workspace.api.get("/v1/contacts")).json()["items"]
            message = await reply(workspace, contact, "once")
            await double.until_sent(1)
            first.wait()
        double.made = lambda: None
        async with running(settings, double):
            await until_delivery(workspace, message, "sent")
            await until_delivery(workspace, await reply(workspace, contact, "and another"), "sent")
            assert [one["body"] for one in double.messages] == ["once", "and another"]
            await double.status(double.messages[0], "undelivered", 30003)
            await until_delivery(workspace, message, "failed")
        async with running(settings, double):
            again = await workspace.api.post(f"/v1/messages/{message}/send-again")
            assert again.status_code == 202, again.text
            await until_delivery(workspace, message, "sent")
        assert [one["body"] for one in double.messages] == ["once", "and another", "once"]


@asynccontextmanager
async def process(settings: TwilioSettings, double: Double, directory: Path) -> AsyncIterator[Command]:
    """The adapter as a process of its own, as its command runs it; stopped afterwards if it still runs."""
    port = free_port()
    said = {
        "MCI_ROUTER_URL": settings.router_url,
        "MCI_TWILIO_ADAPTER": settings.adapter,
        "MCI_TWILIO_PORT": str(port),
        "MCI_ADAPTER_KEY": settings.adapter_key.get_secret_value(),
        "MCI_TWILIO_API_URL": settings.api_url,
        "MCI_TWILIO_ACCOUNT_SID": settings.account_sid,
        "MCI_TWILIO_PUBLIC_URL": settings.public_url,
        "MCI_TWILIO_AUTH_TOKEN": settings.auth_token.get_secret_value(),
    }
    inherited = {name: os.environ[name] for name in INHERITED if name in os.environ}
    adapter = await started(("adapter", "twilio"), inherited | said, directory, directory / "log")
    double.adapter = f"http://127.0.0.1:{port}"

    async def answers() -> bool:
        assert adapter.poll() is None, (directory / "log").read_text()
        try:
            async with httpx.AsyncClient(verify=TLS, timeout=PATIENCE_S) as client:
                return (await client.get(f"{double.adapter}/livez")).status_code == 200
        except httpx.TransportError:
            return False

    try:
        await eventually(answers, 30)
        yield adapter
    finally:
        if adapter.poll() is None:
            adapter.terminate()
            try:
                await asyncio.to_thread(adapter.wait, PATIENCE_S)
            finally:
                adapter.kill()


@every(("code", "slug"), [(21610, "opted_out"), (30007, "refused_by_carrier"), (99, "not_delivered")])
def test_an_error_of_twilios_has_a_slug(code: int, slug: str) -> None:
    """One that is not known is named by its number."""
    error = failures.error_of(code)
    assert (error["slug"], str(code) in error["detail"]) == (slug, True)
