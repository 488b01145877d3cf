"""The status page: what anybody may read of hours, promises, incidents and maintenance, and nothing else."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from mci_router.api.parts import Parts
from mci_router.clock import moment, utc_now
from tests.api.test_interim_service_levels import launch
from tests.support.documents import small
from tests.support.help_pages import Parsed
from tests.support.incidents import act, incident
from tests.support.service import TLS, Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
_addresses = count(1)

PRIVATE = ("fred", "fraud_desk", "card_fraud", "complaint", "billing")
"""Agents, queues and topics: nobody's business."""


def with_status(**said: Any) -> dict[str, Any]:
    document = small()
    document["workspace"]["status_page"] = {"channels": ["voice", "chat"], **said}
    return document


@pytest.fixture
async def stranger() -> AsyncIterator[httpx.AsyncClient]:
    """Somebody without a key, from an address of their own."""
    headers = {"X-Forwarded-For": f"198.51.100.{next(_addresses)}"}
    async with httpx.AsyncClient(timeout=10, verify=TLS, headers=headers, follow_redirects=True) as client:
        yield client


@pytest.fixture
def afresh(service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing that a page says is kept."""
    monkeypatch.setattr(service[1].status, "fresh_s", 0)


async def read(stranger: httpx.AsyncClient, workspace: Workspace, path: str = "/", **query: str) -> httpx.Response:
    answer = await stranger.get(f"{workspace.url}/status/{workspace.name}{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer


async def data(stranger: httpx.AsyncClient, workspace: Workspace, **query: str) -> dict[str, Any]:
    found: dict[str, Any] = (await read(stranger, workspace, ".json", **query)).json()
    return found


@pytest.mark.usefixtures("afresh")
async def test_a_page_says_how_things_stand(make: Make, stranger: httpx.AsyncClient) -> None:
    """Hours and promises by channel, what is broken with its words, what is planned; in both languages, as both forms."""
    workspace = await make(with_status() | {"interim_service_levels": [launch(title="Launch")]})
    fine = await data(stranger, workspace)
    assert (fine["state"], fine["incidents"], fine["maintenance"]) == ("operational", [], [])
    assert [one["channel"] for one in fine["channels"]] == ["voice", "chat"]
    assert fine["channels"][0]["hours"] == ["At any time"]
    assert fine["channels"][0]["promises"] == [
        {"title": of, "within_s": hours * 3_600} for of, hours in (("P1", 4), ("P2", 24), ("P3", 72))
    ]
    assert fine["channels"][0]["promised_until"] == launch()["ends_on"]
    made = await incident(workspace, title="Nobody signs in")
    starts = moment(utc_now() + timedelta(hours=2))
    await incident(workspace, title="New cables", starts_at=starts, ends_at=moment(utc_now() + timedelta(hours=3)))
    broken = await data(stranger, workspace, lang="de")
    assert broken["state"] == "incident"
    assert [one["title"] for one in broken["incidents"]] == ["Nobody signs in"]
    assert broken["incidents"][0]["text"].startswith("Die Anmeldung ist gestört.")
    assert [one["starts_at"] for one in broken["maintenance"]] == [starts]
    text = Parsed((await read(stranger, workspace, lang="de")).text).text
    for said in ("Etwas funktioniert gerade nicht", "Nobody signs in", "New cables", "P1: innerhalb von 4 Stunden"):
        assert said in text
    await act(workspace, made["id"], "fix", status={"en": "It works."})
    assert (await data(stranger, workspace))["past"][0]["text"] == "It works."


async def test_nothing_private_stands_there(make: Make, stranger: httpx.AsyncClient) -> None:
    """No agent, no queue, no topic; and no incident that is only proposed."""
    workspace = await make(with_status())
    await incident(workspace, declare=False, title="Perhaps a fire")
    for path in ("/", ".json"):
        said = (await read(stranger, workspace, path)).text
        assert not [word for word in (*PRIVATE, "fire") if word in said]


@pytest.mark.usefixtures("afresh")
async def test_the_wait_is_told_in_whole_minutes(make: Make, stranger: httpx.AsyncClient) -> None:
    """While somebody works, what a customer of the channel has to expect, rounded up: no stranger counts contacts."""
    workspace = await make(with_status(channels=["chat"]))
    async with workspace.desk("ann"):

        async def known() -> list[int] | None:
            waits: list[int] | None = (await data(stranger, workspace))["channels"][0]["expected_wait_s"]
            return waits

        waits = await eventually(known)
    assert len(waits) == 2
    assert all(wait % 60 == 0 for wait in waits)


async def test_who_has_no_page_has_none(make: Make, stranger: httpx.AsyncClient) -> None:
    """A workspace opts in; of one that has not, as of one that is not there, there is a page that says so."""
    workspace = await make(small())
    for name in (workspace.name, "nobody"):
        for path in ("/", ".json", "/files/portal.css"):
            answer = await stranger.get(f"{workspace.url}/status/{name}{path}")
            assert answer.status_code == 404
            assert answer.headers["content-type"].startswith("text/html")


async def test_the_only_workspace_is_found_without_its_name(make: Make, stranger: httpx.AsyncClient) -> None:
    """`/status/name` leads to the page; its files and odd paths below it are pages too; no script is loaded."""
    workspace = await make(with_status())
    led = await stranger.get(f"{workspace.url}/status/{workspace.name}")
    assert led.url.path == f"/status/{workspace.name}/"
    assert (await read(stranger, workspace, "/files/portal.css")).headers["content-type"].startswith("text/css")
    assert (await stranger.get(f"{workspace.url}/status/{workspace.name}/nothing/there")).status_code == 404
    answer = await read(stranger, workspace)
    assert "<script" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_many_strangers_cost_one_look(
    make: Make, stranger: httpx.AsyncClient, service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty requests at once, and then an incident: within the board's seconds all read what was made once."""
    monkeypatch.setattr(service[1].status, "fresh_s", 3_600)
    workspace = await make(with_status())
    pages = await asyncio.gather(*(data(stranger, workspace) for _ in range(20)))
    await incident(workspace, title="Nobody signs in")
    assert {page["state"] for page in (*pages, await data(stranger, workspace))} == {"operational"}


async def test_a_stranger_who_asks_too_often_waits(make: Make, settings: Any) -> None:
    """Of one address as many pages a minute as of the help portal; another address is served on."""
    workspace = await make(with_status())
    one, other = ({"X-Forwarded-For": f"192.0.2.{place}"} for place in (77, 78))
    async with httpx.AsyncClient(timeout=20, verify=TLS) as client:
        url = f"{workspace.url}/status/{workspace.name}.json"
        answers = [(await client.get(url, headers=one)).status_code for _ in range(settings.portal_pages_per_min + 20)]
        assert answers[0] == 200
        assert 429 in answers
        assert (await client.get(url, headers=other)).status_code == 200
