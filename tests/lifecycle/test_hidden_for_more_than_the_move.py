"""The way back shows a thread again only if nothing but the move to a private chat has hidden it."""

from typing import Any

from tests.lifecycle.test_round_trip import HOW_TO, SUMMARY, back, goes, posted, thread, workspace
from tests.support.problems import assert_problem
from tests.support.service import Workspace

__all__ = ["workspace"]


async def consented(workspace: Workspace) -> tuple[dict[str, Any], str]:
    """A private contact whose customer agreed to have it posted, and the path of its post."""
    contact = await workspace.post(HOW_TO, can_ask=True)
    agreed = await workspace.api.post(f"/v1/contacts/{contact['id']}/consent", json={"to": "post_publicly"})
    return contact, f"/v1/posts/{agreed.json()['route']['post']['id']}"


async def test_a_consent_that_is_taken_back_outlasts_a_move(workspace: Workspace) -> None:
    """The customer agreed, the move hid the thread, and the customer took the consent back meanwhile."""
    contact, post = await consented(workspace)
    await goes(workspace, contact, "one_to_one", hide=True)
    withdrawn = {"to": "post_publicly", "agree": False}
    answer = await workspace.api.post(f"/v1/contacts/{contact['id']}/consent", json=withdrawn)
    assert answer.status_code == 200, answer.text
    assert_problem(await back(workspace, contact, SUMMARY, 409), 409, "stays_private")
    assert_problem(await goes(workspace, contact, "many_to_many", 409), 409, "stays_private")
    assert (await thread(workspace, post))["status"] == 404


async def test_a_thread_that_moderators_hid_is_hidden_by_the_move_as_well(workspace: Workspace) -> None:
    """What the move was to hide no moderator shows; what it was not takes no replies, once it is shown."""
    contact, post = await posted(workspace)
    assert (await workspace.api.post(f"{post}/hide", json={})).status_code in (200, 204)
    await goes(workspace, contact, "one_to_one", hide=True)
    shown = await workspace.api.post(f"{post}/show", json={})
    assert_problem(shown, 409, "wrong_state")
    assert (await thread(workspace, post))["status"] == 404
    assert_problem(await back(workspace, contact, SUMMARY, 409), 409, "stays_private")


async def test_a_thread_that_moderators_show_again_takes_no_replies_after_the_move(workspace: Workspace) -> None:
    """The conversation has left it meanwhile."""
    contact, post = await posted(workspace)
    await workspace.api.post(f"{post}/hide", json={})
    await goes(workspace, contact, "one_to_one")
    await workspace.api.post(f"{post}/show", json={})
    assert (await thread(workspace, post))["status"] == "closed"


async def test_what_was_noted_beside_another_contact_of_the_case_is_private_too(workspace: Workspace) -> None:
    """The adapter noted it when the customer came back; the first contact of the conversation goes back."""
    noted = "the key lies under the third stone by the shed"
    contact, _ = await posted(workspace, channel_ref="thread-3")
    ended = await workspace.api.post(f"/v1/contacts/{contact['id']}/resolve", json={})
    assert ended.status_code == 200, ended.text
    who = {"external_id": "kim-77"}
    later = await workspace.post(
        HOW_TO, channel="community", customer=who, channel_ref="thread-3", context={"note": noted}
    )
    assert later["case_id"] == contact["case_id"]
    refused = await back(workspace, contact, f"Look again, {noted}.", 422)
    assert refused.json()["places"][0]["kind"] == "quote"
