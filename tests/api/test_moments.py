"""Moments at the ends of time, as an empty field of another system is written: refused, or taken for none."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.support.conversations import accepted, staffed
from tests.support.problems import assert_problem
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]

ENDS_OF_TIME = (
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59Z",
    "9999-12-31T23:59:59-14:00",
)
SPEC = {"title": "No internet", "topics": ["how_to"], "status": {"en": "We are on it."}}


@pytest.mark.parametrize("member", ["expected_fix_at", "starts_at"])
async def test_an_incident_at_the_end_of_time_is_refused(workspace: Workspace, member: str) -> None:
    """It would keep all incidents from being read."""
    for moment in ENDS_OF_TIME:
        answer = await workspace.api.post("/v1/incidents", json={**SPEC, member: moment})
        assert_problem(answer, 422, "invalid_request", f"body.{member}")
    assert (await workspace.api.get("/v1/incidents")).json()["items"] == []


async def test_a_message_from_a_channel_without_a_clock_is_heard_and_read(make: Make) -> None:
    """The desk shows it with the time at which it came in, and so does the case; nobody's connection ends by it."""
    workspace = await make(staffed())
    async with workspace.desk("ann") as ann:
        contact = await workspace.post("a formal complaint, I demand a manager", channel_ref="room-7")
        await accepted(ann, contact["id"])
        for moment in ENDS_OF_TIME:
            sent: dict[str, Any] = {"channel": "chat", "channel_ref": "room-7", "text": moment, "occurred_at": moment}
            taken = await workspace.api.post("/v1/messages", json={**sent, "customer": {"trust": "authenticated"}})
            assert taken.status_code == 201, taken.text
            heard = (await ann.expect("message.created"))["message"]
            assert (heard["text"], heard["occurred_at"]) == (moment, heard["received_at"])
        read = await workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")
        assert [message["text"] for message in read.json()["items"]][-len(ENDS_OF_TIME) :] == list(ENDS_OF_TIME)
