"""Text messages by Twilio's adapter: a real router, the official library, and a double of Twilio."""

from tests.adapters.twilio_adapter import Make, carrying, phones
from tests.adapters.twilio_double import texts
from tests.support.conversations import accepted
from tests.support.outbound import delivery, until_delivery

KIM = "+4915112345678"
COMPLAINT = "a formal complaint about how you treated me"


async def test_a_text_message_is_answered_by_an_agent_and_delivered(make: Make) -> None:
    """In → contact → the agent's reply → out → delivered; late and repeated statuses change nothing."""
    workspace = await make(phones())
    async with carrying(workspace) as twilio, workspace.desk("ann") as ann:
        answer = await twilio.message(COMPLAINT, KIM, MessageSid="SM" + "1" * 32)
        assert (answer.status_code, texts(answer)) == (200, [])
        again = await twilio.message(COMPLAINT, KIM, MessageSid="SM" + "1" * 32)
        assert again.status_code == 200
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
