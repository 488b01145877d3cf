"""The audit trail of what belongs to a sensitive contact: what was to be done for it, and why that was refused."""

from collections.abc import Awaitable, Callable
from typing import Any

from tests.privacy.test_runs import free, waiting
from tests.support.outbound import by, key_of
from tests.support.service import Workspace
from tests.support.target import running_target
from tests.workflows.test_approvals import decision

Make = Callable[..., Awaitable[Workspace]]

GRIEF = "my husband died yesterday, I cannot pay any of this and I do not know what to do"


async def trail(workspace: Workspace, *scopes: str) -> list[dict[str, Any]]:
    """What a key with these scopes reads of runs in the trail, the oldest first."""
    query: dict[str, str | int] = {"action": "run.*", "limit": 200}
    answer = await workspace.api.get("/v1/audit", params=query, headers=by(await key_of(workspace, *scopes)))
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found[::-1]


async def test_acts_on_runs_of_sensitive_contacts_are_told_only_with_the_scope(make: Make) -> None:
    """Why a run was declined is in a colleague's own words, and what was to be done says what the matter is."""
    async with running_target() as target:
        workspace = await free(make, target)
        contact, calm = [await workspace.post("hello", customer={"external_id": one}) for one in ("kim", "sam")]
        run, _ = await waiting(workspace, contact=contact["id"])
        other, _ = await waiting(workspace, contact=calm["id"])
        said = {"kind": "customer", "text": GRIEF}
        answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/messages", json=said)
        assert answer.status_code == 201, answer.text
        assert (await workspace.contact(contact["id"]))["sensitive"]
        boss = by(await key_of(workspace, "runs:approve", "runs:read", "contacts:sensitive"))
        for one in (run, other):
            declined = {**decision(one, reason="a widow"), "decision": "decline"}
            path = f"/v1/runs/{one['id']}/approval"
            done = await workspace.api.post(path, json=declined, headers=boss)
            assert done.status_code == 200, done.text
        acts = [(one["action"], one["target"], one["reason"]) for one in await trail(workspace, "audit:read")]
        assert acts == [("run.started", "refund", None), ("run.declined", other["id"], "a widow")]
        assert len(await trail(workspace, "audit:read", "contacts:sensitive")) == 4
