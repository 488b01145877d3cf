"""What goes out is encrypted, bounded, and never lost on the way; what is killed comes again, once."""

import asyncio
import datetime
import os
import signal
import ssl
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from smtplib import SMTPServerDisconnected
from typing import Any
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from mci_router.adapters.email.sending import Came, Sending, Server
from tests.mail.conftest import OURS, SCOPES, SECRET, SPEC, post_of, shop
from tests.mail.letters import letter
from tests.mail.servers import Customers, customers_server, hand_over
from tests.support.outbound import adapter, key_of, reply, until_delivery
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]


async def test_a_mail_goes_encrypted_or_not_at_all(customers: Customers, tmp_path: Path) -> None:
    """A server without STARTTLS gets nothing, unless a setting says so; neither does one that nobody vouches for."""
    mail = EmailMessage()
    mail["Subject"] = "hello"
    mail.set_content("hello")
    async with customers_server(tls_context=_certificate(tmp_path), require_starttls=True) as encrypted:
        for server, came in (
            (Server("127.0.0.1", customers.port), Came.LATER),
            (Server("127.0.0.1", encrypted.port), Came.LATER),
            (Server("127.0.0.1", encrypted.port, starttls=False), Came.NEVER),
            (Server("127.0.0.1", encrypted.port, verify=False), Came.SENT),
            (Server("127.0.0.1", customers.port, starttls=False), Came.SENT),
        ):
            attempt = await Sending(server, asyncio.Semaphore(1), 1, 1).send(mail, OURS, "sam@example.org")
            assert attempt.came is came, (server, attempt)
        assert (encrypted.mails.qsize(), customers.mails.qsize()) == (1, 1)


async def test_a_domain_that_takes_nothing_is_left_alone_and_others_are_not(customers: Customers) -> None:
    """For twice as long each time; a mail for another domain goes at once."""
    mail, now = EmailMessage(), [0.0]
    mail.set_content("hello")
    server = Server("127.0.0.1", customers.port, starttls=False)
    sending = Sending(server, asyncio.Semaphore(4), 1, longest_pause_s=0.2, first_pause_s=0.1, clock=lambda: now[0])
    customers.answers["sam@busy.example"] = ["421 4.3.2 busy"] * 3
    for until in (0.1, 0.2, 0.2):
        attempt = await sending.send(mail, OURS, "sam@busy.example")
        assert (attempt.came, attempt.why) == (Came.LATER, "status_421")
        assert sending._domains["busy.example"].until == pytest.approx(now[0] + until)
        assert (await sending.send(mail, OURS, "sam@other.example")).came is Came.SENT
        now[0] += until
    assert (await sending.send(mail, OURS, "sam@busy.example")).came is Came.SENT
    assert sending._domains["busy.example"].failures == 0


async def test_an_address_gets_so_many_automatic_mails_an_hour(make: Make, customers: Customers) -> None:
    """Whatever headers say; the message has failed, and the desk sees why."""
    workspace = await make(shop())
    async with post_of(workspace, customers, automatic_per_hour=1) as post:
        contact = {"id": (await post.comes(letter())).rpartition(" ")[2]}
        bot = {"kind": "bot", "author": "helper"}
        sent = [await reply(workspace, contact, said, **bot) for said in ("one", "two")]
        by_agent = await reply(workspace, contact, "three")
        assert [(await post.goes())[2].get_content().strip() for _ in range(2)] == ["one", "three"]
        failed = await until_delivery(workspace, sent[1], "failed")
        assert (failed["error"]["slug"], failed["error"]["retryable"]) == ("automatic_limit", True)
        await until_delivery(workspace, by_agent, "sent")


@dataclass
class Proxy:
    """Between an adapter and its router: holds the answer to the first message that was taken."""

    url: str
    port: int = 0
    armed: bool = True
    held: asyncio.Event = field(default_factory=asyncio.Event)
    writers: list[asyncio.StreamWriter] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to = urlsplit(self.url)
        there, back = await asyncio.open_connection(to.hostname, to.port)
        self.writers += [writer, back]
        with suppress(ConnectionError):
            await asyncio.gather(self._pass(reader, back, hold=False), self._pass(there, writer, hold=True))

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, hold: bool) -> None:
        while chunk := await reader.read(65_536):
            if hold and self.armed and chunk.startswith(b"HTTP/1.1 201"):
                self.armed = False
                self.held.set()
                continue
            writer.write(chunk)
            await writer.drain()
        writer.close()


@asynccontextmanager
async def proxy_to(url: str) -> AsyncIterator[Proxy]:
    proxy = Proxy(url)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    yield proxy
    server.close()
    for writer in proxy.writers:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def test_killed_between_201_and_250_it_makes_no_second_contact(make: Make, tmp_path: Path) -> None:
    """The mail server has heard nothing, and comes again: to the same message, whose answer goes out once."""
    workspace, socket = await make(shop()), tmp_path / "lmtp"
    await adapter(workspace, "email", **SPEC)
    key = await key_of(workspace, *SCOPES, adapter="email", trust="authenticated")
    raw = letter("I cannot sign in, I forgot my password", subject="Sign in")
    async with proxy_to(workspace.url) as proxy, customers_server() as customers:
        settings = {
            "MCI_ROUTER_URL": f"http://127.0.0.1:{proxy.port}",
            "MCI_ADAPTER_KEY": key["key"],
            "MCI_EMAIL_ADDRESS": OURS,
            "MCI_EMAIL_SECRET": SECRET,
            "MCI_EMAIL_LMTP": str(socket),
            "MCI_EMAIL_SMTP": f"127.0.0.1:{customers.port}",
            "MCI_EMAIL_SMTP_STARTTLS": "false",
        }
        first = await _started(settings, socket)
        coming = asyncio.create_task(hand_over(str(socket), raw, OURS))
        await asyncio.wait_for(proxy.held.wait(), 20)
        first.kill()
        assert await first.wait() == -signal.SIGKILL
        with pytest.raises((SMTPServerDisconnected, ConnectionError)):
            await coming
        second = await _started(settings, socket)
        try:
            assert (await hand_over(str(socket), raw, OURS))[0].startswith("250 2.0.0 taken")
            assert "Forgotten password" in (await customers.next())[2].get_content()
        finally:
            second.terminate()
            assert await second.wait() == 0
        assert customers.mails.empty()
    (contact,) = (await workspace.api.get("/v1/contacts")).json()["items"]
    said = (await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"]
    assert [one["kind"] for one in said] == ["customer", "bot"]
    await until_delivery(workspace, said[1]["id"], "sent")


async def _started(settings: dict[str, Any], socket: Path) -> asyncio.subprocess.Process:
    command = (sys.executable, "-c", "from mci_router.cli import main; main()", "adapter", "email")
    process = await asyncio.create_subprocess_exec(*command, env=os.environ | settings)

    async def listens() -> bool:
        assert process.returncode is None
        with suppress(OSError):
            _, writer = await asyncio.open_unix_connection(str(socket))
            writer.close()
            return True
        return False

    await eventually(listens, 20)
    return process


def _certificate(folder: Path) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mx")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path = folder / "mx.pem"
    path.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
