"""A customer writes a mail, an agent answers at the desk, and the customer has a mail."""

from tests.mail.conftest import OURS, Post
from tests.support.outbound import until_delivery

COMPLAINT = b"""\
From: Sam Roe <sam@example.org>
To: support@shop.example
Subject: My bill
Message-ID: <first@example.org>
Date: Fri, 27 Nov 2026 09:00:00 +0000
Authentication-Results: mx.shop.example; dkim=pass header.d=example.org

This is a formal complaint, I demand a manager.
"""


async def test_a_customer_writes_and_an_agent_answers(post: Post) -> None:
    """In by LMTP, out by SMTP, in one thread at the customer's."""
    async with post.workspace.desk("ann") as desk:
        assert (await post.comes(COMPLAINT)).startswith("250 2.0.0 taken")
        offer = await desk.expect("offer.created")
        contact = offer["contact"]
        answer = await desk.do("offer.accept", offer_id=offer["offer_id"])
        await desk.expect("assignment.started", assignment_id=answer["assignment_id"])
        sent = await desk.do(
            "message.send", contact_id=contact["id"], client_id="c1", kind="agent", text="We look into it, Sam."
        )
        returns, recipient, mail = await post.goes()
    token = post.ids.token("first@example.org")
    assert (recipient, returns) == ("sam@example.org", f"support+{token}@shop.example")
    assert mail["From"] == f"The Shop <{OURS}>"
    assert mail["Reply-To"].addresses[0].addr_spec == returns
    assert mail["Auto-Submitted"] is None
    assert mail.get_content().strip() == "We look into it, Sam."
    await until_delivery(post.workspace, sent["message"]["id"], "sent")
    shown = await post.workspace.contact(contact["id"])
    assert (shown["channel"], shown["subject"], shown["trust"]) == ("email", "My bill", "authenticated")
