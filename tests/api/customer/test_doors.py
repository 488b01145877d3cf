"""The doors of the customer socket: a session that a server asks for, and a token that a site signs. Each is tried by
people who mean harm.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pydantic import ValidationError
from websockets.exceptions import ConnectionClosed, InvalidStatus

from mci_router.access.keys import Scope, make_key
from mci_router.access.tokens import AgentIdentity
from mci_router.api.parts import Parts
from mci_router.settings import Settings
from mci_router.specs import WorkspaceSpec
from mci_router.vocabulary import Trust
from tests.support.customers import chat, claims, known_customer, refusal, session_token, site_key, site_token
from tests.support.documents import small
from tests.support.rows import every
from tests.support.service import TestDesk, Workspace

Make = Callable[..., Awaitable[Workspace]]


def pem(key: Any) -> str:
    return str(key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())


@cache
def private_keys() -> dict[str, Any]:
    """A key of each algorithm, and one of a stranger: to make some takes tenths of a second."""
    return {
        "RS256": rsa.generate_private_key(65_537, 2_048),
        "ES256": ec.generate_private_key(ec.SECP256R1()),
        "EdDSA": ed25519.Ed25519PrivateKey.generate(),
        "a stranger's": rsa.generate_private_key(65_537, 2_048),
    }


async def closing(client: TestDesk) -> tuple[int, str]:
    """Code and reason with which the router hangs up."""
    with pytest.raises(ConnectionClosed) as closed:
        await client.expect("nothing of the kind")
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code, closed.value.rcvd.reason


# Sessions that a server asks for


async def test_a_session_is_for_one_customer_whose_cases_it_shows(workspace: Workspace) -> None:
    """The token opens the socket, by subprotocol or header; another customer's cases are not in hello."""
    mine, other = await known_customer(workspace, "crm-1"), await known_customer(workspace, "crm-2")
    token = await session_token(workspace, mine, expires_s=60)
    async with chat(workspace, token) as client:
        assert client.hello["customer"] == mine
        assert len(client.hello["cases"]) == 1
        shown = client.hello["cases"][0]["contacts"][0]["contact_id"]
        assert (await workspace.contact(shown))["customer_id"] == mine != other


async def test_a_session_asserts_no_more_than_its_key_and_its_customer_may(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """403 above the key's trust and for a mere claim; 409 for a customer known by claims alone; 404 for nobody."""
    customer = await known_customer(workspace)
    path = f"/v1/customers/{customer}/session"
    claimed = await workspace.post("hello", customer={"email": "sam@example.com", "trust": "claimed"})
    async with service[1].database.transaction() as session:
        _, weak = await make_key(session, workspace.id, "weak", [Scope.SESSIONS_WRITE], Trust.CLAIMED)
        _, middling = await make_key(session, workspace.id, "middling", [Scope.SESSIONS_WRITE], Trust.AUTHENTICATED)
    answers = [
        await workspace.api.post(path, json={}, headers={"Authorization": f"Bearer {weak}"}),
        await workspace.api.post(path, json={"trust": "verified"}, headers={"Authorization": f"Bearer {middling}"}),
        await workspace.api.post(path, json={"trust": "claimed"}),
        await workspace.api.post(f"/v1/customers/{claimed['customer_id']}/session"),
        await workspace.api.post(f"/v1/customers/cus_{'0' * 32}/session"),
        await workspace.api.post(path, json={"expires_s": 86_401}),
        await workspace.api.post(path, headers={"Authorization": f"Bearer {middling}"}),
    ]
    assert [one.status_code for one in answers] == [403, 403, 403, 409, 404, 422, 201]
    assert answers[0].json()["type"] == "/problems/trust_missing"
    assert answers[3].json()["type"] == "/problems/customer_unproven"


async def test_tokens_of_another_use_or_nobody_open_no_socket(
    workspace: Workspace, service: tuple[str, Parts], settings: Settings
) -> None:
    """401 for none, a made-up one, an API key, an agent's, one that was changed, an expired one, an unsigned one."""
    customer, parts = await known_customer(workspace), service[1]
    token = await session_token(workspace, customer)
    said = jwt.decode(token, options={"verify_signature": False})
    assert settings.token_secret
    secret = settings.token_secret.get_secret_value()
    agent, _ = parts.tokens.make(AgentIdentity(workspace.id, "ann", "agt_1", said["key"]))
    head, body, signature = token.split(".")
    elsewhere = jwt.encode({**said, "wsp": "wsp_elsewhere"}, "another secret, long enough to sign with", "HS256")
    expired = jwt.encode({**said, "exp": time.time() - 1}, secret, "HS256")
    unsigned = jwt.encode(said, "", "none")
    for bad in (
        *(None, "nonsense", workspace.key, agent, elsewhere, expired, unsigned),
        *(f"{head}.{body}.", f"{head}.{body}.{signature[::-1]}", "a" * 5_000),
    ):
        problem = await refusal(workspace, bad)
        assert (problem["status"], problem["type"]) == (401, "/problems/not_authenticated"), bad
    gone = jwt.encode({**said, "sub": f"cus_{'0' * 32}"}, secret, "HS256")
    assert (await refusal(workspace, gone))["status"] == 404


async def test_a_customers_token_opens_no_agents_socket_and_no_api(workspace: Workspace) -> None:
    """It is good for the customer socket alone."""
    token = await session_token(workspace, await known_customer(workspace))
    answer = await workspace.api.get("/v1/customers", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401
    with pytest.raises(InvalidStatus) as refused:
        async with workspace.desk("ann", token=token):
            pass
    assert refused.value.response.status_code == 401


async def test_sessions_end_with_their_key_and_by_word_and_are_not_replayed(workspace: Workspace) -> None:
    """An open socket closes with 4401 and why; the token is refused from then on, one that is made later is not."""
    customer = await known_customer(workspace)
    key = await site_key(workspace)
    made, signed = await session_token(workspace, customer), site_token(key, iat=int(time.time()) - 30)
    async with chat(workspace, made) as first, chat(workspace, signed) as second:
        answer = await workspace.api.delete(f"/v1/customers/{customer}/session")
        assert answer.status_code == 204
        assert await closing(first) == await closing(second) == (4401, "sessions_ended")
    for token in (made, signed):
        assert "ended" in (await refusal(workspace, token))["detail"]
    async with chat(workspace, await session_token(workspace, customer)):
        pass
    later = site_token(key, "crm-43")
    async with chat(workspace, later) as third:
        assert (await workspace.api.delete(f"/v1/customer-keys/{key['id']}")).status_code == 204
        assert await closing(third) == (4401, "key_revoked")
    assert "revoked" in (await refusal(workspace, later))["detail"]
    assert (await workspace.api.delete(f"/v1/customer-keys/{key['id']}")).status_code == 204


async def test_a_merged_customer_is_the_one_who_survives(workspace: Workspace) -> None:
    """The token of the merged one shows the cases of both; the open socket is told to come again."""
    mine, other = await known_customer(workspace, "crm-1"), await known_customer(workspace, "crm-2")
    token = await session_token(workspace, mine)
    async with chat(workspace, token) as client:
        merged = await workspace.api.post(f"/v1/customers/{mine}/merge", json={"into": other})
        assert merged.status_code == 200
        assert await closing(client) == (1013, "customer_changed")
    async with chat(workspace, token) as client:
        assert client.hello["customer"] == other
        assert len(client.hello["cases"]) == 2
        assert (await workspace.api.post(f"/v1/customers/{mine}/split")).status_code == 200
        assert await closing(client) == (1013, "customer_changed")
    async with chat(workspace, token) as client:
        assert client.hello["customer"] == mine
        assert len(client.hello["cases"]) == 1


# Tokens that a site signs


@every("algorithm", ["RS256", "ES256", "EdDSA"])
async def test_a_site_signs_with_a_private_key_of_its_own(workspace: Workspace, algorithm: str) -> None:
    """The workspace has the public part alone; a key of another kind is refused when it is given."""
    keys = dict(private_keys())
    strangers = keys.pop("a stranger's")
    mine, others = keys.pop(algorithm), [*keys.values(), ec.generate_private_key(ec.SECP384R1())]
    for other in others:
        body = {"name": "shop", "algorithm": algorithm, "public_key": pem(other)}
        refused = await workspace.api.post("/v1/customer-keys", json=body)
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/public_key_refused")
    key = await site_key(workspace, algorithm=algorithm, public_key=pem(mine))
    assert key["secret"] is None
    token = jwt.encode(claims(key), mine, algorithm, headers={"kid": key["id"]})
    async with chat(workspace, token) as client:
        found = (await workspace.api.get(f"/v1/customers/{client.hello['customer']}")).json()
        assert found["trust"] == "authenticated"
    # Who knows the public key cannot pass it off as a secret, nor choose another way to sign.
    head = {"alg": "HS256", "kid": key["id"], "typ": "JWT"}
    signed = ".".join(_part(one) for one in (head, claims(key)))
    signature = hmac.new(pem(mine).strip().encode(), signed.encode(), hashlib.sha256).digest()
    for bad in (
        f"{signed}.{_encoded(signature)}",
        jwt.encode(claims(key), "", "none", headers={"kid": key["id"]}),
        jwt.encode(claims(key), strangers, "RS256", headers={"kid": key["id"]}),
    ):
        assert "has signed" in (await refusal(workspace, bad))["detail"]


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _part(content: dict[str, Any]) -> str:
    return _encoded(json.dumps(content).encode())


async def test_what_a_site_signs_wrongly_is_refused_with_what_is_wrong(make: Make) -> None:
    """Expired, for another workspace, of another's key, too long, of the future, without a claim, with extensions."""
    workspace, other = await make(small()), await make(small())
    key, foreign = await site_key(workspace), await site_key(other)
    now = int(time.time())
    bad: list[tuple[str, str]] = [
        (site_token(key, iat=now - 700, exp=now - 61), "expired"),
        (site_token(key, aud=other.id), "aud"),
        (site_token(key, aud=[workspace.id, other.id]), "aud"),
        (site_token(key, exp=now + 86_500), "24 hours"),
        (site_token(key, iat=now - 90_000, exp=now + 600), "24 hours"),
        (site_token(key, iat=now + 120, exp=now + 600), "future"),
        (site_token(key, nbf=now + 120), "future"),
        (site_token(key, sub="anonymous"), "sub"),
        (site_token(key, sub="x" * 300), "sub"),
        (site_token(key, name="x" * 300), "name"),
        (site_token(key, iat="soon"), "signed"),
        (site_token(key, exp=None), "exp"),
        (site_token(key, iat=None), "iat"),
        (site_token(key, aud=None), "aud"),
        (jwt.encode(claims(key), foreign["secret"], "HS256", headers={"kid": key["id"]}), "signed"),
        (jwt.encode(claims(key), key["secret"] * 2, "HS384", headers={"kid": key["id"]}), "signed"),
        (jwt.encode(claims(key), key["secret"], "HS256", headers={"kid": f"cky_{'0' * 32}"}), "kid"),
        (jwt.encode(claims(key), key["secret"], "HS256", headers={"kid": "../../etc/passwd"}), "kid"),
        (jwt.encode(claims(key), key["secret"], "HS256", headers={"kid": key["id"], "crit": ["x"], "x": 1}), "JWT"),
    ]
    for token, word in bad:
        problem = await refusal(workspace, token)
        assert (problem["status"], word in problem["detail"]) == (401, True), (word, problem)
    async with chat(workspace, site_token(key, iat=now - 60, exp=now + 3_600, aud=workspace.name)):
        pass


async def test_a_customer_who_is_new_is_made_and_found_again(workspace: Workspace) -> None:
    """By the site's own id; an address counts as proven only if the site has verified it."""
    key = await site_key(workspace)
    said: dict[str, Any] = {
        "name": "Sam Jones",
        "email": "sam@example.com",
        "phone": "+49 30 901820",
        "email_verified": True,
    }
    async with chat(workspace, site_token(key, **said)) as client:
        sam = client.hello["customer"]
    found = (await workspace.api.get(f"/v1/customers/{sam}")).json()
    assert (found["name"], found["trust"]) == ("Sam Jones", "authenticated")
    trusts = {one["kind"]: one["trust"] for one in found["addresses"]}
    assert trusts == {"external_id": "authenticated", "email": "authenticated", "phone": "claimed"}
    # Somebody else who only types Sam's addresses into the own account is somebody else.
    async with chat(workspace, site_token(key, "crm-99", email="sam@example.com", phone="+49 30 901820")) as client:
        assert client.hello["customer"] != sam
        assert client.hello["cases"] == []
    async with chat(workspace, site_token(key)) as client:
        assert client.hello["customer"] == sam


async def test_several_first_sockets_of_one_customer_make_one_customer(workspace: Workspace) -> None:
    """Whichever comes first makes the customer, and the others find the same."""
    key = await site_key(workspace)

    async def come() -> str:
        async with chat(workspace, site_token(key, "crm-7")) as client:
            return str(client.hello["customer"])

    assert len(set(await asyncio.gather(*(come() for _ in range(6))))) == 1


async def test_a_customer_key_takes_a_key_that_may_vouch_and_shows_its_secret_once(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """403 for a key that may assert nothing; a public key for HS256, or none for RS256, is 422."""
    key = await site_key(workspace)
    listed = (await workspace.api.get("/v1/customer-keys")).json()["items"]
    assert [one["id"] for one in listed] == [key["id"]]
    assert key["secret"] not in json.dumps(listed)
    async with service[1].database.transaction() as session:
        _, weak = await make_key(session, workspace.id, "weak", [Scope.KEYS_WRITE])
    refused = await workspace.api.post(
        "/v1/customer-keys", json={"name": "shop"}, headers={"Authorization": f"Bearer {weak}"}
    )
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/trust_missing")
    for body in ({"algorithm": "RS256"}, {"public_key": "x"}, {"algorithm": "none"}):
        assert (await workspace.api.post("/v1/customer-keys", json={"name": "x", **body})).status_code == 422
    audit = (await workspace.api.get("/v1/audit", params={"action": "customer_key.*"})).text
    assert key["id"] in audit
    assert key["secret"] not in audit


# Pages


@every(
    ("origin", "allowed"),
    [
        ("https://shop.example", True),
        ("https://SHOP.example:443", True),
        ("http://localhost:3000", True),
        ("http://shop.example", False),
        ("https://shop.example:8443", False),
        ("https://shop.example.evil.example", False),
        ("https://evil.example", False),
        ("null", False),
        (None, True),
    ],
)
async def test_only_pages_of_the_workspaces_sites_open_a_socket(
    origin_workspace: tuple[Workspace, str], origin: str | None, allowed: bool
) -> None:
    """Exactly the listed origins, and the router's own pages; an app without a page sends no origin."""
    workspace, token = origin_workspace
    if allowed:
        async with chat(workspace, token, origin=origin):
            pass
    else:
        problem = await refusal(workspace, token, origin=origin)
        assert (problem["status"], problem["type"]) == (403, "/problems/origin_refused")
    async with chat(workspace, token, origin=workspace.url):
        pass


@pytest.fixture(scope="module")
async def origin_workspace(make_shared: Make) -> tuple[Workspace, str]:
    document = small()
    document["workspace"]["chat_origins"] = ["https://shop.example/", "http://localhost:3000"]
    workspace = await make_shared(document)
    return workspace, site_token(await site_key(workspace))


def test_an_origin_is_scheme_host_and_port() -> None:
    """A pattern, a path, another scheme or a user is no origin; the scheme's own port is left out, as browsers do."""
    said = {"name": "shop", "title": "Shop"}
    for bad in (
        "*",
        "https://*.shop.example",
        "https://shop.example/chat",
        "ftp://shop.example",
        "https://a@b",
        "shop",
    ):
        with pytest.raises(ValidationError, match="origin"):
            WorkspaceSpec.model_validate({**said, "chat_origins": [bad]})
    kept = WorkspaceSpec.model_validate({**said, "chat_origins": ["https://Shop.example:443/", "http://[::1]:3000"]})
    assert kept.chat_origins == ["https://shop.example", "http://[::1]:3000"]
