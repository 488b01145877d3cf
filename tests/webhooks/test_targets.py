"""Where webhooks may lead: never into the operator's network, by whatever name, unless it is allowed."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import httpx
import pytest

from mci_router.api.parts import Parts
from mci_router.errors import TargetRefused
from mci_router.settings import Settings
from mci_router.webhooks.sending import Sender
from mci_router.webhooks.targets import Resolve, addresses, is_public, parsed, resolve
from mci_router.webhooks.verdicts import EndpointAnswer
from tests.conftest import _remove
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.receiver import Receiver
from tests.support.rows import every
from tests.support.service import PATIENCE_S, TLS, Workspace, make_workspace, running_service
from tests.webhooks.support import hook

PRIVATE = [
    "127.0.0.1", "127.9.9.9", "0.0.0." + "0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1", "203.0.113.5", "224.0.0.1", "239.1.1.1", "240.0.0.1",
    "255.255.255.255", "168.63.129.16", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "2002:7f00:1::1", "2001:0:7f00:1::", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
    "2001:db8::1", "100::1", "localhost", "",
]  # fmt: skip
PUBLIC = ["1.1.1.1", "8.8.8.8", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"]


def leading_to(*answers: Sequence[str]) -> Resolve:
    """A resolver that gives these answers one after the other, and the last for ever."""
    left = list(answers)

    async def resolve(host: str, port: int) -> Sequence[str]:
        return left.pop(0) if len(left) > 1 else left[0]

    return resolve


async def post(url: str, resolve: Resolve, *, private: bool) -> EndpointAnswer:
    sender = Sender(private=private, timeout_s=1, resolve=resolve)
    async with sender.client() as client:
        return await sender.post(client, url, {"webhook-id": "msg_1"}, b"{}")


@every("address", PRIVATE)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    """Loopback, private, link-local, shared, multicast, reserved, and IPv4 in any disguise."""
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_taken(address: str) -> None:
    """Also behind a NAT64 gateway."""
    assert is_public(address)


@every(
    ("url", "why"),
    [
        ("http://example.com/", "not_https"),
        ("ftp://example.com/", "not_https"),
        ("gopher://example.com/", "not_https"),
        ("example.com", "not_https"),
        ("//example.com", "not_https"),
        ("https://", "malformed_url"),
        ("https:///path", "malformed_url"),
        ("https://xn--a/", "malformed_url"),
        ("https://sam:secret@example.com/", "credentials_in_url"),
        ("https://example.com\\@127.0.0.1/", "credentials_in_url"),
        ("https://example.com:0/", "malformed_url"),
        ("https://example.com:99999/", "malformed_url"),
        ("https://exam\tple.com/", "malformed_url"),
        ("https://[::1/", "malformed_url"),
        ("https://example.com/" + "x" * 2_000, "malformed_url"),
    ],
)
def test_a_url_of_another_form_is_refused(url: str, why: str) -> None:
    """Only https, without credentials, with a host and a port that exist."""
    with pytest.raises(TargetRefused) as refused:
        parsed(url, private=False)
    assert refused.value.members["why"] == why


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "localhost",
     "LOCALHOST.", "10.1.2.3", "169.254.169.254", "0"],
)  # fmt: skip
async def test_a_host_is_judged_by_where_it_leads(host: str) -> None:
    """Decimal, hexadecimal, octal, short or by name: the system's own resolver says what it is."""
    with pytest.raises(TargetRefused) as refused:
        await addresses(parsed(f"https://{host}/", private=False), private=False, resolve=resolve)
    assert refused.value.members["why"] in ("private_address", "host_not_found", "malformed_url")
    assert "127." not in refused.value.detail


async def test_one_private_address_among_public_ones_is_one_too_many() -> None:
    """A server that answers with both may let the connection go to either."""
    with pytest.raises(TargetRefused):
        await addresses(httpx.URL("https://x.example"), private=False, resolve=leading_to(["8.8.8.8", "10.0.0.1"]))
    for nothing in ([], ["not an address"]):
        with pytest.raises(TargetRefused):
            await addresses(httpx.URL("https://x.example"), private=False, resolve=leading_to(nothing))


async def test_a_name_that_changes_its_address_after_the_check_gains_nothing(receiver: Receiver) -> None:
    """DNS rebinding: every attempt checks again, and connects to the very address that it checked."""
    port = httpx.URL(receiver.url).port
    rebinding = leading_to(["8.8.8.8"], ["127.0.0.1"])
    target = httpx.URL(f"https://hooks.example.test:{port}/")
    assert await addresses(target, private=False, resolve=rebinding) == ["8.8.8.8"]
    assert await post(str(target), rebinding, private=False) == EndpointAnswer(error="private_address")
    asked: list[str] = []

    async def counting(host: str, port: int) -> Sequence[str]:
        asked.append(host)
        return ["127.0.0.1"]

    assert await post(f"http://hooks.example.test:{port}/", counting, private=True) == EndpointAnswer(204)
    assert asked == ["hooks.example.test"], "resolved once, and never again by the connection"
    assert [one.headers["host"] for one in receiver.received] == [f"hooks.example.test:{port}"]


async def test_an_address_that_cannot_be_reached_gives_way_to_the_next(receiver: Receiver) -> None:
    """A host with several addresses is reached if one of them answers."""
    port = httpx.URL(receiver.url).port
    assert await post(
        f"http://hooks.example.test:{port}/", leading_to(["::1", "127.0.0.1"]), private=True
    ) == EndpointAnswer(204)


async def test_a_resolver_that_hangs_is_left() -> None:
    """The time-out is that of the whole attempt."""

    async def hanging(host: str, port: int) -> Sequence[str]:
        await asyncio.Event().wait()
        return []

    assert await post("https://hooks.example.test/", hanging, private=False) == EndpointAnswer(error="timeout")


@pytest.fixture
async def greeting() -> AsyncIterator[tuple[int, list[bytes]]]:
    """A port that keeps what a client says first, and hangs up."""
    heard: list[bytes] = []

    async def hear(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read(4_096))
        writer.write(b"no")
        writer.close()

    server = await asyncio.start_server(hear, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1], heard


async def test_tls_is_spoken_to_the_name_and_not_to_the_address(greeting: tuple[int, list[bytes]]) -> None:
    """The name is in the greeting, so its certificate is the one that must fit; a failure is told by a word."""
    port, heard = greeting
    reply = await post(f"https://hooks.example.test:{port}/", leading_to(["127.0.0.1"]), private=True)
    assert reply.error in ("tls_failed", "connection_failed")
    assert b"hooks.example.test" in heard[0]


async def test_a_proxy_of_the_environment_is_not_used(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would look up the name for us, and connect to what it finds."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
    assert await post(receiver.url, resolve, private=True) == EndpointAnswer(204)


@pytest.fixture
async def strict(settings: Settings) -> AsyncIterator[tuple[str, Parts]]:
    """A service as it is unless told otherwise."""
    async with running_service(settings.model_copy(update={"webhook_private_targets": False})) as started:
        yield started


async def test_a_private_target_is_refused_when_it_is_configured(strict: tuple[str, Parts]) -> None:
    """By PUT and by PATCH, with a problem that tells nothing of the network; nothing is stored."""
    url, parts = strict
    workspace_id, key = await make_workspace(parts.database, small())
    async with httpx.AsyncClient(
        base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=PATIENCE_S, verify=TLS
    ) as api:
        for target in (
            "https://127.0.0.1/",
            "https://localhost/",
            "https://169.254.169.254/latest",
            "http://8.8.8.8/",
            "https://a:b@8.8.8.8/",
        ):
            document = assert_problem(await api.put("/v1/webhooks/crm", json={"url": target}), 422, "target_refused")
            assert document["why"]
        assert (await api.get("/v1/webhooks")).json()["items"] == []
        assert (await api.put("/v1/webhooks/crm", json={"url": "https://8.8.8.8/hook"})).status_code == 201
        assert_problem(await api.patch("/v1/webhooks/crm", json={"url": "https://10.0.0.1/"}), 422, "target_refused")
        assert (await api.get("/v1/webhooks/crm")).json()["url"] == "https://8.8.8.8/hook"
    await _remove(parts, workspace_id)


async def test_a_private_target_is_refused_at_every_delivery(
    workspace: Workspace, receiver: Receiver, settings: Settings
) -> None:
    """Also one that was allowed when it was configured."""
    await hook(workspace, receiver.url, events=["webhook.test"])
    assert await post(receiver.url.replace("http://", "https://"), resolve, private=False) == EndpointAnswer(
        error="private_address"
    )
    assert await post(receiver.url, resolve, private=False) == EndpointAnswer(error="not_https")
    assert receiver.received == []
