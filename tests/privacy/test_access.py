"""Who may export and erase, and what a customer's own tokens open afterwards."""

import time
from collections.abc import Awaitable, Callable

from tests.api.customer.test_doors import closing
from tests.privacy.support import cancelled
from tests.privacy.test_races import WHY, known
from tests.support.customers import chat, refusal, session_token, site_key, site_token
from tests.support.outbound import by, key_of
from tests.support.problems import assert_problem
from tests.support.rows import every
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]


async def test_only_keys_with_the_scopes_of_the_same_workspace_reach_it(make: Make) -> None:
    """A key that may all but that is refused; another workspace's sees nothing; a customer's token is no key."""
    workspace, other = await make(), await make()
    customer = await known(workspace)
    export, erase = f"/v1/customers/{customer}/export", f"/v1/customers/{customer}/erase"
    for scopes in (["customers:write", "customers:read", "contacts:supervise", "contacts:sensitive"],):
        key = by(await key_of(workspace, *scopes))
        assert_problem(await workspace.api.get(export, headers=key), 403, "scope_missing")
        assert_problem(await workspace.api.post(erase, json=WHY, headers=key), 403, "scope_missing")
    without = by(await key_of(workspace, "customers:export"))
    assert_problem(await workspace.api.get(export, headers=without), 403, "scope_missing")
    token = {"Authorization": f"Bearer {await session_token(workspace, customer)}"}
    assert_problem(await workspace.api.get(export, headers=token), 401, "not_authenticated")
    assert_problem(await workspace.api.post(erase, json=WHY, headers=token), 401, "not_authenticated")
    for answer in (
        await other.api.get(export),
        await other.api.post(erase, json=WHY),
        await other.api.get(f"/v1/customers/{customer}/erasure"),
    ):
        assert_problem(answer, 404, "not_found")
    assert (await workspace.api.get(f"/v1/customers/{customer}")).status_code == 200


@every("body", [{}, {"reason": ""}, {"reason": " "}, {"reason": "x" * 501}, {"why": "x"}])
async def test_a_reason_is_needed(workspace: Workspace, body: dict[str, str]) -> None:
    """An erasure cannot be undone: nobody does it without saying why."""
    customer = await known(workspace)
    answer = await workspace.api.post(f"/v1/customers/{customer}/erase", json=body)
    assert_problem(answer, 422, "invalid_request")


async def test_who_was_merged_is_asked_for_by_the_other(workspace: Workspace) -> None:
    """The cases are the other's: exporting or erasing half a person is refused."""
    one = await known(workspace)
    two = await known(workspace, email="kim@example.com")
    assert (await workspace.api.post(f"/v1/customers/{one}/merge", json={"into": two})).status_code == 200
    for answer in (
        await workspace.api.post(f"/v1/customers/{one}/erase", json=WHY),
        await workspace.api.get(f"/v1/customers/{one}/export"),
    ):
        assert_problem(answer, 409, "customer_merged")
        assert answer.json()["merged_into"] == two
    erased = (await workspace.api.post(f"/v1/customers/{two}/erase", json=WHY)).json()
    assert erased["merged"] == [one]
    assert (await workspace.api.get(f"/v1/customers/{one}")).status_code == 404
    assert (await workspace.api.get(f"/v1/customers/{one}/erasure")).json()["left_id"] == erased["left_id"]


async def test_tokens_from_before_open_nothing_and_make_nobody(workspace: Workspace) -> None:
    """The open socket is closed at once; a token of ours and one that the site has signed are refused, and the latter
    makes no customer of the same name; one that is signed afterwards makes a new one.
    """
    site = await site_key(workspace)
    customer = await known(workspace, external_id="crm-42", name="Sam")
    ours, signed = await session_token(workspace, customer), site_token(site, name="Sam")
    async with chat(workspace, signed) as open_chat:
        erased = await workspace.api.post(f"/v1/customers/{customer}/erase", json=WHY)
        assert erased.status_code == 200, erased.text
        assert await closing(open_chat) == (4401, "sessions_ended")
    assert (await refusal(workspace, ours))["status"] in (401, 404)
    assert (await refusal(workspace, signed))["status"] == 401
    named = await workspace.api.get("/v1/customers", params={"external_id": "crm-42"})
    assert named.json()["items"] == []
    posted = await workspace.api.post(
        "/v1/contacts", json={"channel": "chat", "text": "hello", "customer": {"id": customer}}
    )
    assert_problem(posted, 422, "unknown_customer")

    later = site_token(site, iat=int(time.time()) + 2)  # tokens have whole seconds, and one more is refused
    async with chat(workspace, later) as again:
        assert again.hello["customer"] not in (customer, erased.json()["left_id"])
    fresh = await workspace.post("hello", customer={"external_id": "crm-42"})
    assert fresh["customer_id"] not in (customer, erased.json()["left_id"])
    await cancelled(workspace, fresh["id"])
