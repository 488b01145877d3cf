"""A message is the same mail each time, and nothing that a customer or an agent wrote can add to its headers."""

from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest

from mci_router.adapters.email.ids import Ids, Sent, is_ours, token_of
from mci_router.adapters.email.writing import Unreachable, mail_of, subject_of
from tests.support.rows import every

IDS = Ids("a secret of the tests' adapter, long enough", "shop.example")
OURS = "support@shop.example"
TOKEN = IDS.token("first@example.org")


def message(**more: Any) -> dict[str, Any]:
    """A message as the router's stream has it."""
    address = more.pop("address", "sam@example.org")
    return {
        "id": f"msg_{'0' * 32}",
        "contact": "con_1",
        "case_id": "cas_1",
        "kind": "agent",
        "text": "We look into it.",
        "channel_ref": TOKEN,
        "occurred_at": "2026-11-29T10:00:00.000Z",
        "customer": {"id": "cus_1", "addresses": [{"kind": "email", "value": address}]},
        **more,
    }


def written(name: str = "The Shop", files: Any = (), **more: Any) -> Any:
    """The mail, as the customer's program reads it."""
    raw = mail_of(message(**more), IDS, OURS, name, files).as_bytes()
    assert raw == mail_of(message(**more), IDS, OURS, name, files).as_bytes()
    return BytesParser(policy=default).parsebytes(raw)


@every("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\r\n "])
def test_no_line_end_begins_a_header(end: str) -> None:
    """Not in a subject, a name, an id of the thread, or an address."""
    evil = f"x{end}Bcc: evil@evil.example"
    mail = written(evil, subject=evil, thread=[f"a{end}Bcc: b@c"])
    assert mail["Bcc"] is None
    assert "evil@evil.example" in mail["Subject"]
    for address in (f"sam@example.org{end}Bcc: evil@evil.example", f"sam{end}@example.org"):
        if end.strip(" "):
            with pytest.raises(Unreachable):
                mail_of(message(address=address), IDS, OURS, "")


def test_no_encoded_word_begins_a_header() -> None:
    """What a customer writes as one would be decoded when a header is written, with the ends of lines in it."""
    evil = "=?utf-8?q?a=0d=0aBcc:_evil=40evil.example?="
    mail = written(evil, subject=f"My {evil}", thread=[f"{evil}@c", "first@example.org"])
    assert mail["Bcc"] is None
    assert mail["References"] == "<first@example.org>"
    assert "evil=40evil.example" in mail["Subject"]
    with pytest.raises(Unreachable):
        written(address=f"{evil}sam@example.org")


def test_an_id_that_is_not_ascii_holds_up_no_answer() -> None:
    """It is left out: a mail with it could not be sent to most servers."""
    assert written(thread=["grün@example.org", "first@example.org"])["References"] == "<first@example.org>"


def test_the_thread_is_whole_and_ids_stay_as_they_are() -> None:
    """Long ones, and those with a space, which our library would encode, or cut."""
    ours = f"msg_{'1' * 32}"
    mail = written(thread=["a b@example.org", ours, f"{'c' * 200}@example.org"])
    sent = IDS.message_id(Sent(ours, TOKEN))
    raw = mail_of(message(thread=["a b@example.org", ours]), IDS, OURS, "").as_bytes().decode()
    assert f"References: <a b@example.org>\r\n <{sent}>\r\n" in raw.replace("\n", "\r\n").replace("\r\r", "\r")
    assert mail["In-Reply-To"] == f"<{'c' * 200}@example.org>"
    many = written(thread=[f"{number}@example.org" for number in range(100)])["References"].split()
    assert (len(many), many[0], many[-1]) == (40, "<0@example.org>", "<99@example.org>")


def test_what_a_machine_wrote_says_so() -> None:
    """Whoever is named as its author."""
    for kind, ai, marked in (
        ("agent", None, None),
        ("agent", {"name": "x"}, "auto-replied"),
        ("bot", None, "auto-replied"),
    ):
        assert written(kind=kind, ai=ai)["Auto-Submitted"] == marked


@every(
    ("before", "subject"),
    [
        ("My bill", "Re: My bill"),
        ("AW: Re: RE[2]: My bill", "Re: My bill"),
        ("回复：账单", "Re: 账单"),
        ("", "Re: Your message"),
        (None, "Re: Your message"),
    ],
)
def test_the_subject_answers_the_last_one(before: str | None, subject: str) -> None:
    assert subject_of(before) == subject


def test_looks_and_files_go_beside_the_text() -> None:
    """In any script; a file that is gone is named."""
    files = [
        {"name": "pl\r\nan.png", "content_type": "image/png"},
        {"name": "b.pdf", "content_type": "application/pdf"},
    ]
    mail = written(text="Grüße ✓", html="<p>Grüße</p>", attachments=files, files=[b"png", None])
    assert mail.get_body(("plain",)).get_content().strip() == "Grüße ✓"
    assert mail.get_body(("html",)).get_content().strip() == "<p>Grüße</p>"
    plan, gone = mail.iter_attachments()
    assert (plan.get_filename(), plan.get_content()) == ("pl an.png", b"png")
    assert "cannot be sent" in gone.get_content()


def test_addresses_in_other_scripts_are_reached() -> None:
    """A domain in the form that mail servers know; a name before the @ as it is."""
    assert written(address="sam@bücher.example")["To"] == "sam@xn--bcher-kva.example"
    assert "jürgen@shop.example" in str(mail_of(message(address="jürgen@shop.example"), IDS, OURS, ""))


def test_only_who_has_the_secret_makes_our_ids() -> None:
    """A token and a Message-ID are known again, in upper case too; nobody else can make them."""
    sent = Sent(f"msg_{'1' * 32}", TOKEN)
    made = IDS.message_id(sent)
    assert IDS.read(f"On Monday <{made}> and <{made.upper()}> said") == [sent]
    assert Ids("another secret of somebody else, long enough", "shop.example").read(made) == []
    assert IDS.read(made.replace("msg_1", "msg_2")) == []
    assert IDS.loops(made)
    assert not IDS.loops("CAF=x@shop.example")
    ours = frozenset({OURS})
    assert token_of(f"Support+{TOKEN}@Shop.example", ours) == TOKEN
    assert token_of(f"sales+{TOKEN}@shop.example", ours) is None
    assert is_ours("SUPPORT+anything@shop.example", ours)
    assert not is_ours("support@evil.example", ours)
