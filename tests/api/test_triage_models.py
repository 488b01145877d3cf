"""Models through the interface: listed with their reports, returned to, on trial, and only for those who may."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx

from mci_router.access.keys import Scope, make_key
from mci_router.api.parts import Parts
from tests.support.documents import SMALL
from tests.support.problems import assert_problem
from tests.support.service import PATIENCE_S, TLS, Workspace

SIGN_IN = SMALL["topics"][0]["examples"]
MORE = [*SIGN_IN, "the code for signing in never comes"]


async def models(workspace: Workspace) -> list[dict[str, Any]]:
    response = await workspace.api.get("/v1/triage/models")
    assert response.status_code == 200, response.text
    items: list[dict[str, Any]] = response.json()["items"]
    return items


async def teach(workspace: Workspace, parts: Parts, examples: list[str]) -> None:
    """Gives sign_in these examples, and waits until the model they ask for was judged."""
    response = await workspace.api.patch("/v1/topics/sign_in", json={"examples": examples})
    assert response.status_code == 200, response.text
    await parts.models.ready(workspace.id)


async def test_models_are_listed_with_their_reports(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """State, sizes, figures and thresholds; the one asked for last comes first; every decision names the live one."""
    await teach(workspace, service[1], MORE)
    live, retired = await models(workspace)
    assert (live["state"], retired["state"]) == ("live", "retired")
    report = live["report"]
    assert (report["topics"], report["examples"], report["compared_with"]) == (4, 21, retired["version"])
    assert report["holdout"]["examples"] == 4
    assert set(report["holdout"]["recall"]) == {"sign_in", "how_to", "card_fraud", "complaint"}
    assert 0 <= report["ece"] <= 1
    assert 0 < report["thresholds"]["suggest"] <= report["thresholds"]["act"]
    assert live["live_at"] > live["created_at"]
    answer = await workspace.post("I can not log in")
    assert answer["triage"]["model"] == live["version"]


async def test_an_operator_returns_to_a_model(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """The next contact is read by it; twice is harmless; the one before is listed as retired."""
    await teach(workspace, service[1], MORE)
    second, first = await models(workspace)
    for _ in range(2):
        response = await workspace.api.post(f"/v1/triage/models/{first['version']}/activate")
        assert (response.status_code, response.json()["state"]) == (200, "live")
    assert (await workspace.post("I can not log in"))["triage"]["model"] == first["version"]
    assert [model["state"] for model in await models(workspace)] == ["retired", "live"]
    assert [model["version"] for model in await models(workspace)] == [second["version"], first["version"]]


async def test_a_rejected_model_stays_listed_with_the_reason_and_can_be_put_live_by_hand(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """The gate's word is the default, not the last."""
    await teach(workspace, service[1], [*SMALL["topics"][1]["examples"], *SMALL["topics"][3]["examples"]])
    rejected, live = await models(workspace)
    assert (rejected["state"], live["state"]) == ("rejected", "live")
    assert "%" in rejected["reason"]
    assert rejected["report"]["judgement"] == rejected["reason"].split("; ")
    response = await workspace.api.post(f"/v1/triage/models/{rejected['version']}/activate")
    assert response.status_code == 200
    assert [model["state"] for model in await models(workspace)] == ["live", "retired"]


async def test_a_model_on_trial_says_how_often_it_agreed(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """It decides nothing: the live one's version stands in the decision, and both words are counted."""
    await teach(workspace, service[1], MORE)
    live, first = await models(workspace)
    path = f"/v1/triage/models/{first['version']}"
    response = await workspace.api.post(f"{path}/shadow")
    assert (response.status_code, response.json()["state"]) == (200, "shadow")
    assert (await workspace.api.get(path)).json()["trial"] == {"asked": 0, "agreed": 0}
    answer = await workspace.post("I can not log in, forgot my password")
    await workspace.post("I can not log in", topic="sign_in")
    assert answer["triage"]["model"] == live["version"]
    assert (await workspace.api.get(path)).json()["trial"] == {"asked": 1, "agreed": 1}
    assert (await workspace.api.delete(f"{path}/shadow")).status_code == 204
    assert (await workspace.api.delete(f"{path}/shadow")).status_code == 204
    assert (await workspace.api.get(path)).json()["state"] == "retired"
    await workspace.post("I can not log in either")
    assert (await workspace.api.get(path)).json()["trial"]["asked"] == 1


async def test_a_change_counts_at_once_though_a_look_began_before_it(
    workspace: Workspace, service: tuple[str, Parts]
) -> None:
    """The look that is under way has read the register before the change: another one follows it."""
    models_of_all = service[1].models
    await teach(workspace, service[1], MORE)
    _, first = await models(workspace)
    loaded = models_of_all._by_workspace[workspace.id]
    loaded.work = asyncio.create_task(asyncio.sleep(0.1))
    assert (await workspace.api.post(f"/v1/triage/models/{first['version']}/shadow")).status_code == 200
    assert models_of_all.shadow(workspace.id) is not None


async def test_what_makes_no_sense_is_refused(workspace: Workspace) -> None:
    """404 for a model that is not there; 409 for a trial of the live one."""
    (live,) = await models(workspace)
    assert_problem(await workspace.api.get("/v1/triage/models/nothing"), 404, "not_found")
    assert_problem(await workspace.api.post("/v1/triage/models/nothing/activate"), 404, "not_found")
    assert_problem(await workspace.api.delete("/v1/triage/models/nothing/shadow"), 404, "not_found")
    assert_problem(await workspace.api.post(f"/v1/triage/models/{live['version']}/shadow"), 409, "wrong_state")


async def test_only_keys_that_may_see_and_change_models(workspace: Workspace) -> None:
    """Reading needs triage:read, changing triage:write."""
    async with workspace.database.transaction() as session:
        _, reader = await make_key(session, workspace.id, "reader", [Scope.TRIAGE_READ])
        _, nobody = await make_key(session, workspace.id, "nobody", [Scope.CONTACTS_READ])
    (live,) = await models(workspace)
    async with httpx.AsyncClient(
        base_url=workspace.url, headers={"Authorization": f"Bearer {reader}"}, timeout=PATIENCE_S, verify=TLS
    ) as api:
        assert (await api.get("/v1/triage/lint")).status_code == 200
        assert_problem(await api.post(f"/v1/triage/models/{live['version']}/activate"), 403, "scope_missing")
    async with httpx.AsyncClient(
        base_url=workspace.url, headers={"Authorization": f"Bearer {nobody}"}, timeout=PATIENCE_S, verify=TLS
    ) as api:
        for path in ("models", f"models/{live['version']}", "corrections", "lint"):
            assert_problem(await api.get(f"/v1/triage/{path}"), 403, "scope_missing")


async def test_another_workspaces_models_are_not_there(
    make: Callable[..., Awaitable[Workspace]], service: tuple[str, Parts]
) -> None:
    """Its key sees 404, also for a model of the same examples that it has not itself."""
    ours, theirs = await make(), await make()
    await teach(ours, service[1], MORE)
    version = (await models(ours))[0]["version"]
    for method, path in (("GET", ""), ("POST", "/activate"), ("POST", "/shadow"), ("DELETE", "/shadow")):
        assert_problem(await theirs.api.request(method, f"/v1/triage/models/{version}{path}"), 404, "not_found")


async def test_the_lint_finds_what_is_wrong_with_the_examples(workspace: Workspace, service: tuple[str, Parts]) -> None:
    """In words, with the topics and the examples."""
    await workspace.api.put("/v1/topics/empty", json={"title": "Empty"})
    await teach(workspace, service[1], [*SIGN_IN, "Login does not work!"])
    report = (await workspace.api.get("/v1/triage/lint")).json()
    found = {(item["kind"], tuple(item["topics"])): item for item in report["items"] if item["kind"] != "confused"}
    assert set(found) == {("no_examples", ("empty",)), ("duplicate", ("sign_in",))}
    assert found["duplicate", ("sign_in",)]["examples"] == ["login does not work", "Login does not work!"]
    assert report["model"] == (await models(workspace))[0]["version"]
