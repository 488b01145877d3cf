"""Text messages by Twilio's adapter: a real router, the official library, and a double of Twilio."""

import asyncio

import pytest

from tests.adapters.twilio_adapter import Make, carrying, phones
from tests.adapters.twilio_double import texts
from tests.support.conversations import accepted
from tests.support.outbound import delivery, reply, until_delivery
from tests.support.service import Workspace

KIM = "+4915112345678"
COMPLAINT = "a formal complaint about how you treated me"


async def test_a_text_message_is_answered_by_an_agent_and_delivered(make: Make) -> None:
    """In → contact → the agent's reply → out → delivered; late and repeated statuses change nothing."""
    workspace = await make(phones())
    async with carrying(workspace) as twilio, workspace.desk("ann") as ann:
        same = {"MessageSid": "SM" + "1" * 32}
        answers = await asyncio.gather(*(twilio.message(COMPLAINT, KIM, **same) for _ in range(3)))
        assert [(answer.status_code, texts(answer)) for answer in answers] == [(200, [])] * 3
        (contact,) = (await workspace.api.get("/v1/contacts")).json()["items"]
        assert (contact["channel"], contact["provider"], contact["trust"]) == ("sms", "twilio", "authenticated")
        assert (contact["channel_ref"], contact["text"]) == (f"+4930901820 to {KIM}", COMPLAINT)

        await accepted(ann, contact["id"])
        await ann.do("message.send", contact_id=contact["id"], client_id="1", kind="agent", text="Good day, Kim €")
        (sent,) = await twilio.until_sent(1)
        assert (sent["to"], sent["from"], sent["body"]) == (KIM, "+4930901820", "Good day, Kim €")
        message = "msg_" + sent["callback"].partition("?message=")[2]
        await until_delivery(workspace, message, "sent")

        for state in ("delivered", "sent", "delivered", "queued"):
            assert (await twilio.status(sent, state)).status_code == 204
        assert (await delivery(workspace, message))["state"] == "delivered"


async def test_after_stop_nothing_is_sent_until_start(make: Make) -> None:
    """In the middle of a conversation, by Twilio's own words and by those that it knows; and as Twilio says when we
    send: an agent sees each message as not delivered, with why."""
    workspace = await make(phones())
    async with carrying(workspace) as twilio:
        await twilio.message(COMPLAINT, KIM)
        (contact,) = (await workspace.api.get("/v1/contacts")).json()["items"]
        said: list[tuple[dict[str, str], bool]] = [
            ({"Body": "Stop."}, True),
            ({"Body": "start"}, False),
            ({"Body": "END", "OptOutType": "STOP"}, True),
            ({"Body": "UNSTOP"}, False),
        ]
        for number, (form, out) in enumerate(said):
            assert texts(await twilio.message("", KIM, **form)) == []
            assert await opted_out(workspace, KIM) is out
            message = await reply(workspace, contact, f"answer {number}")
            state = await until_delivery(workspace, message, "failed" if out else "sent")
            assert not out or (state["error"]["slug"], state["error"]["retryable"]) == ("opted_out", False)
        assert [one["body"] for one in twilio.messages] == ["answer 1", "answer 3"]

        twilio.blocked.add(KIM)
        message = await reply(workspace, contact, "blocked by Twilio")
        assert (await until_delivery(workspace, message, "failed"))["error"]["slug"] == "opted_out"
        assert await opted_out(workspace, KIM)


async def opted_out(workspace: Workspace, number: str) -> bool:
    answer = await workspace.api.get("/v1/opt-outs", params={"address": number})
    return any(one["opted_out_at"] for one in answer.json()["items"])


async def test_whatsapp_is_a_messenger_with_names_and_receipts_of_reading(make: Make) -> None:
    """The same number by text message is another conversation of the same customer."""
    workspace = await make(phones())
    async with carrying(workspace) as twilio:
        theirs, ours = f"whatsapp:{KIM}", "whatsapp:+4930901820"
        await twilio.message(COMPLAINT, theirs, ours, ProfileName="Kim <b>Müller</b> \u202e", WaId=KIM[1:])
        await twilio.message("and another thing", theirs, ours)
        await twilio.message(COMPLAINT, KIM)
        text, contact = (await workspace.api.get("/v1/contacts")).json()["items"]
        assert (contact["channel"], contact["provider"], contact["trust"]) == ("messaging", "whatsapp", "authenticated")
        assert contact["customer_id"] == text["customer_id"]

        message = await reply(workspace, contact, "here you are")
        await twilio.until_sent(1)
        assert (twilio.messages[0]["to"], twilio.messages[0]["from"]) == (theirs, ours)
        await until_delivery(workspace, message, "sent")
        await twilio.status(twilio.messages[0], "read")
        await twilio.status(twilio.messages[0], "delivered")
        assert (await delivery(workspace, message))["state"] == "read"

        late = await reply(workspace, contact, "a day later")
        await twilio.until_sent(2)
        await twilio.status(twilio.messages[1], "failed", 63016)
        assert (await until_delivery(workspace, late, "failed"))["error"]["slug"] == "window_closed"


async def test_what_automation_answers_comes_with_the_answer_to_twilio(make: Make) -> None:
    """Once, by a machine that says so: not for the same message again, but the same answer, and not for what is said
    later.
    """
    workspace = await make(phones())
    async with carrying(workspace) as twilio:
        asked = {"MessageSid": "SM" + "2" * 32}
        shown = "This is an automatic message.\n\nOpen the sign-in page and choose Forgotten password."
        for _ in range(2):
            assert texts(await twilio.message("forgot my password", KIM, **asked)) == [shown]
        assert texts(await twilio.message("thank you", KIM)) == []
        await twilio.message("stop", KIM)
        assert texts(await twilio.message("forgot my password", KIM)) == []


async def test_short_codes_names_and_ids_of_messengers_are_customers_too(make: Make) -> None:
    """Of whom nothing is proven but a messenger's own id; each is answered where it wrote from."""
    workspace = await make(phones())
    async with carrying(workspace) as twilio:
        senders = ["12345", "MY BANK", "whatsapp:DE.4711"]
        for sender in senders:
            assert (await twilio.message(f"{COMPLAINT} 👋🏽", sender)).status_code == 200
        contacts = (await workspace.api.get("/v1/contacts")).json()["items"][::-1]
        assert [one["trust"] for one in contacts] == ["claimed", "claimed", "authenticated"]
        assert len({one["customer_id"] for one in contacts}) == 3
        for contact in contacts:
            await until_delivery(workspace, await reply(workspace, contact, "good day"), "sent")
        assert sorted(one["to"] for one in twilio.messages) == senders
        await twilio.message("STOP", "whatsapp:DE.4711")
        message = await reply(workspace, contacts[2], "one more thing")
        assert (await until_delivery(workspace, message, "failed"))["error"]["slug"] == "opted_out"


async def test_what_the_router_refuses_for_good_is_not_asked_for_again(
    make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    """Twilio hears that it is done with, and the log says why; what only a wrong key keeps out comes again."""
    workspace = await make(phones())
    async with carrying(workspace) as twilio:
        answer = await twilio.message("x" * 51_000, KIM, MessageSid="SM" + "3" * 32)
        assert (answer.status_code, texts(answer)) == (200, [])
        assert f"message SM{'3' * 32} was refused for good: invalid_request" in caplog.text
        assert (await workspace.api.get("/v1/contacts")).json()["items"] == []
    async with carrying(workspace, adapter_key="mci_wrong") as twilio:
        assert (await twilio.message("hello", KIM)).status_code == 502
