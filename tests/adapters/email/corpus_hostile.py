"""Mails that mean harm, or are broken: each is refused by name, or is a customer's all the same."""

from collections.abc import Iterator

FROM = b"From: Sam <sam@example.org>\nTo: support@shop.example\nSubject: hello\n"
TEXT = b"\nPlease help me.\n"
CUSTOMER = frozenset({"customer"})
SURE = ("no_sender", "parsing_failed")

Made = tuple[str, bytes, frozenset[str]]


def hostile() -> Iterator[Made]:
    """Name, mail, what it becomes: 60."""
    for number, (name, raw, *becomes) in enumerate((*_too_much(), *_broken(), *_tricks())):
        written = raw if isinstance(raw, bytes) else b""
        if written.startswith(b"From:"):  # without a Message-ID a mail is known by when it was written, too
            written = b"Date: Fri, 27 Nov 2026 09:%02d:00 +0000\n" % number + written
        yield str(name), written, frozenset(map(str, becomes)) or CUSTOMER


def _too_much() -> Iterator[tuple[object, ...]]:
    yield "26 MB", FROM + b"\n" + b"a" * 77 * (26 << 20 >> 6), "too_large"
    yield "a long header", FROM + b"X-A: " + b"a" * 300_000 + b"\n" + TEXT, "headers_too_large"
    yield "a header of many lines", FROM + b"X-A: a\n" + b" a\n" * 100_000 + TEXT, "headers_too_large"
    yield "headers without end", FROM + b"X-A: a\n" * 60_000, "headers_too_large"
    yield "300 headers", FROM + b"".join(b"X-%d: a\n" % n for n in range(300)) + TEXT, "too_many_headers"
    yield (
        "5,000 recipients",
        FROM + b"Cc: " + b", ".join(b"a%d@x.example" % n for n in range(5_000)) + b"\n" + TEXT,
        "too_many_recipients",
    )
    yield (
        "5,000 in folded lines",
        FROM + b"Cc: a@x.example" + b",\n a@x.example" * 5_000 + b"\n" + TEXT,
        "too_many_recipients",
    )
    yield "300 parts", FROM + _many(300), "too_many_parts"
    yield "300 parts of no type", FROM + _many(300, b""), "too_many_parts"
    yield "nested 30 deep", FROM + _nested(30), "nested_too_deep"
    yield "nested 150 deep", FROM + _nested(150), "nested_too_deep"
    yield "mails in mails", FROM + b"Content-Type: message/rfc822\n\n" * 40 + TEXT, "nested_too_deep"
    yield "html 20,000 deep", FROM + _html(b"<div>" * 20_000), "html_too_deep"
    yield "html of 2 MB", FROM + _html(b"<p>aaaaaaaaaaaa</p>" * 130_000), "html_too_large"
    yield "a text of 1 MB", FROM + b"\n" + b"word " * 200_000
    yield "60 kB of On", FROM + b"\n" + b"On " * 20_000
    yield "10,000 lines of >", FROM + b"\nhello\n" + b"> " * 50_000
    yield "10,000 references", FROM + b"References: " + b"<a@b>\n " * 10_000 + TEXT
    yield "subject of 100 kB", FROM.replace(b"hello", b"a" * 100_000) + TEXT
    yield "encoded words without end", FROM.replace(b"hello", b"=?utf-8?q?a" * 9_000) + TEXT
    yield "many attachments", FROM + _many(150, b"Content-Type: image/png\nContent-Disposition: attachment\n")
    yield "a sender of 100 kB", b"From: " + b"a, " * 30_000 + b"sam@example.org\n" + TEXT, "customer", *SURE
    yield "comments in comments", b"From: " + b"(" * 7_000 + b"sam@example.org\n" + TEXT, "customer", *SURE
    yield "quotes in quotes", b"From: " + b'"\\"' * 3_000 + b"sam@example.org\n" + TEXT, "customer", *SURE
    yield "parameters of parameters", FROM + _filename(b"; ".join(b"filename*%d=a" % n for n in range(2_000)))
    yield "a parameter of 5,000 digits", FROM + _filename(b"filename*" + b"9" * 5_000 + b"=a"), "customer", *SURE
    yield "lines in 199 containers", FROM + _slow(), "parsing_took_too_long", "too_many_parts", "nested_too_deep"


def _broken() -> Iterator[tuple[object, ...]]:
    yield "nothing", b"", "no_sender"
    yield "a line", b"hello", "no_sender"
    yield "no sender", b"To: support@shop.example\n" + TEXT, "no_sender"
    yield "a sender without address", b"From: Sam Roe\n" + TEXT, "no_sender"
    yield "an empty sender", b"From:\n" + TEXT, "no_sender"
    yield "no text", FROM + b"\n"
    yield "only white space", FROM + b"\n \n\t\n"
    yield "eight-bit headers", "From: Jürgen <sam@example.org>\nSubject: Störung\n".encode() + TEXT
    yield "latin headers", "From: Jürgen <sam@example.org>\nSubject: Störung\n".encode("latin-1") + TEXT
    yield "NUL", FROM + b"\nPlease\0 help\0 me\n"
    yield "NUL in headers", FROM.replace(b"hello", b"he\0llo") + TEXT
    yield "carriage returns alone", FROM.replace(b"\n", b"\r") + b"\r\rhello", "customer", "no_sender"
    yield "an unknown charset", FROM + b"Content-Type: text/plain; charset=klingon\n" + TEXT
    yield "a charset that is a module", FROM + b"Content-Type: text/plain; charset=rot13\n" + TEXT
    yield "a charset of bytes", FROM + b"Content-Type: text/plain; charset=base64\n" + TEXT
    yield "idna as a charset", FROM + b"Content-Type: text/plain; charset=idna\n\n" + b"a" * 50_000
    yield "broken base64", FROM + b"Content-Transfer-Encoding: base64\n\n!!!!===a=b=\n"
    yield "uuencode", FROM + b"Content-Transfer-Encoding: x-uuencode\n\nbegin 666 a\n#aaa\n"
    yield "no boundary", FROM + b"Content-Type: multipart/mixed\n" + TEXT
    yield "an empty boundary", FROM + b'Content-Type: multipart/mixed; boundary=""\n' + TEXT
    yield "a boundary that never comes", FROM + b"Content-Type: multipart/mixed; boundary=B\n" + TEXT
    yield "a type of nothing", FROM + b"Content-Type: ;;;=\n" + TEXT
    yield "half a character", FROM + b"Content-Type: text/plain; charset=utf-8\n\n\xf0\x9f\x98 help\n"


def _tricks() -> Iterator[tuple[object, ...]]:
    yield "a line end in the subject", FROM.replace(b"hello", b"=?utf-8?q?a=0D=0ABcc:_x@y.example?=") + TEXT
    yield "a line end in the name", FROM.replace(b"Sam", b"=?utf-8?q?a=0D=0ABcc:_x@y.example?=") + TEXT
    yield "the end of data within", FROM + b"\nhello\n.\nMAIL FROM:<x@y.example>\nDATA\nhello\n"
    yield "no Message-ID, twice", FROM + b"Message-ID:\nMessage-ID: <>\n" + TEXT
    yield "a Message-ID with a space", FROM + b"Message-ID: <a b@example.org>\n" + TEXT
    yield "a Message-ID of 5,000", FROM + b"Message-ID: <" + b"a" * 5_000 + b"@example.org>\n" + TEXT
    yield (
        "an id of ours, forged",
        FROM + b"References: <msg_%032d.%s.%s@shop.example>\n" % (1, b"a" * 22, b"a" * 16) + TEXT,
    )
    yield "our mark, forged", FROM + b"X-MCI-Router: msg_1.a.b@shop.example\n" + TEXT
    yield (
        "our form of Message-ID",
        FROM + b"Message-ID: <msg_%032d.%s.%s@shop.example>\n" % (1, b"a" * 22, b"a" * 16) + TEXT,
        "own_message_id",
    )
    yield "a file in the folder above", FROM + _filename(b'filename="../../etc/passwd"')


def _many(number: int, head: bytes = b"Content-Type: text/plain\n") -> bytes:
    return b"Content-Type: multipart/mixed; boundary=B\n\n" + (b"--B\n" + head + b"\nhello\n") * number + b"--B--\n"


def _nested(depth: int) -> bytes:
    open_ = b"".join(b"Content-Type: multipart/mixed; boundary=B%d\n\n--B%d\n" % (n, n) for n in range(depth))
    return open_ + b"Content-Type: text/plain\n" + TEXT


def _html(body: bytes) -> bytes:
    return b"Content-Type: text/html\n\n" + body + b"Please help me."


def _filename(parameter: bytes) -> bytes:
    part = b"Content-Type: image/png\nContent-Disposition: attachment; " + parameter + b"\n\nhello\n"
    return b"Content-Type: multipart/mixed; boundary=B\n\n--B\n\nPlease help me.\n--B\n" + part + b"--B--\n"


def _slow() -> bytes:
    return _nested(150) + b"--a\n" * 1_500_000
