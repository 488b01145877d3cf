"""Customers as a site of the workspace has them: tokens that it signs, and sockets that they open."""

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import jwt
import pytest
from jsonschema import Draft7Validator
from openapi_spec_validator.readers import read_from_filename  # in C: our own takes ten times as long
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin, Subprotocol

from tests.support.service import TestDesk, Workspace

PROTOCOL = Subprotocol("mci.customer.v1")


async def site_key(workspace: Workspace, **body: Any) -> dict[str, Any]:
    """A customer key of the workspace; HS256 unless told otherwise."""
    response = await workspace.api.post("/v1/customer-keys", json={"name": "shop", **body})
    assert response.status_code == 201, response.text
    made: dict[str, Any] = response.json()
    return made


def claims(key: dict[str, Any], sub: str = "crm-42", **more: Any) -> dict[str, Any]:
    """What a site says of its customer; what is None is left out."""
    now = int(time.time())
    said = {"sub": sub, "aud": key["audience"], "iat": now, "exp": now + 600, **more}
    return {name: value for name, value in said.items() if value is not None}


def site_token(key: dict[str, Any], sub: str = "crm-42", **more: Any) -> str:
    """A token as a site signs it."""
    return jwt.encode(claims(key, sub, **more), key["secret"], "HS256", headers={"kid": key["id"]})


async def known_customer(workspace: Workspace, external_id: str = "crm-42", **customer: Any) -> str:
    """The id of a customer whom the company's own system knows."""
    await workspace.post("a formal complaint", customer={"external_id": external_id, **customer}, channel="email")
    found = (await workspace.api.get("/v1/customers", params={"external_id": external_id})).json()["items"]
    return str(found[0]["id"])


async def session_token(workspace: Workspace, customer: str, **body: Any) -> str:
    response = await workspace.api.post(f"/v1/customers/{customer}/session", json=body)
    assert response.status_code == 201, response.text
    return str(response.json()["token"])


@cache
def document() -> dict[str, Any]:
    """`asyncapi-customer.yaml`."""
    return dict(read_from_filename(str(Path(__file__).parents[2] / "asyncapi-customer.yaml"))[0])


@cache
def _validator(kind: str) -> Draft7Validator:
    messages = document()["components"]["messages"]
    payload = messages.get(f"{kind}.told", messages.get(kind))
    assert payload is not None, f"a frame {kind!r} is not described"
    return Draft7Validator({**payload["payload"], "components": document()["components"]})


def conforms(frame: dict[str, Any]) -> None:
    """Fails where a frame to the customer is not as the document says, or has members that are not described."""
    validator = _validator(frame["type"])
    validator.validate(frame)
    if frame["type"] not in ("ack", "error"):
        described = validator.schema["properties"]["data"]
        if "$ref" in described:
            described = document()["components"]["schemas"][described["$ref"].rpartition("/")[2]]
        assert set(frame["data"]) == set(described["properties"]), frame


class Customer(TestDesk):
    """A customer's client, whose every frame is held against the document."""

    __test__ = False

    async def _find(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        def checked(frame: dict[str, Any]) -> bool:
            conforms(frame)
            return wanted(frame)

        return await super()._find(checked)


@asynccontextmanager
async def chat(
    workspace: Workspace, token: str | None, *, resume: str | None = None, origin: str | None = None
) -> AsyncIterator[Customer]:
    """An open customer socket that has said hello."""
    query = f"?resume={resume}" if resume is not None else ""
    url = workspace.url.replace("http", "ws") + "/v1/customer-socket" + query
    protocols = [PROTOCOL] if token is None else [PROTOCOL, Subprotocol(f"bearer.{token}")]
    async with connect(url, subprotocols=protocols, origin=Origin(origin) if origin else None) as socket:
        assert socket.subprotocol == PROTOCOL
        client = Customer("customer", socket)
        client.hello = await client.expect("hello")
        yield client


async def refusal(
    workspace: Workspace, token: str | None, *, resume: str | None = None, origin: str | None = None
) -> dict[str, Any]:
    """The problem document with which a handshake is refused."""
    with pytest.raises(InvalidStatus) as refused:
        async with chat(workspace, token, resume=resume, origin=origin):
            pass
    response = refused.value.response
    assert response.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = json.loads(response.body or b"")
    assert document["status"] == response.status_code
    return document
