"""What a person reads of a mail, whatever its structure, and which of its parts are files."""

from email.message import EmailMessage

from mci_router.adapters.email.bounds import LARGEST_HTML
from mci_router.adapters.email.mail import Mail
from mci_router.adapters.email.parsing import parsed
from tests.support.rows import every

HTML = "Content-Type: text/html\n\n<p>My line is <b>dead</b>.</p>"
PLAIN = "Content-Type: text/plain\n\nMy line is dead."
SAME = "Content-Type: text/html\n\n<p>My line</p> <p>is <b>dead</b>.</p>"
NOTICE = "Content-Type: text/plain\n\nThis mail was scanned."
PHOTO = "Content-Type: image/png; name=a.png\n\nx"


def multi(kind: str, *parts: str) -> str:
    boundary = f"B{kind}{len(parts)}"
    inner = "".join(f"\n--{boundary}\n{part}" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\n{inner}\n--{boundary}--\n'


def read(body: str) -> Mail:
    return parsed(f"From: sam@example.org\nSubject: hello\n{body}".encode())[0]


@every(
    ("body", "text", "files"),
    [
        (multi("mixed", HTML, NOTICE), "My line is dead.\n\nThis mail was scanned.", []),
        (multi("mixed", NOTICE, HTML), "This mail was scanned.\n\nMy line is dead.", []),
        (multi("mixed", HTML, PHOTO, HTML.replace("dead", "slow")), "My line is dead.\n\nMy line is slow.", ["a.png"]),
        (multi("alternative", PLAIN, multi("mixed", HTML, PHOTO, HTML)), "My line is dead.", ["a.png"]),
        (multi("alternative", PLAIN, multi("alternative", HTML)), "My line is dead.", []),
        (multi("alternative", HTML, PLAIN.replace("dead", "dead!")), "My line is dead!.", []),
        (multi("mixed", PLAIN, SAME), "My line is dead.", []),
        (multi("mixed", NOTICE, PLAIN.replace("My line is dead.", "is")), "This mail was scanned.\n\nis", []),
        (multi("mixed", PLAIN, NOTICE, SAME), "My line is dead.\n\nThis mail was scanned.", []),
        (multi("mixed", multi("alternative", PLAIN, HTML), NOTICE), "My line is dead.\n\nThis mail was scanned.", []),
        (multi("mixed", NOTICE, "Content-Type: message/rfc822\n\nSubject: x\n" + HTML), f"{NOTICE[26:]}\n\nMy line is dead.", []),
    ],
)  # fmt: skip
def test_every_text_is_read_and_of_two_forms_the_plain_one(body: str, text: str, files: list[str]) -> None:
    """A gateway's notice, or a list's foot, does not stand for what the customer wrote."""
    mail = read(body)
    assert (mail.text, [one.name for one in mail.files]) == (text, files)


@every("kind", ["plain", "html"])
def test_a_text_with_a_name_is_a_file_beside_others_and_the_text_where_it_is_alone(kind: str) -> None:
    """Some programs send a log or a page within the mail and not as an attachment of it: it is not lost, and not read
    out either.
    """
    mail = EmailMessage()
    mail["From"], mail["Subject"] = "sam@example.org", "hello"
    mail.set_content("See the log.")
    mail.add_attachment("<p>line 1</p>", subtype=kind, filename="log.txt", disposition="inline")
    beside, _ = parsed(mail.as_bytes())
    assert (beside.text, [one.name for one in beside.files]) == ("See the log.", ["log.txt"])
    alone = read(f"Content-Type: text/{kind}; name=log.txt\n\nline 1\n")
    assert (alone.text, alone.files) == ("line 1", ())


def test_html_that_is_too_large_is_left_out_by_name_where_there_is_another_text() -> None:
    """And nobody is refused for it."""
    large = f"Content-Type: text/html\n\n{'<p>a</p>' * (LARGEST_HTML // 8 + 1)}"
    mail = read(multi("mixed", PLAIN, large))
    assert (mail.text, mail.left_out) == ("My line is dead.", ("file (text/html): html_too_large",))
