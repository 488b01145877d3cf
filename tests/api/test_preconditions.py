"""`If-Match` and `If-None-Match` as RFC 9110 has them: lists, weak tags and `*`."""

from typing import Any

import pytest

from tests.support.problems import assert_problem
from tests.support.service import Workspace

HOOK = {"url": "http://127.0.0.1:9/hook"}
QUEUE = {"service_level": {"goal": 0.8, "target_s": 60}}
KINDS: dict[str, tuple[str, dict[str, Any], dict[str, Any]]] = {
    "skill": ("/v1/skills/german", {"description": "one"}, {"description": "two"}),
    "queue": ("/v1/queues/night", QUEUE, {"units": 2}),
    "webhook": ("/v1/webhooks/crm", HOOK, {"events": ["contact.*"]}),
}


@pytest.fixture(params=KINDS)
async def resource(workspace: Workspace, request: pytest.FixtureRequest) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """A resource whose second version is in force, its body and a change of it."""
    path, body, change = KINDS[request.param]
    assert (await workspace.api.put(path, json=body)).status_code in (200, 201)
    assert (await workspace.api.patch(path, json=change)).headers["ETag"] == '"2"'
    return path, {**body, **change}, change


HOLDS = ['"2"', "*", '"1", "2"', '"9","2" , "7"', 'W/"1", "2"']
FAILS = ['"1"', '"1", "3"', 'W/"2"', '"two"', '""', '"99999999999999999999"', '"02x"']
MALFORMED = ["2", "two", '"2', '"2",', '*, "2"', 'w/"2"', '"\u00e4"'.encode().decode("latin-1")]


@pytest.mark.parametrize("tags", FAILS)
async def test_a_change_whose_tags_are_not_in_force_is_refused(shared: Workspace, tags: str) -> None:
    """412 for each method, and nothing changes: another version, a weak tag, which is never the same, and a tag of
    somebody else's.
    """
    _, body, change = KINDS["skill"]
    path = f"/v1/skills/german_{FAILS.index(tags)}"
    await shared.api.put(path, json=body)
    await shared.api.patch(path, json=change)
    for method, sent in (("PUT", body), ("PATCH", body), ("DELETE", None)):
        answer = await shared.api.request(method, path, json=sent, headers={"If-Match": tags})
        assert_problem(answer, 412, "version_mismatch")
    assert (await shared.api.get(path)).json()["description"] == "two"


async def test_a_change_whose_tags_are_in_force_happens(
    resource: tuple[str, dict[str, Any], dict[str, Any]], workspace: Workspace
) -> None:
    """Whatever else stands in the list."""
    path, body, change = resource
    for tags in HOLDS:
        put = await workspace.api.put(path, json=body, headers={"If-Match": tags})
        assert (put.status_code, put.headers["ETag"]) == (200, '"2"'), (tags, put.text)
        patched = await workspace.api.patch(path, json=change, headers={"If-Match": tags})
        assert (patched.status_code, patched.headers["ETag"]) == (200, '"2"'), (tags, patched.text)
    assert (await workspace.api.delete(path, headers={"If-Match": HOLDS[2]})).status_code == 204


@pytest.mark.parametrize("tags", MALFORMED)
@pytest.mark.parametrize("header", ["If-Match", "If-None-Match"])
async def test_what_is_no_list_of_tags_is_refused(shared: Workspace, header: str, tags: str) -> None:
    """422 with the header's name: a precondition must not be taken for none."""
    answer = await shared.api.put("/v1/skills/german", json={}, headers=[(header.encode(), tags.encode("latin-1"))])
    assert_problem(answer, 422, "invalid_request", f"header.{header}")


async def test_if_none_match_makes_and_never_replaces(
    resource: tuple[str, dict[str, Any], dict[str, Any]], workspace: Workspace
) -> None:
    """`*` is for a name that nobody has: 412 where there is one, and it stays as it is. `If-Match: *` is the opposite."""
    path, body, _ = resource
    assert_problem(await workspace.api.put(path, json=body, headers={"If-None-Match": "*"}), 412, "already_there")
    assert (await workspace.api.get(path)).headers["ETag"] == '"2"'
    fresh = f"{path}_2"
    assert_problem(await workspace.api.put(fresh, json=body, headers={"If-Match": "*"}), 412, "version_mismatch")
    made = await workspace.api.put(fresh, json=body, headers={"If-None-Match": "*"})
    assert (made.status_code in (200, 201), made.headers["ETag"]) == (True, '"1"')


async def test_if_none_match_of_versions(workspace: Workspace) -> None:
    """Only if none of them is in force; here a weak tag means its version."""
    await workspace.api.put("/v1/skills/german", json={})
    for tags in ('"1"', 'W/"1"', '"7", "1"'):
        assert_problem(
            await workspace.api.put("/v1/skills/german", json={}, headers={"If-None-Match": tags}), 412, "already_there"
        )
    assert (await workspace.api.put("/v1/skills/german", json={}, headers={"If-None-Match": '"2"'})).status_code == 200


async def test_an_incident_has_versions_too(workspace: Workspace) -> None:
    """`If-Match` of its change."""
    made = await workspace.api.post("/v1/incidents", json={"title": "Outage", "topics": ["sign_in"]})
    path, tag = f"/v1/incidents/{made.json()['id']}", made.headers["ETag"]
    stale = await workspace.api.patch(path, json={"title": "B"}, headers={"If-Match": '"77"'})
    assert_problem(stale, 412, "version_mismatch")
    fresh = await workspace.api.patch(path, json={"title": "B"}, headers={"If-Match": f'"77", {tag}'})
    assert (fresh.status_code, fresh.json()["title"]) == (200, "B")
