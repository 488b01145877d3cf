"""The story of an outage, told through the public interface: from the first unusual minute to the customer for whom it
is not over.
"""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

from tests.support.events import assert_documented
from tests.support.incidents import act, read, until_informed, with_services
from tests.support.receiver import receiving
from tests.support.service import Workspace, eventually

FLOOD = 45  # more than twice what a bucket of five minutes needs: it may lie over two of them
ANSWERED = 50
SAID = "I cannot sign in, the page says Gateway error"
STATUS = {
    "en": "Sign-in is down in the north. We work on it.",
    "de": "Die Anmeldung im Norden ist gestört. Wir arbeiten daran.",
}
FIXED = {"en": "Sign-in works again.", "de": "Die Anmeldung geht wieder."}


async def customers(workspace: Workspace, how_many: int, **contact: Any) -> list[dict[str, Any]]:
    """Each writes once, over chat, from the north."""
    posts = (
        workspace.post(
            SAID,
            topic="sign_in",
            language="de" if number % 2 else "en",
            context={"region": "North"},
            channel_ref=f"chat-{number}",
            customer={"external_id": f"customer {number}"},
            **contact,
        )
        for number in range(how_many)
    )
    return list(await asyncio.gather(*posts))


async def proposed(workspace: Workspace) -> dict[str, Any]:
    async def found() -> dict[str, Any] | None:
        items = (await workspace.api.get("/v1/incidents", params={"state": "proposed"})).json()["items"]
        return items[0] if items else None

    incident: dict[str, Any] = await eventually(found, seconds=20)
    return incident


async def test_an_outage_from_the_surge_to_the_one_for_whom_it_is_still_broken(
    make: Callable[..., Awaitable[Workspace]],
) -> None:
    """Surge, proposal, declaration; fifty answered without an agent, informed of the fix once each; one comes back,
    first in line.
    """
    workspace = await make(with_services())
    async with receiving() as adapter, workspace.desk("ann") as ann, workspace.desk("fred") as fred:
        hook = {"url": adapter.url, "events": ["contact.informed"]}
        secret = (await workspace.api.put("/v1/webhooks/chat_adapter", json=hook)).json()["secret"]

        # Suddenly many cannot sign in: an incident is proposed, and answers nobody yet.
        assert {contact["route"]["outcome"] for contact in await customers(workspace, FLOOD)} <= {
            "automation",
            "community",
            "agent",
        }
        incident = await proposed(workspace)
        assert (incident["source"], incident["topics"], incident["regions"]) == ("surge", ["sign_in"], ["north"])
        assert "gateway" in incident["evidence"]["words"]
        assert incident["evidence"]["seen"] >= 10 * incident["evidence"]["expected"]

        # A person declares it: from now on it answers, for all customers whom it is about, and for nobody else.
        await act(workspace, incident["id"], "declare", status=STATUS)
        answered = await customers(workspace, ANSWERED)
        assert Counter(contact["route"]["outcome"] for contact in answered) == {"incident": ANSWERED}
        assert Counter(contact["route"]["message"] for contact in answered) == Counter(
            list(STATUS.values()) * (ANSWERED // 2)
        )
        stolen = await workspace.post(
            "my card was stolen and I cannot sign in", topic="card_fraud", context={"region": "north"}
        )
        assert (await fred.expect("offer.created"))["contact"]["id"] == stolen["id"]

        # It is fixed: each of the fifty is told once, over the channel they came by, in their language.
        await act(workspace, incident["id"], "fix", status=FIXED)
        told = [one.event["data"] for one in await adapter.until(ANSWERED)]
        assert {(one["contact"], one["channel_ref"], one["status_text"], one["kind"]) for one in told} == {
            (contact["id"], f"chat-{number}", FIXED["de" if number % 2 else "en"], "fixed")
            for number, contact in enumerate(answered)
        }
        assert all(one.signed_by(secret) for one in adapter.received)
        await until_informed(workspace, incident["id"])

        # For one it is still broken: a person takes it, before others of its age.
        (unlucky,) = [contact for contact in answered if contact["route"]["message"] == STATUS["de"]][:1]
        returned = await workspace.api.post(f"/v1/contacts/{unlucky['id']}/still_broken")
        assert (returned.status_code, returned.json()["route"]["outcome"]) == (200, "agent")
        offer = await ann.expect("offer.created")
        assert offer["contact"]["id"] == unlucky["id"]
        assert (await workspace.contact(unlucky["id"]))["priority"] == 5
        await ann.do("offer.accept", offer_id=offer["offer_id"])

        found = await read(workspace, incident["id"])
        counts = {"subscribers": ANSWERED, "informed": ANSWERED, "still_broken": 1, "contacts_spared": ANSWERED - 1}
        assert {name: found[name] for name in counts} == counts
        assert len(adapter.received) == ANSWERED
        assert_documented(adapter.received[0].event)
