"""Configuration by resource: read and changed by name or id, versioned, checked as a whole, and live at once."""

from typing import Any

from mci_router.api.parts import Parts
from tests.support.documents import SMALL
from tests.support.problems import assert_problem
from tests.support.rows import every
from tests.support.service import Workspace

RUNG = {"outcome": "agent"}
FRESH: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "skills": ("german", {"description": "Speaks German"}, {"description": "Speaks it well"}),
    "queues": (
        "night",
        {
            "service_level": {"goal": 0.7, "target_s": 60},
            "hours": {"timezone": "Europe/Berlin", "week": {"mon": [{"open": "22:00", "close": "23:30"}]}},
        },
        {"units": 3},
    ),
    "topics": ("refund", {"title": "Refund", "queue": "desk"}, {"title": "A refund"}),  # learnt examples are below
    "articles": ("slow", {"topic": "sign_in", "title": "It is slow", "body": "Wait."}, {"body": "Wait a little."}),
    "agents": ("zoe", {"title": "Zoe", "capacity": {"channels": {"chat": 2}}}, {"tier": 2}),
    "policies": (
        "low_volume_low_touch",
        {"ladder": [RUNG]},
        {"ladder": [{"outcome": "community", "limit_s": 5}, RUNG]},
    ),
    "escalations": ("P1", {"queue": "desk", "response_target_s": 60}, {"response_target_s": 30}),
    "workflows": (
        "unlock",
        {"title": "Unlock", "url": "https://192.0.2.1/unlock"},
        {"mode": "sync"},
    ),
    "guides": ("no_line", {"title": "No line", "steps": [{"name": "lamps", "title": "Lamps"}]}, {"kind": "checklist"}),
    "canned_answers": ("hello", {"title": "Greeting", "text": "Hello {customer_name}"}, {"shortcut": "hello"}),
    "adapters": (
        "texting",
        {"title": "Text messages", "channels": ["sms"], "outbound": {"by": "stream"}},
        {"give_up_s": 60},
    ),
}


REFUNDS = ["I want my money back", "refund please", "give me a refund", "money back for it", "refund the order"]
REFUND = "please give me my money back, a refund of the order"


@every("plural", FRESH)
async def test_a_resource_lives_through_put_get_patch_and_delete(shared: Workspace, plural: str) -> None:
    """By name and by id; each change raises the version and the `ETag`, an unchanged one does not; deleted is 404."""
    name, body, change = FRESH[plural]
    address = f"/v1/{plural}/{name}"
    assert_problem(await shared.api.get(address), 404, "not_found")
    made = await shared.api.put(address, json=body)
    assert made.status_code in (200, 201), made.text
    one = made.json()
    assert (one["name"], one["version"], made.headers["ETag"]) == (name, 1, '"1"')
    same = await shared.api.put(address, json=body)
    assert (same.json()["version"], same.json()["updated_at"]) == (1, one["updated_at"])

    by_id = f"/v1/{plural}/{one['id']}"
    assert (await shared.api.get(by_id)).json() == (await shared.api.get(address)).json() == one
    assert one in (await shared.api.get(f"/v1/{plural}")).json()["items"]
    changed = await shared.api.patch(by_id, json=change)
    assert (changed.status_code, changed.headers["ETag"]) == (200, '"2"')
    assert change.items() <= changed.json().items() or plural == "policies"
    assert changed.json() == (await shared.api.get(address)).json()

    assert (await shared.api.delete(by_id)).status_code == 204
    for method in ("GET", "DELETE", "PATCH"):
        assert_problem(
            await shared.api.request(method, address, json={} if method == "PATCH" else None), 404, "not_found"
        )


async def test_put_by_id_replaces_that_resource(workspace: Workspace) -> None:
    """An id in the path means the resource that has it: none of that name is made."""
    desk = (await workspace.api.get("/v1/queues/desk")).json()
    put = await workspace.api.put(f"/v1/queues/{desk['id']}", json={"service_level": {"goal": 0.5, "target_s": 99}})
    assert (put.status_code, put.json()["id"], put.json()["name"]) == (200, desk["id"], "desk")
    assert len((await workspace.api.get("/v1/queues")).json()["items"]) == len(SMALL["queues"]) + 1  # and the catch-all


@every(("method", "body"), [("PUT", {"description": "x"}), ("PATCH", {"description": "x"}), ("DELETE", None)])
async def test_a_change_after_somebody_elses_is_refused(
    shared: Workspace, method: str, body: dict[str, Any] | None
) -> None:
    """`If-Match` with a version read before: 412 and nothing changes; with the version in force it goes through."""
    address = f"/v1/skills/{method.lower()}"
    await shared.api.put(address, json={})
    await shared.api.put(address, json={"description": "changed meanwhile"})
    stale = await shared.api.request(method, address, json=body, headers={"If-Match": '"1"'})
    assert_problem(stale, 412, "version_mismatch")
    assert (await shared.api.get(address)).json()["description"] == "changed meanwhile"
    fresh = await shared.api.request(method, address, json=body, headers={"If-Match": '"2"'})
    assert fresh.status_code in (200, 204)


async def test_if_match_of_something_that_is_not_there_or_not_an_etag(shared: Workspace) -> None:
    """412 for a resource that does not exist, and it is not made; 422 for what is no ETag."""
    assert_problem(
        await shared.api.put("/v1/skills/italian", json={}, headers={"If-Match": '"1"'}), 412, "version_mismatch"
    )
    assert_problem(await shared.api.get("/v1/skills/italian"), 404, "not_found")
    assert_problem(
        await shared.api.put("/v1/skills/italian", json={}, headers={"If-Match": "one"}),
        422,
        "invalid_request",
        "header",
    )


async def test_a_merge_patch_removes_a_member_with_null(workspace: Workspace) -> None:
    """RFC 7396: null removes (the default is back), objects merge, lists are replaced; a required member cannot go."""
    await workspace.api.patch(
        "/v1/queues/desk", json={"description": "d", "customer": {"vip": True, "city": "Bonn"}, "channels": ["chat"]}
    )
    patch = {
        "description": None,
        "customer": {"city": None},
        "channels": ["sms", "voice"],
        "service_level": {"goal": 0.5},
    }
    patched = await workspace.api.patch("/v1/queues/desk", json=patch)
    desk = patched.json()
    assert (desk["description"], desk["customer"], desk["channels"]) == ("", {"vip": True}, ["sms", "voice"])
    assert desk["service_level"] == {"goal": 0.5, "target_s": 120}
    without = await workspace.api.patch("/v1/queues/desk", json={"service_level": None})
    assert assert_problem(without, 422, "invalid_request", "service_level")["detail"] == "service_level: Field required"
    agent = (await workspace.api.get("/v1/agents/ann")).json()
    assert (await workspace.api.patch("/v1/agents/ann", json={"capacity": {"channels": {}}})).json() == agent
    fewer = await workspace.api.patch("/v1/agents/ann", json={"capacity": {"channels": {"voice": None}}})
    assert fewer.json()["capacity"]["channels"] == {"chat": 3}
    assert_problem(await workspace.api.patch("/v1/queues/desk", json=[1]), 422, "invalid_request", "body")
    strange = {"service_level": {"goal": 0.6, "colour": "red"}}
    assert_problem(
        await workspace.api.patch("/v1/queues/desk", json=strange), 422, "invalid_request", "body.service_level.colour"
    )
    assert_problem(
        await workspace.api.patch("/v1/queues/desk", json={"units": 0}), 422, "invalid_request", "body.units"
    )
    assert_problem(
        await workspace.api.patch("/v1/queues/desk", json={"color": 1}), 422, "invalid_request", "body.color"
    )
    assert (await workspace.api.get("/v1/queues/desk")).json() == desk


async def test_a_body_that_says_another_name_than_the_path_is_refused(workspace: Workspace) -> None:
    """It was ignored, and who had meant to rename had replaced. The same name, or none, is as good as ever."""
    hook = {"url": "http://127.0.0.1:9/hook", "events": ["contact.completed"]}
    for path, body in (
        ("skills/billing", {}),
        ("queues/desk", {"service_level": {"goal": 0.8, "target_s": 20}}),
        ("webhooks/crm", hook),
    ):
        made = await workspace.api.put(f"/v1/{path}", json=body | {"name": path.partition("/")[2]})
        assert made.status_code in (200, 201), made.text
        before = (await workspace.api.get(f"/v1/{path}")).json()
        for reference in (path, f"{path.partition('/')[0]}/{before['id']}"):
            for way in (workspace.api.put, workspace.api.patch):
                other = await way(f"/v1/{reference}", json=body | {"name": "other"})
                assert_problem(other, 422, "invalid_request", "body.name")
        assert (await workspace.api.get(f"/v1/{path}")).json() == before
        same = await workspace.api.put(
            f"/v1/{path.partition('/')[0]}/{before['id']}", json=body | {"name": before["name"]}
        )
        assert (same.status_code, same.json()["name"]) == (200, before["name"])


BAD: list[tuple[str, Any, str, str]] = [
    ("queues/night", {}, "invalid_request", "service_level"),
    ("queues/night", {"service_level": {"goal": 1.5, "target_s": 1}}, "invalid_request", "goal"),
    ("queues/night", {"service_level": {"goal": 0.5, "target_s": 1}, "colour": "red"}, "invalid_request", "colour"),
    ("queues/Night Desk", {"service_level": {"goal": 0.5, "target_s": 1}}, "invalid_request", "path.reference"),
    ("queues/Night", {"service_level": {"goal": 0.5, "target_s": 1}}, "invalid_request", "name"),
    (
        "queues/night",
        {"service_level": {"goal": 0.5, "target_s": 1}, "skills": [{"skill": "no"}]},
        "invalid_configuration",
        "skills.0",
    ),
    ("topics/refund", {"title": "R", "queue": "nowhere"}, "invalid_configuration", "queue"),
    ("topics/refund", {"title": "R", "sensitive": True, "touch": "low"}, "invalid_request", ""),
    ("articles/slow", {"topic": "nothing", "title": "T", "body": "B"}, "invalid_configuration", "topic"),
    (
        "agents/zoe",
        {"title": "Z", "capacity": {"channels": {"chat": 1}}, "skills": [{"skill": "no"}]},
        "invalid_configuration",
        "skills.0",
    ),
    ("agents/zoe", {"title": "Z", "capacity": {"channels": {}}}, "invalid_request", "capacity"),
    ("policies/low_volume_low_touch", {"ladder": [{"outcome": "community"}]}, "invalid_request", ""),
    (
        "policies/low_volume_low_touch",
        {"ladder": [{"outcome": "agent", "queue": "nowhere"}]},
        "invalid_configuration",
        "ladder.0.queue",
    ),
    ("policies/no_such_cell", {"ladder": [RUNG]}, "invalid_request", "name"),
    ("escalations/P1", {"queue": "nowhere", "response_target_s": 1}, "invalid_configuration", "queue"),
    ("escalations/P9", {"queue": "desk", "response_target_s": 1}, "invalid_request", "name"),
    ("skills/german", [], "invalid_request", "body"),
]


@every(("address", "body", "slug", "where"), BAD)
async def test_what_does_not_fit_is_refused(shared: Workspace, address: str, body: Any, slug: str, where: str) -> None:
    """422 with the place, whether the resource itself is wrong or a name in it leads nowhere; nothing changes."""
    plural = address.partition("/")[0]
    before = (await shared.api.get(f"/v1/{plural}")).json()
    assert_problem(await shared.api.put(f"/v1/{address}", json=body), 422, slug, where)
    assert (await shared.api.get(f"/v1/{plural}")).json() == before


@every(
    ("address", "user"),
    [
        ("skills/fraud", "queue fraud_desk"),
        ("queues/fraud_desk", "topic card_fraud"),
        ("topics/sign_in", "article locked"),
    ],
)
async def test_what_others_refer_to_cannot_be_deleted(shared: Workspace, address: str, user: str) -> None:
    """409 with the names of those who use it."""
    assert user in assert_problem(await shared.api.delete(f"/v1/{address}"), 409, "in_use")["used_by"]
    assert (await shared.api.get(f"/v1/{address}")).status_code == 200


async def test_a_queue_or_an_agent_with_contacts_cannot_be_deleted(workspace: Workspace) -> None:
    """409 while somebody waits or is served; afterwards it goes."""
    complaint = await workspace.post("a formal complaint, I demand a manager")
    assert_problem(await workspace.api.delete("/v1/queues/desk"), 409, "in_use")
    async with workspace.desk("ann") as ann:
        offer = await ann.expect("offer.created")
        await ann.do("offer.accept", offer_id=offer["offer_id"])
        assert_problem(await workspace.api.delete("/v1/agents/ann"), 409, "in_use")
    await workspace.api.post(f"/v1/contacts/{complaint['id']}/cancel")
    assert (await workspace.api.delete("/v1/queues/desk")).status_code == 204
    assert (await workspace.api.delete("/v1/agents/ann")).status_code == 204


async def test_a_change_takes_effect_on_the_next_contact(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """A new skill, queue and agent serve the very next contact, and a new topic is found once it is learnt: the new
    agent is offered it.
    """
    await workspace.api.put("/v1/skills/refunds", json={})
    queue = {"position": 1, "service_level": {"goal": 0.9, "target_s": 5}, "skills": [{"skill": "refunds", "min": 2}]}
    await workspace.api.put("/v1/queues/refund_desk", json=queue)
    topic = {"title": "Refund", "touch": "high", "queue": "refund_desk", "examples": REFUNDS}
    await workspace.api.put("/v1/topics/refund", json=topic)
    await workspace.api.put(
        "/v1/agents/zoe",
        json={
            "title": "Zoe",
            "skills": [{"skill": "refunds", "proficiency": 2}],
            "capacity": {"channels": {"chat": 1}},
        },
    )
    await service[1].models.ready(workspace.id)
    async with workspace.desk("zoe") as zoe:
        contact = await workspace.post(REFUND)
        assert (contact["triage"]["topic"], contact["route"]["queue"]) == ("refund", "refund_desk")
        assert (await zoe.expect("offer.created"))["contact"]["id"] == contact["id"]


async def test_a_topics_examples_retrain_the_classifier(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """Another model decides once it is judged; a change that teaches nothing leaves the model as it is."""
    models = service[1].models
    before = (await workspace.post(REFUND))["triage"]
    await workspace.api.patch("/v1/topics/how_to", json={"title": "How to"})
    await models.ready(workspace.id)
    assert (await workspace.post(REFUND))["triage"]["model"] == before["model"]
    await workspace.api.put("/v1/topics/refund", json={"title": "Refund", "examples": REFUNDS})
    await models.ready(workspace.id)
    after = (await workspace.post(REFUND))["triage"]
    assert (after["topic"], after["model"] != before["model"]) == ("refund", True)
    await workspace.api.delete("/v1/topics/refund")
    assert (await workspace.post(REFUND))["triage"]["topic"] != "refund"


async def test_a_change_after_which_nobody_can_serve_a_queue_or_topic_is_applied_with_a_warning(
    workspace: Workspace,
) -> None:
    """The header names each, and why; a queue that is served has none, and a change of agents may bring one."""
    level = {"service_level": {"goal": 0.8, "target_s": 60}}
    served = await workspace.api.put("/v1/queues/light", json={**level, "units": 6})
    assert "MCI-Warning" not in served.headers
    heavy = await workspace.api.put("/v1/queues/heavy", json={**level, "units": 7})
    assert heavy.headers["MCI-Warning"] == "queue heavy: 0 of 2 agents can serve it: no particular skill, units 7"
    wanted = {"title": "Cards", "queue": "light", "skills": [{"skill": "fraud", "min": 5}]}
    card = await workspace.api.put("/v1/topics/card", json=wanted)
    assert card.headers["MCI-Warning"] == "topic card: 0 of 2 agents can serve it in light: fraud 5 or better, units 6"
    mended = await workspace.api.patch("/v1/topics/card", json={"skills": []})
    assert "MCI-Warning" not in mended.headers
    called = await workspace.api.put("/v1/queues/calls", json={**level, "channels": ["chat", "sms"]})
    assert "0 of 2 agents can serve it on sms:" in called.headers["MCI-Warning"]
    weaker = await workspace.api.patch("/v1/agents/fred", json={"skills": []})
    assert weaker.headers["MCI-Warning"].startswith("queue fraud_desk: 0 of 2 agents can serve it: fraud 3 or better")
