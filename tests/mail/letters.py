"""Mails as customers write them, for tests."""

COMPLAINT = "This is a formal complaint, I demand a manager."


def letter(
    text: str = COMPLAINT,
    *,
    subject: str = "My bill",
    message_id: str = "first@example.org",
    sender: str = "Sam Roe <sam@example.org>",
    proven: bool = True,
    **headers: str,
) -> bytes:
    """A mail of a customer; `proven`: our mail server found that it is from whom it says. A header's name is written
    with underscores.
    """
    lines = [
        f"From: {sender}",
        "To: support@shop.example",
        f"Subject: {subject}",
        f"Message-ID: <{message_id}>",
        "Date: Fri, 27 Nov 2026 09:00:00 +0000",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
    ]
    if proven:
        domain = sender.rpartition("@")[2].rstrip(">")
        lines.append(f"Authentication-Results: mx.shop.example; dkim=pass header.d={domain}")
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\n".join(lines) + f"\n\n{text}\n").encode()
