"""Paths as nobody should write them: each is a problem that says so, and never a failure."""

import re

import httpx
import pytest

from tests.support.contract import openapi_document
from tests.support.problems import assert_problem
from tests.support.service import PATIENCE_S, TLS, Workspace

PATHS = openapi_document()["paths"]
METHODS = ("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE")
PARAMETER = re.compile(r"\{\w+\}")
ODD = {
    "NUL": "a%00b",
    "no UTF-8": "%ff%fe",
    "emoji": "%F0%9F%92%A9",
    "a slash": "a%2Fb",
    "dots": "..%2f..%2fetc",
    "a quote": "%27;--",
    "a line end": "desk%0A",
    "blanks": "%20desk%20",
    "very long": "x" * 5_000,
}
READ_BY_ALL = ("NUL", "no UTF-8", "a line end", "very long")  # on their way to the database, or by a pattern
FEW = 2  # methods that a path does not have, of eight


@pytest.mark.parametrize("odd", ODD)
async def test_an_odd_name_or_id_is_a_problem_on_every_route(shared: Workspace, odd: str) -> None:
    """404, or 422 where it would be the name of something new, whatever the method; an empty body must not hide it.

    What is a text like any other, or is another path, is tried by one method of each path, in turn.
    """
    for number, path in enumerate(filter(PARAMETER.search, PATHS)):
        operations = list(PATHS[path].items())
        for method, operation in operations if odd in READ_BY_ALL else [operations[number % len(operations)]]:
            body: dict[str, str] | None = {} if "requestBody" in operation else None
            answer = await shared.api.request(method.upper(), PARAMETER.sub(ODD[odd], path), json=body)
            assert answer.status_code in (401, 404, 422), (method, path, answer.text)
            assert answer.headers["Content-Type"] == "application/problem+json", (method, path)


async def test_a_method_that_a_path_does_not_have_is_refused_with_those_it_has(shared: Workspace) -> None:
    """405 with `Allow`, for every path of the contract: for each a few of the methods that it does not have, in turn."""
    for number, (path, item) in enumerate(PATHS.items()):
        absent = [method for method in METHODS if method.lower() not in item]
        for method in (absent[(number * FEW + more) % len(absent)] for more in range(FEW)):
            answer = await shared.api.request(method, PARAMETER.sub("x", path))
            assert answer.status_code == 405, (method, path)
            assert answer.headers["Allow"].split(", ") == sorted(known.upper() for known in item), (method, path)
            if method != "HEAD":
                assert_problem(answer, 405, "method_not_allowed")


async def test_pages_say_which_methods_they_have(shared: Workspace) -> None:
    """Although the contract does not list them."""
    answer = await shared.api.post("/docs")
    assert_problem(answer, 405, "method_not_allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("path", ["/v1/agent-socket", "/v1/customer-socket"])
async def test_a_socket_says_so_to_who_asks_for_none(shared: Workspace, path: str) -> None:
    """A proxy that keeps `Upgrade` to itself makes a plain GET of every handshake."""
    async with httpx.AsyncClient(base_url=shared.url, timeout=PATIENCE_S, verify=TLS) as client:
        answer = await client.get(path)
        assert_problem(answer, 426, "socket_needed")
        assert answer.headers["Upgrade"] == "websocket"
        assert_problem(await client.post(path), 405, "method_not_allowed")


@pytest.mark.parametrize("sought", ["(", "\x1b,(", "''", "\U0001f6aa\r", "& | !", "%", "\\", ":*"])
@pytest.mark.parametrize("parameter", ["q", "email", "phone", "external_id"])
async def test_customers_are_sought_by_whatever_somebody_types(shared: Workspace, parameter: str, sought: str) -> None:
    """Signs alone are nobody's name and nobody's address."""
    found = await shared.api.get("/v1/customers", params={parameter: sought})
    assert (found.status_code, found.json()["items"]) == (200, [])


@pytest.mark.parametrize(
    "path", ["/v1/customers?q=a%00b", "/v1/customers?phone=%00", "/v1/opt-outs?address=%00", "/v1/contacts?queue=%00"]
)
async def test_a_character_that_no_database_holds_is_refused_in_a_query(shared: Workspace, path: str) -> None:
    """422 with the parameter, on whichever route."""
    assert_problem(await shared.api.get(path), 422, "invalid_request", "query.")
