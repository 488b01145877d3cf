"""The door of Twilio's adapter: what is not Twilio's, or not of our account, hears a status and nothing else."""

import asyncio

import pytest

from mci_router.adapters.router import Refused, RouterAway
from mci_router.adapters.twilio.answering import LONGEST, in_xml, parts_of, written
from mci_router.adapters.twilio.holding import held
from mci_router.adapters.twilio.inbound import Address, contact_of, conversation, opts, parties
from tests.adapters.twilio_adapter import carrying
from tests.adapters.twilio_double import sid
from tests.support.processes import free_port
from tests.support.rows import every
from tests.support.service import Workspace

KIM = "+4915112345678"


async def test_what_is_not_twilios_comes_to_nothing(workspace: Workspace) -> None:
    """Forged, for another URL, of another account, no form, too large: not one of them reaches the router."""
    async with carrying(workspace) as double:
        form = {"MessageSid": sid("SM"), "From": KIM, "To": "+4930901820", "Body": "hello"}
        foreign = {**form, "AccountSid": "AC" + "0" * 32}
        refused = [
            (await double.webhook("/messages", form, token="another"), 403),
            (await double.webhook("/messages", form, **{"X-Twilio-Signature": ""}), 403),
            (await double.webhook("/messages", form, **{"X-Twilio-Signature": "é" * 28}), 403),
            (await double.webhook("/messages", foreign), 403),
            (await double.webhook("/messages", {**form, "MessageSid": "../con_1"}), 403),
            (await double.webhook("/messages", {f"Field{number}": "" for number in range(400)}), 403),
            (await double.webhook("/messages", {**form, "Body": "x" * 1_000_000}), 413),
            (await double.webhook("/messages", form, **{"Content-Type": "application/json"}), 403),
            (await double.client.post(f"{double.adapter}/messages?x=1", data=form), 403),
            (await double.client.post(f"{double.adapter}/status?message={'0' * 32}", data=form), 403),
        ]
        assert [(answer.status_code, answer.text) for answer, _ in refused] == [(status, "") for _, status in refused]
        assert (await workspace.api.get("/v1/contacts")).json()["items"] == []


async def test_while_the_router_is_away_twilio_hears_of_it_once_it_has_waited(workspace: Workspace) -> None:
    """Twilio then asks its fallback URL."""
    away = {"router_url": f"http://127.0.0.1:{free_port()}", "hold_s": 0.2}
    async with carrying(workspace, **away) as double:
        answer = await double.message("hello", KIM)
        assert (answer.status_code, answer.text) == (503, "")


async def test_a_request_is_held_while_the_router_is_away() -> None:
    """And asked again where the same one is under way; what the router will never take is not."""
    said = [
        RouterAway("restarting", 0),
        Refused(409, {"type": "/problems/idempotency_key_in_flight"}),
        Refused(422, {}),
    ]

    async def work() -> str:
        if said:
            raise said.pop(0)
        return "taken"

    with pytest.raises(Refused):
        await held(work, 5)
    assert await held(work, 5) == "taken"
    with pytest.raises(RouterAway):
        await held(asyncio.Event().wait, 0.01)  # it never ends


@every(
    ("sent", "channel", "provider", "customer"),
    [
        (KIM, "sms", "twilio", {"phone": KIM, "trust": "authenticated"}),
        (f"whatsapp:{KIM}", "messaging", "whatsapp", {"phone": KIM, "trust": "authenticated"}),
        ("whatsapp:DE.4711", "messaging", "whatsapp", {"external_id": "whatsapp:DE.4711"}),
        ("12345", "sms", "twilio", {"phone": "12345", "trust": "claimed"}),
        ("MY BANK", "sms", "twilio", {"phone": "MY BANK", "trust": "claimed"}),
        ("", "sms", "twilio", {}),
    ],
)
def test_an_address_is_a_number_a_short_code_or_a_name(
    sent: str, channel: str, provider: str, customer: dict[str, str]
) -> None:
    """Only a whole number is proven by its channel: anybody can send under a name."""
    address = Address.read(sent)
    assert (address.channel, address.provider, address.customer) == (channel, provider, customer)
    assert parties(conversation("+4930901820", sent)) == (("+4930901820", sent) if sent else None)


def test_what_twilio_says_becomes_the_contact() -> None:
    """Places are written down; a word that Twilio takes for an opt-out of any language is the router's."""
    where = {"Latitude": "52.5", "Longitude": "13.4", "Label": "Home", "Body": "here"}
    assert contact_of({"From": KIM, "To": "1", **where})["text"] == "here\nHome\n52.5, 13.4"
    assert contact_of({"From": KIM, "To": "1", "Body": "\u200b"})["text"] == "(no text)"
    out = contact_of({"From": KIM, "To": "1", "Body": "FIN", "OptOutType": "STOP"})
    assert (out["text"], out["context"]["twilio"]["said"]) == ("STOP", "FIN")
    assert [opts({"Body": said}) for said in ("Stop!", "unstop", "stop it", "end")] == [True, False, None, None]
    named = contact_of({"From": f"whatsapp:{KIM}", "To": "1", "Body": "hi", "ProfileName": "\n "})
    assert "name" not in named["customer"]


def test_texts_are_cut_where_a_message_ends_and_escaped() -> None:
    """Nothing in a text becomes an instruction to Twilio."""
    long = "word " * 700 + "x" * 2_000
    parts = parts_of(long)
    assert max(map(len, parts)) <= LONGEST
    assert "".join(parts).replace(" ", "") == long.replace(" ", "")
    assert parts_of("") == []
    shown = written(["</Message><Redirect>http://evil.example</Redirect>\x00 & 😀"])
    assert "<Redirect>" not in shown
    assert "😀" in shown
    assert in_xml("a\x0b\ud800b\ufffe") == "ab"
