"""A signature is believed where our own mail server says nothing, and where it is of the sender's domain."""

import base64
from collections.abc import AsyncIterator
from functools import cache

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mci_router.adapters.email.parsing import parsed
from mci_router.adapters.email.trust import Judge, Lookup, aligned
from mci_router.adapters.email.worker import Workers
from mci_router.vocabulary import Trust

MAIL = b"From: Sam <sam@mail.example.org>\r\nTo: support@shop.example\r\nSubject: hello\r\n\r\nPlease help me.\r\n"


@cache
def key() -> rsa.RSAPrivateKey:
    """The sender's; made when a test asks, for that takes a while."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def record() -> str:
    """What the sender's domain says of the key."""
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = key().public_key().public_bytes(serialization.Encoding.DER, form)
    return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"


@pytest.fixture(scope="module")
async def workers() -> AsyncIterator[Workers]:
    made = Workers(1)
    yield made
    made.close()


def signed(domain: str, raw: bytes = MAIL) -> bytes:
    """The mail with a signature of a domain."""
    form, no_password = serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    pem = key().private_bytes(serialization.Encoding.PEM, form, no_password)
    return bytes(dkim.sign(raw, b"s1", domain.encode(), pem)) + raw


def knows(**records: str) -> Lookup:
    async def found(name: str) -> str:
        return records.get(name.replace(".", "_"), "")

    return found


async def test_a_signature_of_the_senders_domain_is_believed(workers: Workers) -> None:
    """One of the domain above it, too; not another's, not a changed mail's, not without its key."""
    ours = knows(s1__domainkey_example_org=record(), s1__domainkey_evil_example=record())
    for raw, lookup, trust in (
        (signed("example.org"), ours, Trust.AUTHENTICATED),
        (signed("evil.example"), ours, Trust.CLAIMED),
        (signed("example.org").replace(b"help me", b"pay me"), ours, Trust.CLAIMED),
        (signed("example.org"), knows(), Trust.CLAIMED),
        (signed("example.org"), None, Trust.CLAIMED),
        (b"From: <kim@example.org>\r\n" + signed("example.org"), ours, Trust.CLAIMED),
        (b"DKIM-Signature: v=1; d=example.org; s=s1; a=; b=x; bh=y\r\n" + MAIL, ours, Trust.CLAIMED),
        (MAIL, ours, Trust.CLAIMED),
    ):
        mail, _ = parsed(raw)
        assert await Judge(workers, "mx.shop.example", lookup).trust(mail, raw) is trust, raw[:80]


async def test_our_own_server_goes_before_a_signature(workers: Workers) -> None:
    """What it found counts, whatever the signature says; what others say it found does not."""
    ours = knows(s1__domainkey_example_org=record())
    for result, trust in (
        ("mx.shop.example; dkim=fail header.d=example.org", Trust.CLAIMED),
        ("mx.shop.example; spf=pass smtp.mailfrom=example.org", Trust.AUTHENTICATED),
        ("mx.shop.example; dmarc=pass header.from=mail.example.org", Trust.AUTHENTICATED),
        ("mx.evil.example; dkim=fail header.d=example.org", Trust.AUTHENTICATED),
    ):
        raw = f"Authentication-Results: {result}\r\n".encode() + signed("example.org")
        mail, _ = parsed(raw)
        assert await Judge(workers, "mx.shop.example", ours).trust(mail, raw) is trust, result


def test_a_domain_speaks_for_those_below_it() -> None:
    assert aligned("example.org", "mail.example.org")
    assert aligned("Example.org.", "example.org")
    assert not aligned("mail.example.org", "example.org")
    assert not aligned("ample.org", "example.org")
    assert not aligned("org", "example.org")
