"""Retention: what a workspace keeps for a time goes then, with all that has its words; open conversations stay whole."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from pydantic import ValidationError
from sqlalchemy import text

from mci_router.clock import utc_now
from mci_router.conversations import retention
from mci_router.models.partitions import MESSAGES
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.workspace import WorkspaceSpec
from tests.api.test_message_changes import left, patch
from tests.api.test_messages import say, window
from tests.lifecycle.test_round_trip import SUMMARY, back, goes, posted
from tests.support.conversations import until_ledger
from tests.support.documents import small
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]
DAY_S = 86_400
CHAT = {"channel": "chat", "customer": {"external_id": "u1"}}


async def test_messages_of_contacts_that_have_ended_go_after_their_time(make: Make) -> None:
    workspace = await make(small())
    ended = await workspace.post("my quokka parcel is late", channel_ref="one", **CHAT)
    said = (await say(workspace, ended["id"], "the quokka one", channel_message_id="m1"))["message"]
    assert (await patch(workspace, said["id"], "the quokka parcel")).status_code == 200
    still_open = await workspace.post("my numbat parcel is late", channel_ref="two", **CHAT)
    await workspace.api.post(f"/v1/contacts/{ended['id']}/resolve")
    await until_ledger(workspace, ended["id"], state="resolved")
    soon, later = utc_now() + timedelta(seconds=DAY_S - 60), utc_now() + timedelta(seconds=DAY_S + 60)
    for keep_s, now in ((0, later), (DAY_S, soon)):
        await retention.forget(workspace.database, workspace.id, keep_s, now)
        assert await left(workspace, "quokka") >= 4
    for _ in range(2):
        await retention.forget(workspace.database, workspace.id, DAY_S, later)
        assert (await left(workspace, "quokka"), await left(workspace, "numbat") > 1) == (0, True)
    found = await window(workspace, still_open["case_id"])
    assert [item["contact_id"] for item in found["items"]] == [still_open["id"]]
    seen = await workspace.contact(ended["id"])
    assert (seen["state"], seen["text"]) == ("resolved", "")


async def test_what_a_customer_said_to_a_summary_is_kept_with_its_question(make: Make) -> None:
    """A no stays a no while the question is there, also where older messages of the contact are gone."""
    workspace = await make(small())
    contact, _ = await posted(workspace)
    await goes(workspace, contact, "one_to_one")
    await back(workspace, contact, SUMMARY)
    await workspace.api.post(f"/v1/contacts/{contact['id']}/resolve")
    await until_ledger(workspace, contact["id"], state="resolved")
    async with workspace.ledger() as session:
        older = """
            UPDATE messages SET received_at = received_at - interval '2 hours'
            WHERE workspace_id = :workspace AND kind = 'customer'
        """
        await session.execute(text(older), {"workspace": workspace.id})
    questions = text("SELECT count(*) FROM summary_consents WHERE workspace_id = :workspace")
    for hours, left_then in ((1, 1), (-1, 0)):
        now = utc_now() + timedelta(seconds=DAY_S) - timedelta(hours=hours)
        await retention.forget(workspace.database, workspace.id, DAY_S, now)
        async with workspace.ledger() as session:
            assert await session.scalar(questions, {"workspace": workspace.id}) == left_then


def test_months_are_looked_at_for_the_workspace_that_keeps_least() -> None:
    """Nothing is, where all keep their messages for ever; a month goes only once nothing of it is left."""

    def keeping(keep_s: float) -> Snapshot:
        spec = WorkspaceSpec(name="w", title="W", messages_keep_s=keep_s)
        return Snapshot("wsp_a", 1, spec, {}, {}, {}, {}, {}, {}, {}, {})

    assert retention.shortest([keeping(0), keeping(2 * DAY_S), keeping(DAY_S)]) == DAY_S
    assert retention.shortest([keeping(0)]) == retention.shortest([]) == 0
    assert MESSAGES.unfinished == "true"
    with pytest.raises(ValidationError):
        keeping(-1)
