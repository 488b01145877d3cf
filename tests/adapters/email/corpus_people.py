"""Customers' mails in the languages, charsets, encodings and structures in which they come; and such with forged
senders.
"""

import base64
import quopri
from collections.abc import Iterator
from itertools import cycle

SAID: dict[str, tuple[str, ...]] = {
    "My router blinks red and nothing loads.": ("us-ascii", "utf-8", "x-nobody-knows", "unknown-8bit"),
    "Meine Rechnung für März ist zu hoch, bitte prüfen.": ("utf-8", "iso-8859-1", "windows-1252", "iso-8859-15"),
    "La señal se cae cada mañana, ¿qué pasa?": ("utf-8", "iso-8859-1", "windows-1252", "latin1"),
    "Ma ligne est coupée depuis vendredi, à l'aide.": ("utf-8", "iso-8859-15", "windows-1252", "cp850"),
    "Мой интернет не работает со вчерашнего дня.": ("utf-8", "koi8-r", "windows-1251", "iso-8859-5"),
    "Η σύνδεσή μου δεν λειτουργεί από χθες.": ("utf-8", "iso-8859-7", "windows-1253", "utf-16"),
    "昨日からインターネットがつながりません。": ("utf-8", "iso-2022-jp", "shift_jis", "euc-jp"),
    "我的网络从昨天开始不能用。": ("utf-8", "gb2312", "gbk", "gb18030"),
    "我的網路從昨天開始不能用。": ("utf-8", "big5", "gb18030", "utf-16"),
    "어제부터 인터넷이 안 됩니다.": ("utf-8", "euc-kr", "iso-2022-kr", "ks_c_5601-1987"),
    "لا يعمل الإنترنت منذ أمس.": ("utf-8", "windows-1256", "iso-8859-6", "utf-16"),
    "İnternetim dünden beri çalışmıyor.": ("utf-8", "iso-8859-9", "windows-1254", "utf-16"),
    "Można prosić o fakturę za styczeń?": ("utf-8", "iso-8859-2", "windows-1250", "utf-16"),
}
ENCODINGS = ("8bit", "quoted-printable", "base64")
QUOTED = "On Fri, 27 Nov 2026 at 09:00, The Shop <support@shop.example> wrote:\n> We look into it.\n> Ada"
PROGRAMS = ("Apple Mail (2.3774)", "Mozilla Thunderbird", "Outlook 16.0", "Gmail", "K-9 Mail", "mutt/2.2.9")


def people() -> Iterator[tuple[str, bytes, str]]:
    """Name, mail, and what is read of it."""
    number = 0
    programs = cycle(PROGRAMS)
    for said, charsets in SAID.items():
        for charset in charsets:
            for encoding in ENCODINGS:
                number += 1
                part = _part(said, charset, encoding)
                yield f"{charset} {encoding} {number}", _head(number, next(programs)) + part, said
    for said in SAID:
        for name, body in _structures(said):
            number += 1
            yield f"{name} {number}", _head(number, next(programs)) + body, said


def forged() -> Iterator[tuple[str, bytes]]:
    """Name and mail: 40 that say they are from somebody else, or from us."""
    senders = (
        "Sam <sam@bank.example>",
        '"support@shop.example" <evil@evil.example>',
        "sam@example.org\nFrom: other@example.org",
        "Support <support@shop.example>",
        "=?utf-8?q?support=40shop.example?= <x@evil.example>",
        "<sam@example.org> <evil@evil.example>",
        "sam@example.org, kim@example.org",
        "SUPPORT@SHOP.EXAMPLE",
    )
    results = (
        "mx.evil.example; dkim=pass header.d=bank.example",
        "mx.shop.example; spf=fail smtp.mailfrom=bank.example",
        "mx.shop.example; dkim=pass header.d=evil.example",
        "mx.shop.example; dkim=neutral (no key)\nAuthentication-Results: mx.shop.example; dkim=pass header.d=bank.example",
        "mx.shop.example x=y; ((((; dkim=pass",
    )
    for number, sender in enumerate(senders):
        for each, result in enumerate(results):
            head = f"Authentication-Results: {result}\nFrom: {sender}\nMessage-ID: <f{number}.{each}@evil.example>\n"
            yield f"{number}.{each}", f"{head}Subject: hello\n\nPlease send me a new password.\n".encode()


def _head(number: int, program: str) -> bytes:
    return (
        f"Received: from out.example.org by mx.shop.example; Fri, 27 Nov 2026 09:00:00 +0000\nFrom: Sam Roe "
        f"<sam@example.org>\nTo: support@shop.example\nSubject: Question {number}\nMessage-ID: <p{number}@example.org>\n"
        f"Date: Fri, 27 Nov 2026 09:00:00 +0000\nX-Mailer: {program}\nMIME-Version: 1.0\n"
    ).encode()


def _part(said: str, charset: str, encoding: str, kind: str = "plain") -> bytes:
    known = {"x-nobody-knows": "utf-8", "unknown-8bit": "utf-8", "ks_c_5601-1987": "euc-kr"}.get(charset, charset)
    raw = said.encode(known)
    if encoding == "base64" or known in ("utf-16",):
        encoding, raw = "base64", base64.encodebytes(raw)
    elif encoding == "quoted-printable":
        raw = quopri.encodestring(raw)
    head = f"Content-Type: text/{kind}; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    return head.encode() + raw + b"\n"


def _structures(said: str) -> Iterator[tuple[str, bytes]]:
    html = f"<html><body><p>{said}</p><div>-- <br>Sam</div></body></html>"
    plain, rich = _part(said, "utf-8", "8bit"), _part(html, "utf-8", "quoted-printable", "html")
    file = b"Content-Type: image/png; name=\"a.png\"\nContent-Disposition: attachment; filename*=utf-8''%C3%A4.png\n"
    file += b"Content-Transfer-Encoding: base64\n\niVBORw0KGgo=\n"
    invitation = b"Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\nEND:VCALENDAR\n"
    forwarded = b"Content-Type: message/rfc822\n\nFrom: a@b.example\nSubject: before\n\n" + said.encode() + b"\n"
    quoting = _part(f"{said}\n\n{QUOTED}", "utf-8", "8bit")
    yield "html alone", rich
    yield "alternative", _multi("alternative", plain, rich)
    yield "with a file", _multi("mixed", plain, file)
    yield (
        "related in alternative in mixed",
        _multi("mixed", _multi("alternative", plain, _multi("related", rich, file))),
    )
    yield "with an invitation", _multi("mixed", plain, invitation)
    yield "a forwarded mail", _multi("mixed", forwarded)
    yield "with the mail it answers", quoting
    yield "two texts", _multi("mixed", plain, _part("Sent from my phone", "us-ascii", "8bit"))
    yield "without its last boundary", _multi("mixed", plain, file).rpartition(b"--B")[0]
    yield "html in an empty alternative", _multi("alternative", _part("", "utf-8", "8bit"), rich)
    yield (
        "signed",
        _multi("signed", plain, b"Content-Type: application/pgp-signature\n\n-----BEGIN PGP SIGNATURE-----\n"),
    )
    yield "flowed", plain.replace(b"charset=utf-8", b"charset=utf-8; format=flowed; delsp=yes")
    yield "no type at all", b"\n" + said.encode() + b"\n"


def _multi(kind: str, *parts: bytes) -> bytes:
    boundary = f"B{kind}{len(parts)}{sum(map(len, parts))}".encode()
    inner = b"".join(b"\n--" + boundary + b"\n" + part for part in parts)
    return (
        b"Content-Type: multipart/"
        + kind.encode()
        + b'; boundary="'
        + boundary
        + b'"\n'
        + inner
        + b"\n--"
        + boundary
        + b"--\n"
    )
