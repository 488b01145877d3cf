"""A mail that comes back: its message has failed, and its address only where the report came to the mail's own path."""

from tests.mail.conftest import OURS, Post
from tests.mail.letters import letter
from tests.support.outbound import reply, until_delivery

BOUNCE = """\
From: Mail Delivery System <MAILER-DAEMON@mx.shop.example>
To: {returns}
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce@mx.shop.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.shop.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user
--B
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Re: My bill
--B--
"""


async def test_a_bounce_fails_the_message_and_the_address_until_a_mail_comes_from_it(post: Post) -> None:
    """It is no contact; the case hears of it, and the customer's record has it."""
    contact = {"id": (await post.comes(letter())).rpartition(" ")[2]}
    message = await reply(post.workspace, contact, "We look into it.")
    returns, recipient, mail = await post.goes()
    await until_delivery(post.workspace, message, "sent")
    bounce = BOUNCE.format(recipient=recipient, message_id=mail["Message-ID"], returns=returns)
    assert await post.comes(bounce.encode(), returns, sender="") == "250 2.0.0 bounce"
    failed = await until_delivery(post.workspace, message, "failed")
    assert (failed["error"]["slug"], failed["error"]["retryable"]) == ("bounced", False)
    customer = (await post.workspace.contact(contact["id"]))["customer_id"]

    async def failing() -> list[bool]:
        found = (await post.workspace.api.get(f"/v1/customers/{customer}")).json()["addresses"]
        return [one["failing_since"] is not None for one in found]

    assert await failing() == [True]
    await post.comes(letter("I am here still.", message_id="2@example.org"), mail["Reply-To"].addresses[0].addr_spec)
    assert await failing() == [False]
    assert len((await post.workspace.api.get("/v1/contacts")).json()["items"]) == 1


async def test_a_report_that_anybody_can_have_written_says_nothing_of_the_address(post: Post) -> None:
    """Whoever is answered sees our Message-IDs and the address for answers; only the mail server that took a mail knows
    where to report that it has not arrived. The agent hears of either.
    """
    contact = {"id": (await post.comes(letter())).rpartition(" ")[2]}
    first, second = [await reply(post.workspace, contact, said) for said in ("We look into it.", "It is mended.")]
    (returns, recipient, mail), (others, _, _) = await post.goes(), await post.goes()
    customer = (await post.workspace.contact(contact["id"]))["customer_id"]
    about = {"recipient": recipient, "message_id": mail["Message-ID"]}
    for number, to in enumerate((mail["Reply-To"].addresses[0].addr_spec, OURS, others)):
        forged = BOUNCE.format(**about, returns=to).replace("<bounce@", f"<{number}@")
        assert await post.comes(forged.encode(), to, sender="") == "250 2.0.0 bounce_claimed"
    failed = await until_delivery(post.workspace, first, "failed")
    assert (failed["error"]["slug"], failed["error"]["retryable"]) == ("bounce_claimed", True)
    (address,) = (await post.workspace.api.get(f"/v1/customers/{customer}")).json()["addresses"]
    assert address["failing_since"] is None
    await until_delivery(post.workspace, second, "sent")
    assert (await post.comes(BOUNCE.format(**about, returns=returns).encode(), returns, sender="")).endswith(" bounce")
