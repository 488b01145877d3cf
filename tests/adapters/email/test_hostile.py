"""Mails that try to be somebody else's, or something else: who a mail is from, and what it is."""

from mci_router.adapters.email.checks import Arrived, first_finding
from mci_router.adapters.email.ids import Ids
from mci_router.adapters.email.mail import Mail
from mci_router.adapters.email.parsing import parsed
from mci_router.adapters.email.trust import LONGEST_RESULTS, found_out
from tests.support.rows import every

REST = "To: support@shop.example\nSubject: hello\nMessage-ID: <1@x>\n"
QMAIL = """\
Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<you@example.org>:
192.0.2.1 does not like recipient.
"""


def read(head: str, body: str = "hello") -> Mail:
    return parsed(f"{head}\n{REST}\n{body}\n".encode())[0]


@every(
    ("sent", "address", "name", "alone"),
    [
        ("victim@example.org <eve@example.org>", "eve@example.org", "victim@example.org", False),
        ('"victim@example.org" <eve@example.org>', "eve@example.org", "victim@example.org", True),
        ("Sam <victim@example.org> <eve@example.org>", "victim@example.org", "Sam", False),
        ("(victim@example.org) eve@example.org", "victim@example.org", "victim@example.org", False),
        ("victim@example.org, eve@example.org", "victim@example.org", "", False),
        ("sam@example.org <Sam@Example.org>", "Sam@Example.org", "sam@example.org", True),
        ("Roe, Sam <sam@example.org>", "sam@example.org", "Roe, Sam", True),
        ("Sam @ Home <sam@example.org>", "sam@example.org", "Sam @ Home", True),
        ("Sam (Roe <sam@example.org>", "sam@example.org", "Sam (Roe", True),
        ('"Sam" sam@example.org', "sam@example.org", "", True),
        (r'"Sam \"S\" <x@y.example>" <sam@example.org>', "sam@example.org", 'Sam "S" <x@y.example>', True),
        ("=?utf-8?q?Sam=2C_Roe?= <sam@example.org>", "sam@example.org", "Sam, Roe", True),
        ("Sam <mailto:sam@example.org>", "sam@example.org", "Sam", True),
        ("undisclosed: sam@example.org;", "sam@example.org", "", True),
        ("sam@example.org (Sam)", "sam@example.org", "Sam", True),
        ('"sam roe"@example.org', '"sam roe"@example.org', "", True),
        ("(" * 7_000 + "sam@example.org", "sam@example.org", "", True),
        ("Sam at example.org", "", "", True),
    ],
)
def test_a_mail_is_from_the_address_in_brackets(sent: str, address: str, name: str, alone: bool) -> None:
    """An address that is shown as a name is none; of a mail that could be from several nobody is proven."""
    mail = read(f"From: {sent}")
    assert (mail.sender, mail.name, mail.senders < 2) == (address, name, alone)


@every("sender", ["Postmaster <postmaster@small.example>", "Royal Mail Delivery <kim@royal.example>"])
def test_a_person_who_quotes_a_bounce_writes_a_mail(sender: str) -> None:
    """A bounce comes from nobody, or is about a mail of ours; else it would be lost."""
    ids, ours = Ids("a secret that is long enough", "shop.example"), frozenset({"support@shop.example"})
    mail = read(f"From: {sender}", f"Your mails come back:\n\n{QMAIL}")
    found = [first_finding(Arrived(mail, path, ids, ours)) for path in ("kim@royal.example", "")]
    assert [one and one.name for one in found] == [None, "bounce"]


def test_a_read_receipt_is_a_machines() -> None:
    ids, ours = Ids("a secret that is long enough", "shop.example"), frozenset({"support@shop.example"})
    kind = "Content-Type: multipart/report; report-type=disposition-notification; boundary=B"
    parts = (
        "--B\n\nIt was shown.\n--B\nContent-Type: message/disposition-notification\n\nDisposition: x; displayed\n--B--"
    )
    found = first_finding(Arrived(read(f"From: sam@example.org\n{kind}", parts), "sam@example.org", ids, ours))
    assert found
    assert found.name == "auto_submitted"


def test_results_that_are_cut_prove_nothing() -> None:
    """The name of a domain that ends where we stop reading would be another's."""
    begun = "mx.shop.example; dkim=pass header.d=a.evil.example; dkim=pass reason="
    named = " header.d=example.org.evil.example"
    for where in range(LONGEST_RESULTS - len(named) - 2, LONGEST_RESULTS):
        padded = f"{begun}{'x' * (where - len(begun))}{named}; spf=none reason={'y' * 200}"
        mail = read(f"From: sam@example.org\nAuthentication-Results: {padded}")
        assert not found_out(mail, "mx.shop.example"), where
