"""Customers write mails, agents answer at the desk, and customers have mails: in one thread, once, from whom they say."""

from collections.abc import Awaitable, Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from tests.mail.conftest import OURS, Post, post_of, shop
from tests.mail.letters import letter
from tests.mail.servers import Customers
from tests.support.files import picture, upload
from tests.support.outbound import reply, until_delivery
from tests.support.receiver import receiving
from tests.support.service import Workspace, eventually


async def test_a_customer_writes_an_agent_answers_and_the_customer_goes_on(post: Post) -> None:
    """In by LMTP, out by SMTP. Answers thread at the customer's, and what the customer answers threads here: by the
    address, by our Message-ID, by the customer's own.
    """
    async with post.workspace.desk("ann") as desk:
        assert (await post.comes(letter())).startswith("250 2.0.0 taken")
        offer = await desk.expect("offer.created")
        contact = offer["contact"]
        answer = await desk.do("offer.accept", offer_id=offer["offer_id"])
        await desk.expect("assignment.started", assignment_id=answer["assignment_id"])
        written = {"client_id": "c1", "kind": "agent", "text": "We look into it, Sam."}
        sent = await desk.do("message.send", contact_id=contact["id"], **written)
        returns, recipient, mail = await post.goes()
        token = post.ids.token("first@example.org")
        assert (recipient, returns.partition("+r-")[0]) == ("sam@example.org", "support")
        to = mail["Reply-To"].addresses[0].addr_spec
        assert to == f"support+{token}@shop.example"
        assert (mail["From"], mail["Subject"]) == (f"The Shop <{OURS}>", "Re: My bill")
        assert (mail["References"], mail["In-Reply-To"]) == ("<first@example.org>", "<first@example.org>")
        assert mail["Auto-Submitted"] is None
        assert mail.get_content().strip() == "We look into it, Sam."
        await until_delivery(post.workspace, sent["message"]["id"], "sent")
        shown = await post.workspace.contact(contact["id"])
        assert (shown["channel"], shown["subject"], shown["trust"]) == ("email", "My bill", "authenticated")

        ours = mail["Message-ID"].strip("<>")
        answers = (
            (letter("By the address.", message_id="2@example.org"), to),
            (letter("By your id.", message_id="3@example.org", In_Reply_To=f"<{ours}>"), OURS),
            (letter("By my own id.", message_id="4@example.org", References="<x@y> <first@example.org>"), OURS),
        )
        for raw, to in answers:
            assert (await post.comes(raw, to)) == f"250 2.0.0 taken: {contact['id']}"
        for said in ("We look into it, Sam.", "By the address.", "By your id.", "By my own id."):
            frame = await desk.expect("message.created", contact_id=contact["id"])
            assert frame["message"]["text"] == said
        await desk.do("message.send", contact_id=contact["id"], **{**written, "client_id": "c2"})
        _, _, second = await post.goes()
        assert second["References"].split() == [
            "<first@example.org>",
            f"<{ours}>",
            *(f"<{number}@example.org>" for number in (2, 3, 4)),
        ]


async def test_a_mail_is_one_message_however_often_it_comes(post: Post) -> None:
    """Also where its sender is proven the second time only; another mail with the same Message-ID is another one."""
    heard = [await post.comes(letter(proven=proven)) for proven in (False, True, True)]
    assert len(set(heard)) == 1
    other = await post.comes(letter("Something else: how do I set up my voicemail?"))
    assert other.startswith("250 2.0.0 taken")
    assert other not in heard
    assert await post.comes(letter("Something else: how do I set up my voicemail?")) == other
    both = await post.comes(letter("To both.", message_id="both@example.org"), OURS, f"support+x@{OURS[8:]}")
    assert both.startswith("250")


async def test_only_what_our_own_server_found_proves_a_sender(post: Post) -> None:
    """Results of other servers, of other domains, and below ours count for nothing; the mail is taken all the same."""
    forged = {
        "other server": "Authentication-Results: mx.evil.example; dkim=pass header.d=example.org",
        "other domain": "Authentication-Results: mx.shop.example; dkim=pass header.d=evil.example",
        "failed": "Authentication-Results: mx.shop.example; dkim=fail header.d=example.org",
        "below ours": "Authentication-Results: mx.shop.example; dkim=none\n"
        "Authentication-Results: mx.shop.example; dkim=pass header.d=example.org",
    }
    for number, (name, header) in enumerate(forged.items()):
        raw = letter(message_id=f"{number}@forged", proven=False, subject=name)
        heard = await post.comes(header.encode() + b"\n" + raw)
        contact = await post.workspace.contact(heard.rpartition(" ")[2])
        assert contact["trust"] == "claimed", name


async def test_another_subject_and_another_topic_is_a_linked_case(post: Post) -> None:
    """Another subject alone is not, and neither is another topic."""
    first = (await post.comes(letter())).rpartition(" ")[2]
    thread = f"support+{post.ids.token('first@example.org')}@shop.example"
    more = letter(subject="Still my bill, please", message_id="2@example.org")
    assert (await post.comes(more, thread)).endswith(first)
    other = letter("how do I set up my voicemail", subject="Re: My bill", message_id="3@example.org")
    assert (await post.comes(other, thread)).endswith(first)
    greeting, subject = "where can I change the voicemail greeting", "My voicemail greeting"
    raw = letter(greeting, subject=subject, message_id="4@example.org")
    second = (await post.comes(raw, thread)).rpartition(" ")[2]
    assert second != first
    assert (await post.comes(raw, thread)).endswith(second)
    contacts = [await post.workspace.contact(one) for one in (first, second)]
    cases = [one["case_id"] for one in contacts]
    assert cases[0] != cases[1]
    assert contacts[1]["channel_ref"] == post.ids.token("4@example.org")
    for case, other in (cases, reversed(cases)):
        assert (await post.workspace.api.get(f"/v1/cases/{case}")).json()["linked_cases"] == [other]


async def test_what_the_router_answers_goes_out_as_a_mail_that_no_program_answers(post: Post) -> None:
    """An article by automation, once, and marked; the agent sees it in the conversation."""
    raw = letter("I cannot sign in, I forgot my password", subject="Sign in")
    contact = (await post.comes(raw)).rpartition(" ")[2]
    await post.comes(raw)
    _, recipient, mail = await post.goes()
    assert recipient == "sam@example.org"
    assert "Forgotten password" in mail.get_content()
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-replied", "All")
    case = (await post.workspace.contact(contact))["case_id"]
    said = (await post.workspace.api.get(f"/v1/cases/{case}/messages")).json()["items"]
    assert [one["kind"] for one in said] == ["customer", "bot"]


async def test_who_sends_by_amazon_is_a_customer(post: Post) -> None:
    """Its Feedback-ID is on whatever it carries: an answer is said in its conversation, and a mail is for an agent."""
    carried = "::1.eu-west-1.c2FtIHJvZQ=:AmazonSES"
    contact = {"id": (await post.comes(letter(Feedback_ID=carried))).rpartition(" ")[2]}
    assert (await post.workspace.contact(contact["id"]))["kind"] == "customer"
    await reply(post.workspace, contact, "We look into it.")
    _, _, mail = await post.goes()
    answer = letter("Thank you.", message_id="2@example.org", In_Reply_To=mail["Message-ID"], Feedback_ID=carried)
    assert await post.comes(answer) == f"250 2.0.0 taken: {contact['id']}"


async def test_an_absence_is_noted_in_the_case_and_nothing_answers_it(post: Post) -> None:
    """A mail that no person wrote, and that answers nothing of ours, is a machine's contact in no queue."""
    contact = {"id": (await post.comes(letter())).rpartition(" ")[2]}
    await reply(post.workspace, contact, "We look into it.")
    returns, _, mail = await post.goes()
    away = letter(
        "I am back on Monday.",
        subject="Out of office: My bill",
        message_id="away@example.org",
        In_Reply_To=mail["Message-ID"],
        Auto_Submitted="auto-replied",
    )
    assert await post.comes(away, returns, sender="") == "250 2.0.0 out_of_office_noted"
    case = (await post.workspace.contact(contact["id"]))["case_id"]
    said = (await post.workspace.api.get(f"/v1/cases/{case}/messages")).json()["items"]
    assert [one["kind"] for one in said] == ["customer", "agent", "note"]
    news = letter(
        "Buy now", subject="Offers", message_id="news@example.org", Precedence="bulk", sender="a@news.example"
    )
    machine = await post.workspace.contact((await post.comes(news)).rpartition(" ")[2])
    assert (machine["kind"], machine["channel_ref"]) == ("machine", None)


async def test_two_adapters_that_write_to_each_other_stop_after_one_exchange(
    post: Post, make: Callable[..., Awaitable[Workspace]]
) -> None:
    """The other's automatic answer is known by its header, and is not answered; what comes back to us is our own."""
    theirs = "help@other.example"
    async with post_of(
        await make(shop()), post.customers, address=theirs, secret="another adapter's secret, long enough"
    ) as other:
        await post.comes(letter("I cannot sign in, I forgot my password", subject="Sign in", sender=theirs))
        _, recipient, mail = await post.goes()
        assert recipient == theirs
        assert (await other.comes(mail.raw, theirs, sender=OURS)).startswith("250 2.0.0 auto_submitted")
        (machine,) = (await other.workspace.api.get("/v1/contacts")).json()["items"]
        assert (machine["kind"], machine["outcome"]) == ("machine", "none")
    assert await post.comes(mail.raw, sender=OURS) == "250 2.0.0 own_loop"
    unmarked = mail.raw.replace(b"X-MCI-Router", b"X-Other")
    assert await post.comes(unmarked, sender=OURS) == "250 2.0.0 own_message_id"
    assert post.customers.mails.empty()


async def test_a_mail_server_that_refuses_for_good_is_not_tried_again_and_one_that_is_busy_is(post: Post) -> None:
    contact = {"id": (await post.comes(letter())).rpartition(" ")[2]}
    post.customers.answers["sam@example.org"] = ["450 4.2.1 later", "550 5.1.1 no such user"]
    message = await reply(post.workspace, contact, "We look into it.")
    failed = await until_delivery(post.workspace, message, "failed")
    assert (failed["error"]["slug"], failed["error"]["retryable"]) == ("bounced", False)

    async def counted() -> bool:
        return bool(post.adapter.outbox and post.adapter.outbox.counted["status_550"])

    await eventually(counted)


async def test_files_come_and_go_with_mails(post: Post) -> None:
    """A customer's photo is the router's, once; an agent's file is the customer's; a mail may say wrongly what it is."""
    photo = picture()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "sam@example.org", OURS, "My router"
    mail["Message-ID"] = "<photo@example.org>"
    mail.set_content("a formal complaint, see the photo")
    mail.add_attachment(photo, maintype="image", subtype="jpeg", filename="Küche.png")
    heard = [await post.comes(mail.as_bytes()) for _ in range(2)]
    assert heard[0] == heard[1]
    contact = await post.workspace.contact(heard[0].rpartition(" ")[2])
    (said,) = (await post.workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    (file,) = said["attachments"]
    assert (file["name"], file["content_type"], file["bytes"]) == ("Küche.png", "image/png", len(photo))
    sent = await upload(post.workspace, photo, "plan.png")
    await reply(post.workspace, contact, "Here is the plan.", attachments=[{"id": sent["id"]}])
    _, _, answer = await post.goes()
    (plan,) = answer.iter_attachments()
    assert (plan.get_filename(), plan.get_content_type(), plan.get_content()) == ("plan.png", "image/png", photo)
    assert answer.get_body().get_content().strip() == "Here is the plan."


async def test_files_that_are_left_out_are_named_to_who_serves_the_customer(post: Post) -> None:
    """Those beyond twenty: in a note, once, also in a conversation that goes on, which shows no context of a mail."""
    contact = (await post.comes(letter())).rpartition(" ")[2]
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "sam@example.org", OURS, "Re: My bill"
    mail["Authentication-Results"] = "mx.shop.example; dkim=pass header.d=example.org"
    mail["Message-ID"], mail["References"] = "<many@example.org>", "<first@example.org>"
    mail.set_content("see all of these")
    mail.add_attachment(b"", maintype="image", subtype="png", filename="empty.png")
    mail.add_attachment(b"<script>alert(1)</script>", maintype="image", subtype="png", filename="lie.png")
    for number in range(22):
        mail.add_attachment(f"{number}", filename=f"{number}.txt")
    for _ in range(2):
        assert (await post.comes(mail.as_bytes())).endswith(contact)
    case = (await post.workspace.contact(contact))["case_id"]
    *_, said, note = (await post.workspace.api.get(f"/v1/cases/{case}/messages")).json()["items"]
    assert len(said["attachments"]) == 20
    assert (note["kind"], note["visibility"]) == ("note", "private")
    assert note["text"].splitlines()[1:] == [f"{number}.txt (text/plain): too_many_files" for number in (19, 20, 21)]


async def test_a_mail_comes_without_the_file_in_which_the_scan_found_something(
    make: Callable[..., Awaitable[Workspace]], customers: Customers
) -> None:
    """What the customer wrote is there and says which file is missing, also when the mail comes again."""
    async with receiving() as scanner:
        scanner.answer, scanner.says = lambda _: 200, b'{"verdict": "infected", "detail": "EICAR"}'
        document = shop()
        document["workspace"]["attachments"] = {"scan_url": f"{scanner.url}/scan"}
        async with post_of(await make(document), customers) as post:
            mail = message_from_bytes(letter("a formal complaint"), policy=default)
            mail.add_attachment(b"bad words", maintype="text", subtype="plain", filename="bad.txt")
            heard = [await post.comes(mail.as_bytes()) for _ in range(2)]
            assert heard[0].startswith("250 2.0.0 taken: con_")
            assert heard[1] == heard[0]
            contact = await post.workspace.contact(heard[0].rpartition(" ")[2])
            assert "a formal complaint" in contact["text"]
            left_out = ["bad.txt (text/plain, 9 bytes): attachment_blocked"]
            assert contact["context"]["mail"]["attachments_not_kept"] == left_out
            said, note = (await post.workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
            assert (said["attachments"], note["kind"], note["text"].splitlines()[1:]) == ([], "note", left_out)


async def test_a_mail_with_many_files_of_long_names_is_taken(post: Post) -> None:
    """Its context has no room for all of them; the note names those that are left out."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"], mail["Message-ID"] = (
        "sam@example.org",
        OURS,
        "写真",
        "<names@example.org>",
    )
    mail.set_content("a formal complaint, see all of these")
    for number in range(72):
        mail.add_attachment(f"{number}", filename=f"{'写' * 150} {number}.txt")
    contact = await post.workspace.contact((await post.comes(mail.as_bytes())).rpartition(" ")[2])
    shown = contact["context"]["mail"]["attachments_not_kept"]
    assert shown[-1] == "and others"
    *_, note = (await post.workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert len(note["text"].splitlines()) == 1 + 50 + 1
