"""What machines send to a company: automatic answers of ten systems, bounces of several servers, lists. In their form,
and in our own words.
"""

from collections.abc import Iterator
from itertools import product

Made = tuple[str, bytes, str, frozenset[str]]

AWAY = (
    "I am out of the office until Monday.",
    "Ich bin bis Montag abwesend.",
    "Estoy fuera de la oficina hasta el lunes.",
)
SYSTEMS: dict[str, tuple[str, str]] = {
    "Exchange": (
        "Automatic reply: Re: My bill",
        "X-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated\nX-MS-Exchange-Inbox-Rules-Loop: sam@example.org",
    ),
    "Gmail": ("Out of office Re: My bill", "Precedence: bulk\nX-Autoreply: yes\nAuto-Submitted: auto-replied"),
    "vacation": ("away from my mail", "Precedence: bulk\nDelivered-By-The-Graces-Of: the vacation program"),
    "Sieve": ("Auto: My bill", "Auto-Submitted: auto-replied (vacation)\nX-Sieve: Pigeonhole Sieve 0.5"),
    "Domino": ("Sam is on vacation", "X-Autorespond: yes\nAuto-Submitted: auto-generated"),
    "GroupWise": ("Away: My bill", "X-Auto-Response-Suppress: OOF, AutoReply\nX-Mailer: GroupWise"),
    "Zendesk": ("[Request received] Re: My bill", "Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: All"),
    "Freshdesk": ("Ticket received - My bill", "Auto-Submitted: auto-replied\nX-Fw-Intermediate: ticket"),
    "Jira": ("ABC-12 was created", "Auto-Submitted: auto-generated\nPrecedence: bulk\nX-JIRA-FingerPrint: 1"),
    "cPanel": ("Autoreply: My bill", "X-Autorespond: My bill\nPrecedence: auto_reply\nX-Loop: sam@example.org"),
}
AUTOMATIC = frozenset(
    {"out_of_office", "null_return_path", "auto_submitted", "auto_response_suppress", "precedence", "mailing_list"}
)


def automatic() -> Iterator[Made]:
    """Thirty automatic answers of ten systems."""
    for (system, (subject, headers)), (number, said) in product(SYSTEMS.items(), enumerate(AWAY)):
        head = f"From: Sam <sam@example.org>\nTo: support@shop.example\nSubject: {subject}\n"
        ids = f"Message-ID: <a{number}.{system}@example.org>\nIn-Reply-To: <x@shop.example>\n{headers}\n"
        sender = "" if number == 1 else "sam@example.org"
        yield f"automatic: {system} {number}", f"{head}{ids}\n{said}\n".encode(), sender, AUTOMATIC


def bounces() -> Iterator[Made]:
    """Twenty bounces: reports by the standard as eight servers word them, and those of servers that have their own."""
    standard = {
        "Postfix": ("Undelivered Mail Returned to Sender", "MAILER-DAEMON@mx.shop.example", "5.1.1", "failed"),
        "Exim": (
            "Mail delivery failed: returning message to sender",
            "Mailer-Daemon@mx.example.org",
            "5.0.0",
            "failed",
        ),
        "Sendmail": ("Returned mail: see transcript for details", "MAILER-DAEMON@mx.example.org", "5.1.2", "failed"),
        "Exchange": ("Undeliverable: Re: My bill", "postmaster@example.org", "5.1.10", "failed"),
        "Gmail": ("Delivery Status Notification (Failure)", "mailer-daemon@googlemail.example", "5.1.1", "failed"),
        "Office": ("Undeliverable: Re: My bill", "postmaster@outlook.example", "5.4.1", "failed"),
        "Halon": ("Delivery failure", "postmaster@halon.example", "5.7.1", "failed"),
        "OpenSMTPD": ("Delivery status notification: error", "mailer-daemon@opensmtpd.example", "5.5.0", "failed"),
    }
    for (server, (subject, sender, status, action)), full in product(standard.items(), (False, True)):
        yield (
            f"bounce: {server} {full}",
            _report(server, subject, sender, status, action, full=full),
            "",
            frozenset({"bounce"}),
        )
    for server, status in (("Postfix", "4.4.1"), ("Exchange", "4.4.7")):
        raw = _report(server, "Delayed Mail (still being retried)", "MAILER-DAEMON@mx.example.org", status, "delayed")
        yield f"bounce: {server} delayed", raw, "", frozenset({"delivery_delayed"})
    for server, raw in _of_their_own():
        yield f"bounce: {server}", raw, "", frozenset({"bounce"})


def lists() -> Iterator[Made]:
    """Forty of lists and newsletters; those of open lists are customers', and so is what senders for others carry."""
    closed = (
        "List-Id: News <news.shop.example>\nList-Unsubscribe: <mailto:off@news.example>\nList-Post: NO",
        "List-Unsubscribe: <https://news.example/off>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click",
        "List-Id: <campaign.news.example>\nFeedback-ID: 1:campaign:news",
        "Precedence: bulk\nList-Id: <offers.example>",
    )
    opened = (
        "List-Id: <users.example>\nList-Post: <mailto:users@lists.example>",
        "Mailing-List: list users@lists.example",
        "Feedback-ID: ::1.eu-west-1.c2FtIHJvZQ=:AmazonSES",
        "Feedback-ID: s4711:s4711:a12:postmark",
    )
    for number, headers in enumerate([*closed * 6, *opened * 4]):
        becomes = frozenset({"customer"}) if headers in opened else AUTOMATIC
        head = f"From: News <news@news.example>\nTo: support@shop.example\nSubject: Number {number}\n"
        raw = f"{head}Message-ID: <l{number}@news.example>\n{headers}\n\nThis is issue {number}.\n"
        yield f"list {number}", raw.encode(), "news@news.example", becomes


def _report(server: str, subject: str, sender: str, status: str, action: str, *, full: bool = False) -> bytes:
    original = "message/rfc822" if full else "text/rfc822-headers"
    body = "\n\nWe look into it.\n" if full else "\n"
    return f"""\
From: {server} <{sender}>
To: support@shop.example
Subject: {subject}
Message-ID: <{server}.{full}.{status}@mx.example.org>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{server}"

--{server}
Content-Type: text/plain

This mail could not be brought to sam@example.org.
--{server}
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; sam@example.org
Action: {action}
Status: {status}
--{server}
Content-Type: {original}

From: support@shop.example
Message-ID: <somebody.else@shop.example>
Subject: Re: My bill{body}
--{server}--
""".encode()


def _of_their_own() -> Iterator[tuple[str, bytes]]:
    head = "From: MAILER-DAEMON@mx.example.org\nTo: support@shop.example\nSubject: failure notice\nMessage-ID: <{0}@mx>\n\n"
    qmail = (
        "Hi. This is the qmail-send program at mx.example.org.\nI'm afraid I wasn't able to deliver your message to the "
        "following addresses.\nThis is a permanent error; I've given up. Sorry it didn't work out.\n\n"
        "<sam@example.org>:\n192.0.2.1 does not like recipient.\nGiving up on 192.0.2.1.\n\n"
        "--- Below this line is a copy of the message.\n\nSubject: Re: My bill\n"
    )
    exim = (
        "This message was created automatically by mail delivery software.\n\nA message that you sent could not be "
        "delivered to one or more of its\nrecipients. This is a permanent error. The following address(es) failed:\n\n"
        "  sam@example.org\n    unknown user\n\n------ This is a copy of the message ------\n\nSubject: Re: My bill\n"
    )
    yield "qmail", (head.format("qmail") + qmail).encode()
    yield (
        "Exim of old",
        (head.format("exim").replace("\n\n", "\nX-Failed-Recipients: sam@example.org\n\n") + exim).encode(),
    )
