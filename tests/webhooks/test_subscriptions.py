"""Webhooks over REST: made, read, changed, tried out, given new secrets; and their deliveries made again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from mci_router.api.parts import Parts
from mci_router.clock import moment, utc_now
from tests.support.problems import assert_problem
from tests.support.receiver import Receiver
from tests.support.service import Workspace, eventually
from tests.webhooks.support import contacts, deliveries, entry, hook, outbox, tell, until_states

NOWHERE = "https://8.8.8.8/hook"
ROUTES = [
    ("GET", "/v1/webhooks/crm", None),
    ("PATCH", "/v1/webhooks/crm", {"active": True}),
    ("DELETE", "/v1/webhooks/crm", None),
    ("POST", "/v1/webhooks/crm/rotate-secret", None),
    ("GET", "/v1/webhooks/crm/deliveries", None),
    ("POST", "/v1/webhooks/crm/redeliver", {"since": "2026-01-01T00:00:00Z"}),
    ("POST", f"/v1/webhooks/crm/deliveries/msg_{0:032x}/redeliver", None),
    ("POST", "/v1/webhooks/crm/test", None),
]


async def key_with(workspace: Workspace, *scopes: str) -> dict[str, str]:
    made = (await workspace.api.post("/v1/api-keys", json={"name": "some", "scopes": list(scopes)})).json()
    return {"Authorization": f"Bearer {made['key']}"}


# Making and changing


@pytest.fixture
def workspace(cleared: Workspace) -> Workspace:
    """One for all: what a test tells is of contacts and webhooks of its own, and no agent is there."""
    return cleared


async def test_a_webhook_is_made_with_its_secret_and_never_shows_it_again(workspace: Workspace) -> None:
    """201 with the secret; replaced, read, listed and changed it is without."""
    made = await hook(workspace, NOWHERE, events=["contact.*"], queues=["desk"], channels=["chat"])
    secret = made.pop("secret")
    assert secret.startswith("whsec_")
    assert (made["name"], made["active"], made["version"], made["sensitive"]) == ("crm", True, 1, "excluded")
    replaced = await workspace.api.put("/v1/webhooks/crm", json={"url": NOWHERE})
    assert (replaced.status_code, replaced.json()["secret"], replaced.json()["events"]) == (200, None, ["*"])
    others = [
        await workspace.api.get("/v1/webhooks"),
        await workspace.api.get("/v1/webhooks/crm"),
        await workspace.api.get(f"/v1/webhooks/{made['id']}"),
        await workspace.api.patch("/v1/webhooks/crm", json={"events": ["offer.*"]}),
    ]
    for answer in [replaced, *others]:
        assert answer.status_code == 200
        assert secret not in answer.text
        assert "whsec_" not in answer.text


async def test_the_same_put_again_changes_nothing(workspace: Workspace) -> None:
    """Neither version nor time; another one raises the version."""
    first = await hook(workspace, NOWHERE)
    again = (await workspace.api.put("/v1/webhooks/crm", json={"url": NOWHERE})).json()
    assert again == {**first, "secret": None}
    assert (await workspace.api.put("/v1/webhooks/crm", json={"url": NOWHERE, "events": ["offer.*"]})).json()[
        "version"
    ] == 2


async def test_two_people_do_not_overwrite_each_other(workspace: Workspace) -> None:
    """`If-Match` with an older `ETag` is refused, for each way to change; with the right one it is not."""
    await hook(workspace, NOWHERE)
    etag = (await workspace.api.get("/v1/webhooks/crm")).headers["ETag"]
    changed = await workspace.api.patch("/v1/webhooks/crm", json={"events": ["offer.*"]}, headers={"If-Match": etag})
    assert changed.headers["ETag"] == '"2"' != etag
    stale = {"If-Match": etag}
    assert_problem(
        await workspace.api.patch("/v1/webhooks/crm", json={"active": False}, headers=stale), 412, "version_mismatch"
    )
    assert_problem(
        await workspace.api.put("/v1/webhooks/crm", json={"url": NOWHERE}, headers=stale), 412, "version_mismatch"
    )
    assert_problem(
        await workspace.api.put("/v1/webhooks/new", json={"url": NOWHERE}, headers=stale), 412, "version_mismatch"
    )
    assert_problem(await workspace.api.delete("/v1/webhooks/crm", headers=stale), 412, "version_mismatch")
    assert (await workspace.api.delete("/v1/webhooks/crm", headers={"If-Match": '"2"'})).status_code == 204


@pytest.mark.parametrize(
    ("spec", "where"),
    [
        ({}, "body.url"),
        ({"url": ""}, "body.url"),
        ({"url": NOWHERE + "x" * 2_000}, "body.url"),
        ({"url": NOWHERE, "events": []}, "body.events"),
        ({"url": NOWHERE, "events": ["contact queued"]}, "body.events.0"),
        ({"url": NOWHERE, "events": ["*.queued"]}, "body.events.0"),
        ({"url": NOWHERE, "events": ["contact.*", "contact.queud"]}, "body.events.1"),
        ({"url": NOWHERE, "events": ["contacts.*"]}, "body.events.0"),
        ({"url": NOWHERE, "events": ["contact.*"] * 51}, "body.events"),
        ({"url": NOWHERE, "queues": ["Not A Name"]}, "body.queues.0"),
        ({"url": NOWHERE, "queues": ["desk"] * 51}, "body.queues"),
        ({"url": NOWHERE, "channels": ["fax"]}, "body.channels.0"),
        ({"url": NOWHERE, "sensitive": "yes"}, "body.sensitive"),
        ({"url": NOWHERE, "secret": "whsec_mine"}, "body.secret"),
    ],
)
async def test_a_webhook_that_is_not_right_is_refused(shared: Workspace, spec: dict[str, Any], where: str) -> None:
    """422 with the place; bounded in every direction."""
    assert_problem(await shared.api.put("/v1/webhooks/crm", json=spec), 422, "invalid_request", where)
    assert (await shared.api.get("/v1/webhooks")).json()["items"] == []


async def test_an_event_that_does_not_exist_is_refused_with_the_nearest_name(workspace: Workspace) -> None:
    """On both ways to write a webhook: what is misspelt would never be heard of."""
    await hook(workspace, NOWHERE)
    for answer in (
        await workspace.api.put("/v1/webhooks/crm", json={"url": NOWHERE, "events": ["offer.acepted"]}),
        await workspace.api.patch("/v1/webhooks/crm", json={"events": ["offer.acepted"]}),
    ):
        assert_problem(answer, 422, "invalid_request")
        (fault,) = answer.json()["errors"]
        assert fault["problem"] == "There is no event 'offer.acepted'. Did you mean 'offer.accepted'?"


async def test_a_patch_that_is_not_right_is_refused(workspace: Workspace) -> None:
    """As a whole webhook would be; and a name cannot be changed."""
    await hook(workspace, NOWHERE)
    for patch in (
        {"events": None, "url": None},
        {"active": "perhaps"},
        {"version": 9},
        {"queues": 3},
        {"name": "other"},
    ):
        assert_problem(await workspace.api.patch("/v1/webhooks/crm", json=patch), 422, "invalid_request")


async def test_a_queue_that_is_not_there_is_refused(workspace: Workspace) -> None:
    """A typing error would never be heard of."""
    assert_problem(
        await workspace.api.put("/v1/webhooks/crm", json={"url": NOWHERE, "queues": ["dsek"]}), 422, "unknown_queue"
    )


async def test_a_name_is_one_as_everywhere(workspace: Workspace) -> None:
    """Anything else cannot be made, and is not there."""
    for name in ("Big", "with-dash", "x" * 65):
        assert_problem(
            await workspace.api.put(f"/v1/webhooks/{name}", json={"url": NOWHERE}),
            422,
            "invalid_request",
            "path.reference",
        )
        assert_problem(await workspace.api.get(f"/v1/webhooks/{name}"), 404, "not_found")


async def test_a_workspace_has_so_many_webhooks_and_no_more(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """Also when they are made at once; those that are there can still be changed."""
    most = service[1].settings.webhooks_most
    made = await asyncio.gather(
        *(workspace.api.put(f"/v1/webhooks/w{n}", json={"url": NOWHERE}) for n in range(most + 3))
    )
    refused = [response for response in made if response.status_code != 201]
    assert len(refused) == 3
    for response in refused:
        assert_problem(response, 409, "too_many_webhooks")
    kept = (await workspace.api.get("/v1/webhooks")).json()["items"]
    assert len(kept) == most
    assert (
        await workspace.api.put(f"/v1/webhooks/{kept[0]['name']}", json={"url": NOWHERE, "active": False})
    ).status_code == 200


async def test_two_who_make_the_same_webhook_make_one(workspace: Workspace) -> None:
    """One gets its secret."""
    answers = await asyncio.gather(*(workspace.api.put("/v1/webhooks/crm", json={"url": NOWHERE}) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 201]


async def test_a_deleted_webhook_is_told_nothing_more(workspace: Workspace, receiver: Receiver) -> None:
    """Not even what was pending; under its name a new one begins without deliveries."""
    await hook(workspace, receiver.url, events=["offer.*"])
    (contact,) = await contacts(workspace)
    await hook(workspace, f"{receiver.url}/other", "other", events=["contact.relaxed"])
    receiver.answer, receiver.headers = lambda _: 503, {"Retry-After": "1"}
    await tell(workspace, entry("offer.created", contact))
    await receiver.until(1)
    await tell(workspace, entry("contact.relaxed", contact))
    await receiver.until(2)
    assert (await workspace.api.delete("/v1/webhooks/crm")).status_code == 204
    assert_problem(await workspace.api.get("/v1/webhooks/crm"), 404, "not_found")
    await hook(workspace, receiver.url, events=["offer.*"])
    assert await deliveries(workspace) == []
    await receiver.until(3)  # the other's second attempt, which is due after that of the deleted one
    assert [one.type for one in receiver.received] == [
        "mci.offer.created",
        "mci.contact.relaxed",
        "mci.contact.relaxed",
    ]


# Who may


async def test_reading_and_changing_need_their_scopes(workspace: Workspace) -> None:
    """`webhooks:read` reads, `webhooks:write` changes, and neither does the other."""
    await hook(workspace, NOWHERE)
    reader, writer = await key_with(workspace, "webhooks:read"), await key_with(workspace, "webhooks:write")
    for method, path, body in ROUTES:
        right, wrong = (reader, writer) if method == "GET" else (writer, reader)
        refused = await workspace.api.request(method, path, json=body, headers=wrong)
        assert_problem(refused, 403, "scope_missing")
        if method != "DELETE":
            allowed = await workspace.api.request(method, path, json=body, headers=right)
            assert allowed.status_code in (200, 202, 404), allowed.text


async def test_only_who_may_read_sensitive_contacts_lets_others_hear_of_them(workspace: Workspace) -> None:
    """Neither to begin with nor by a change, such as of the target, of a webhook that does."""
    writer = await key_with(workspace, "webhooks:write")
    for sensitive in ("included", "only"):
        refused = await workspace.api.put(
            "/v1/webhooks/crm", json={"url": NOWHERE, "sensitive": sensitive}, headers=writer
        )
        assert assert_problem(refused, 403, "scope_missing")["scopes"] == ["contacts:sensitive"]
    await hook(workspace, NOWHERE, sensitive="included")
    moved = await workspace.api.patch("/v1/webhooks/crm", json={"url": "https://1.1.1.1/"}, headers=writer)
    assert_problem(moved, 403, "scope_missing")


async def test_another_workspaces_webhook_is_not_there(
    workspace: Workspace, make: Callable[..., Awaitable[Workspace]]
) -> None:
    """By name and by id, for every route: 404, and nothing happens to it."""
    made = await hook(workspace, NOWHERE)
    other = await make()
    for method, path, body in ROUTES:
        for reference in ("crm", made["id"]):
            answer = await other.api.request(method, path.replace("crm", reference), json=body)
            assert_problem(answer, 404, "not_found")
    assert (await other.api.get("/v1/webhooks")).json()["items"] == []
    assert (await workspace.api.get("/v1/webhooks/crm")).json()["version"] == 1
    own = await hook(other, NOWHERE)
    assert own["id"] != made["id"]


# Secrets


async def test_after_a_rotation_both_secrets_sign_for_a_while(workspace: Workspace, receiver: Receiver) -> None:
    """Whichever the receiver knows, the message verifies; once the overlap is over, the new one alone signs."""
    old = (await hook(workspace, receiver.url, events=["webhook.test"]))["secret"]
    rotated = (await workspace.api.post("/v1/webhooks/crm/rotate-secret")).json()
    new = rotated["secret"]
    assert new.startswith("whsec_")
    assert new != old
    assert rotated["previous_secret_until"] > moment(utc_now())
    await workspace.api.post("/v1/webhooks/crm/test")
    (one,) = await receiver.until(1)
    assert one.signed_by(old)
    assert one.signed_by(new)
    async with workspace.database.transaction() as session:
        await session.execute(
            text("UPDATE webhooks SET previous_secret_until = now() WHERE workspace_id = :id"), {"id": workspace.id}
        )
    await workspace.api.post("/v1/webhooks/crm/test")
    _, two = await receiver.until(2)
    assert two.signed_by(new)
    assert not two.signed_by(old)


async def test_a_secret_that_others_know_ends_at_once(workspace: Workspace, receiver: Receiver) -> None:
    """With `overlap_s` 0; and the overlap is bounded."""
    old = (await hook(workspace, receiver.url, events=["webhook.test"]))["secret"]
    rotated = (await workspace.api.post("/v1/webhooks/crm/rotate-secret", json={"overlap_s": 0})).json()
    assert rotated["previous_secret_until"] is None
    await workspace.api.post("/v1/webhooks/crm/test")
    (one,) = await receiver.until(1)
    assert (one.signed_by(rotated["secret"]), one.signed_by(old)) == (True, False)
    for overlap in (-1, 604_801):
        refused = await workspace.api.post("/v1/webhooks/crm/rotate-secret", json={"overlap_s": overlap})
        assert_problem(refused, 422, "invalid_request", "body.overlap_s")


async def test_no_secret_comes_into_a_log_or_an_error(
    workspace: Workspace, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    """Whether deliveries succeed or fail, at the finest level of every log; nor does what a failing statement was
    given.
    """
    caplog.set_level(logging.DEBUG)
    made = await hook(workspace, f"{receiver.url}/path-of-theirs", events=["webhook.test"])
    rotated = (await workspace.api.post("/v1/webhooks/crm/rotate-secret")).json()
    receiver.answer = lambda one: 500
    await workspace.api.post("/v1/webhooks/crm/test")
    await until_states(workspace, "dead")
    logged = "\n".join(
        record.getMessage() + str(record.exc_text) for record in caplog.records if record.name != "uvicorn.access"
    )
    assert made["id"] in logged
    for hidden in (made["secret"], rotated["secret"], "whsec_", "path-of-theirs"):
        assert hidden not in logged
    with pytest.raises(DBAPIError) as failed:
        async with workspace.database.transaction() as session:
            await session.execute(text("SELECT 1 / (length(:secret) - length(:secret))"), {"secret": rotated["secret"]})
    assert "whsec_" not in str(failed.value)


# Deliveries


async def test_a_test_event_is_sent_whatever_the_filters(workspace: Workspace, receiver: Receiver) -> None:
    """Of its own type; its delivery shows what came of it."""
    made = await hook(workspace, receiver.url, events=["offer.created"], sensitive="only")
    answer = await workspace.api.post("/v1/webhooks/crm/test")
    assert answer.status_code == 202
    (one,) = await receiver.until(1)
    assert (one.type, one.event["data"], one.event["id"]) == (
        "mci.webhook.test",
        {"webhook": "crm"},
        answer.json()["id"],
    )
    assert one.signed_by(made["secret"])
    (delivered,) = await until_states(workspace, "delivered")
    assert delivered["id"] == answer.json()["id"]


async def test_a_dead_letter_is_delivered_again_on_demand(workspace: Workspace, receiver: Receiver) -> None:
    """The same message with the same id and all its attempts; a delivered one, too, and one that is pending not."""
    made = await hook(workspace, receiver.url, events=["offer.*"])
    (contact,) = await contacts(workspace)
    receiver.answer = lambda _: 500
    await tell(workspace, entry("offer.created", contact))
    (dead,) = await until_states(workspace, "dead")
    path = f"/v1/webhooks/crm/deliveries/{dead['id']}/redeliver"
    receiver.answer, receiver.headers = lambda _: 500, {"Retry-After": "60"}
    answer = await workspace.api.post(path)
    assert (answer.status_code, answer.json()["state"], answer.json()["ended_at"]) == (202, "pending", None)
    assert_problem(await workspace.api.post(path), 409, "wrong_state")
    await eventually(lambda: put_off(workspace, made["id"]))
    async with workspace.database.transaction() as session:
        await session.execute(
            text("UPDATE webhook_deliveries SET next_attempt_at = now() WHERE id = :id"), {"id": dead["id"]}
        )
    receiver.answer = lambda _: 200
    await until_states(workspace, "delivered")
    assert (await workspace.api.post(path)).status_code == 202
    await receiver.until(7)
    (delivered,) = await until_states(workspace, "delivered")
    assert delivered["attempts"] == 1
    assert {one.headers["webhook-id"] for one in receiver.received} == {dead["id"]}
    assert_problem(await workspace.api.post(f"/v1/webhooks/crm/deliveries/msg_{0:032x}/redeliver"), 404, "not_found")


async def put_off(workspace: Workspace, webhook_id: str) -> bool:
    """Whether the one delivery has been tried, and waits for longer than a test does."""
    (row,) = await outbox(workspace, webhook_id)
    return row.attempts == 1 and row.next_attempt_at > utc_now() + timedelta(seconds=30)


async def test_after_an_outage_all_that_died_since_is_delivered_in_order(
    workspace: Workspace, receiver: Receiver
) -> None:
    """Dead ones of events since then and no others."""
    await hook(workspace, receiver.url, events=["offer.*"])
    (contact,) = await contacts(workspace)
    receiver.answer = lambda _: 503
    entries = [entry(kind, contact) for kind in ("offer.created", "offer.declined", "offer.accepted")]
    await tell(workspace, *entries)
    found = await until_states(workspace, "dead", "dead", "dead")
    receiver.answer = lambda _: 204
    receiver.received.clear()
    again = await workspace.api.post("/v1/webhooks/crm/redeliver", json={"since": found[1]["at"]})
    assert (again.status_code, again.json()) == (202, {"redelivered": 2})
    await until_states(workspace, "dead", "delivered", "delivered")
    assert [one.type for one in receiver.received] == ["mci.offer.declined", "mci.offer.accepted"]
    assert (await workspace.api.post("/v1/webhooks/crm/redeliver", json={"since": moment(utc_now())})).json() == {
        "redelivered": 0
    }
    ends_of_time = ("1900-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
    for since in ("2026-01-01T00:00:00", "yesterday", *ends_of_time):
        refused = await workspace.api.post("/v1/webhooks/crm/redeliver", json={"since": since})
        assert_problem(refused, 422, "invalid_request", "body.since")


async def test_an_inactive_webhook_sends_nothing_on_demand_either(workspace: Workspace) -> None:
    """409, with what to do."""
    await hook(workspace, NOWHERE, active=False)
    for path, body in (
        ("test", None),
        ("redeliver", {"since": moment(utc_now())}),
        (f"deliveries/msg_{0:032x}/redeliver", None),
    ):
        assert_problem(await workspace.api.post(f"/v1/webhooks/crm/{path}", json=body), 409, "webhook_inactive")


async def test_deliveries_are_listed_newest_first_page_by_page(workspace: Workspace, receiver: Receiver) -> None:
    """By state, if asked for; without what was told."""
    await hook(workspace, receiver.url, events=["offer.*"])
    ids = await contacts(workspace, 3)
    receiver.answer = lambda one: 204 if one.subject == ids[0] else 500
    await tell(workspace, *(entry("offer.created", contact) for contact in ids))
    found = await until_states(workspace, "delivered", "dead", "dead")
    assert [one["subject"] for one in found] == ids[::-1]
    assert [one["subject"] for one in await deliveries(workspace, state="dead")] == [ids[2], ids[1]]
    assert await deliveries(workspace, state="pending") == []
    assert all("data" not in one for one in found)
    page = await workspace.api.get("/v1/webhooks/crm/deliveries", params={"limit": 2})
    assert page.json()["next_cursor"] == found[1]["id"]
    following = await workspace.api.get(page.links["next"]["url"])
    assert (following.json()["items"], following.json()["next_cursor"]) == ([found[2]], None)
    assert_problem(await workspace.api.get("/v1/webhooks/crm/deliveries?state=lost"), 422, "invalid_request")


async def test_the_metrics_tell_what_is_unfinished(workspace: Workspace, receiver: Receiver) -> None:
    """Pending and dead deliveries, for each webhook of the workspace and no other."""
    await hook(workspace, receiver.url, events=["offer.*"])
    await hook(workspace, receiver.url, "quiet", events=["webhook.test"])
    (contact,) = await contacts(workspace)
    receiver.answer = lambda _: 500
    await tell(workspace, entry("offer.created", contact))

    async def told() -> bool:
        metrics = (await workspace.api.get("/metrics")).text
        lines = {line for line in metrics.splitlines() if line.startswith("mci_webhook_deliveries{")}
        return lines == {
            f'mci_webhook_deliveries{{state="{state}",webhook="{name}",workspace="{workspace.name}"}} {count}'
            for state, name, count in (
                ("dead", "crm", 1.0),
                ("pending", "crm", 0.0),
                ("dead", "quiet", 0.0),
                ("pending", "quiet", 0.0),
            )
        }

    await eventually(told)
