"""A query parameter that a route does not know is refused: a typing error must not silently answer something else."""

from typing import Any

import pytest

from tests.support.contract import openapi_document
from tests.support.problems import assert_problem
from tests.support.rows import every
from tests.support.service import Workspace

PATHS = openapi_document()["paths"]
OPERATIONS = [(method, path) for path, item in PATHS.items() for method in item]
PARAMETERS = [
    (path, parameter["name"])
    for path, item in PATHS.items()
    for parameter in item.get("get", {}).get("parameters", ())
    if parameter["in"] == "query" and "text/event-stream" not in item["get"]["responses"]["200"].get("content", {})
]
PART = "x" * 8


@every("method, path", OPERATIONS)
async def test_every_route_refuses_a_query_parameter_that_it_does_not_know(
    shared: Workspace, method: str, path: str
) -> None:
    """422 before anything is done, with the name, whatever else there is to say of the request."""
    parts = [PART if part.startswith("{") else part for part in path.split("/")]
    answer = await shared.api.request(method, "/".join(parts), params={"no_such_parameter": "1"})
    told = assert_problem(answer, 422, "invalid_request", "query.no_such_parameter")
    assert "no_such_parameter" in told["detail"]


@pytest.mark.parametrize(
    ("path", "query", "says"),
    [
        ("/v1/reports/service-level", {"unti": "2026-01-01T00:00:00Z", "format": "csv"}, "Did you mean until?"),
        ("/v1/contacts", {"sate": "queued"}, "Did you mean state?"),
        (
            "/v1/contacts",
            {"zzzzzz": "1"},
            "This route takes channel_ref, cursor, customer, kind, limit, queue, since, state, topic, until",
        ),
        ("/v1/topics", {"limit": "5"}, "takes no query parameters"),
        ("/v1/contacts", {"x" * 10_000: "1"}, "x" * 60 + ": is unknown"),
    ],
)
async def test_the_refusal_says_what_was_meant(shared: Workspace, path: str, query: dict[str, str], says: str) -> None:
    """The nearest name, or all that the route takes; never more of what was sent than a line."""
    assert says in assert_problem(await shared.api.get(path, params=query), 422, "invalid_request", "query.")["detail"]


async def test_one_value_that_is_sent_twice_is_refused(shared: Workspace) -> None:
    """Which of the two was meant nobody can tell."""
    answer = await shared.api.get("/v1/contacts?limit=1&limit=2")
    assert "is sent 2 times" in assert_problem(answer, 422, "invalid_request", "query.limit")["detail"]


@pytest.mark.parametrize("page", ["/docs", "/desk", "/wallboard", "/docs/start.js"])
async def test_pages_take_whatever_was_added_to_their_address(shared: Workspace, page: str) -> None:
    """As mail programs and proxies do."""
    assert (await shared.api.get(page, params={"utm_source": "mail"})).status_code == 200


async def test_what_a_route_knows_it_takes(shared: Workspace) -> None:
    """Every parameter of a list at once."""
    query: dict[str, Any] = {"state": "queued", "queue": "desk", "kind": "customer", "limit": 1}
    assert (await shared.api.get("/v1/contacts", params=query)).status_code == 200


@every("path, name", PARAMETERS)
async def test_no_value_of_a_query_parameter_is_an_error_of_ours(shared: Workspace, path: str, name: str) -> None:
    """Blanks, and moments at the ends of time: it is answered, or refused as the client's mistake."""
    parts = [PART if part.startswith("{") else part for part in path.split("/")]
    for value in ("", " ", ",", "9" * 40, "0001-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59Z"):
        answer = await shared.api.get("/".join(parts), params={name: value})
        assert answer.status_code < 500, (value, answer.text)


@pytest.mark.parametrize("name", ["email", "phone", "external_id"])
async def test_a_search_for_nothing_does_not_find_everybody(shared: Workspace, name: str) -> None:
    """A program that has lost the address would take the first customer for the one it looks for."""
    assert_problem(await shared.api.get("/v1/customers", params={name: ""}), 422, "invalid_request", f"query.{name}")


async def test_a_row_of_an_agent_needs_an_agent(shared: Workspace) -> None:
    """The report of agents cannot add them all together."""
    answer = await shared.api.get("/v1/reports/agents", params={"group_by": ""})
    assert_problem(answer, 422, "invalid_request", "query.group_by")
