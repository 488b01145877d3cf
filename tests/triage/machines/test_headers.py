"""Headers that only programs send tell what was sent; those of people and of lists for everybody tell nothing."""

from mci_router.triage.machines.headers import LONGEST_VALUE, by_headers
from mci_router.triage.machines.sent import Sent
from tests.support.rows import every

REPORT = "multipart/report; report-type="


@every(
    ("headers", "sent", "by"),
    [
        ({"Auto-Submitted": "auto-replied"}, Sent.AUTOMATIC_REPLY, "Auto-Submitted"),
        ({"auto-submitted": "Auto-Generated; owner=crm"}, Sent.AUTOMATIC_MESSAGE, "Auto-Submitted"),
        ({"X-Autoreply": "yes"}, Sent.AUTOMATIC_REPLY, "X-Autoreply"),
        ({"X-Auto-Response-Suppress": "DR,OOF,AutoReply"}, Sent.AUTOMATIC_REPLY, "X-Auto-Response-Suppress"),
        ({"Content-Type": f"{REPORT}delivery-status"}, Sent.DELIVERY_REPORT, "Content-Type"),
        ({"Content-Type": f"{REPORT}disposition-notification"}, Sent.READ_RECEIPT, "Content-Type"),
        ({"Content-Type": "text/calendar; method=REPLY"}, Sent.CALENDAR_REPLY, "Content-Type"),
        ({"X-Failed-Recipients": "sam@example.com"}, Sent.DELIVERY_REPORT, "X-Failed-Recipients"),
        ({"Precedence": "bulk"}, Sent.BULK_MAIL, "Precedence"),
        ({"Precedence": "auto-reply"}, Sent.AUTOMATIC_REPLY, "Precedence"),
        ({"List-Unsubscribe": "<https://example.com>"}, Sent.BULK_MAIL, "List-Unsubscribe"),
        ({"Return-Path": "<>"}, Sent.AUTOMATIC_MESSAGE, "Return-Path"),
        ({"From": "Mail Delivery <MAILER-DAEMON@example.com>"}, Sent.DELIVERY_REPORT, "From"),
    ],
)
def test_a_header_of_programs_tells_what_was_sent(headers: dict[str, str], sent: Sent, by: str) -> None:
    """And it is named, whatever the case of its letters."""
    assert by_headers(headers, None) == (sent, by)


@every(
    "headers",
    [
        {},
        {"Auto-Submitted": "no"},
        {"Auto-Submitted": "No; because a person wrote"},
        {"X-Auto-Response-Suppress": "None"},
        {"X-Auto-Response-Suppress": "DR, RN, NRN"},
        {"Precedence": "list"},
        {"Content-Type": "multipart/mixed; report-type=delivery-status"},
        {"Return-Path": "<sam@example.com>"},
        {"List-Id": "<support.example.com>", "List-Post": "<mailto:support@example.com>"},
        {"List-Unsubscribe": "<https://example.com>", "Mailing-List": "support"},
        {"Feedback-ID": "::1.eu-west-1.c2FtIHJvZQ=:AmazonSES"},
    ],
)
def test_what_people_and_lists_for_everybody_send_tells_nothing(headers: dict[str, str]) -> None:
    """A company's own address may be such a list."""
    assert by_headers(headers, "sam@example.com") is None


def test_the_senders_address_may_be_a_daemons() -> None:
    """Only the whole of what stands before the @."""
    assert by_headers({}, "Postmaster@example.com") == (Sent.DELIVERY_REPORT, "From")
    assert by_headers({}, "postmasters.daughter@example.com") is None


def test_only_the_beginning_of_a_value_is_looked_at() -> None:
    """However long it is."""
    assert by_headers({"From": "x" * LONGEST_VALUE + "mailer-daemon@example.com"}, None) is None
