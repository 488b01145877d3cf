"""The dry run decides as for real, by the same code, and keeps nothing."""

from typing import Any

import httpx

from tests.support.documents import small
from tests.support.problems import INTAKE_TABLES, assert_problem, rows
from tests.support.rows import every
from tests.support.service import PATIENCE_S, TLS, Workspace

TABLES = (*INTAKE_TABLES, "incident_subscriptions")


async def try_out(workspace: Workspace, said: str, **contact: Any) -> dict[str, Any]:
    response = await workspace.api.post("/v1/decisions", json={"channel": "chat", "text": said, **contact})
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


@every(
    "contact",
    [
        {"text": "forgot my password"},
        {"text": "how do I set up my voicemail"},
        {"text": "someone stole my card and bought things"},
        {"text": "zzz qqq"},
        {"text": "hello", "topic": "card_fraud"},
        {"text": "forgot my password", "customer": {"attributes": {"vulnerable": True}}},
    ],
)
async def test_it_decides_as_for_real_and_keeps_nothing(workspace: Workspace, contact: dict[str, Any]) -> None:
    """The triage and the route are those of the contact posted afterwards; until then no table has a row more."""
    said = contact.pop("text")
    before = await rows(workspace, *TABLES)
    tried = await try_out(workspace, said, **contact)
    assert await rows(workspace, *TABLES) == before
    made = await workspace.post(said, **contact)
    assert tried["triage"] == made["triage"]
    unlike = {"post", "reply_by", "expected_wait_s"}  # of the moment, and of what was kept
    assert {k: v for k, v in tried["route"].items() if k not in unlike} == {
        k: v for k, v in made["route"].items() if k not in unlike
    }
    assert tried["state"] == made["state"]


async def test_a_trial_is_not_a_return(workspace: Workspace) -> None:
    """However often it is tried, the customer's real contact is the first; afterwards a trial sees that the customer
    came back.
    """
    sam = {"email": "sam@example.com", "trust": "authenticated"}
    for _ in range(3):
        assert (await try_out(workspace, "forgot my password", customer=sam))["triage"]["touch"] == "low"
    assert (await workspace.post("forgot my password", customer=sam))["triage"]["touch"] == "low"
    assert (await try_out(workspace, "forgot my password", customer=sam))["triage"]["touch"] == "high"


async def test_what_it_refuses_is_what_a_contact_is_refused_for(workspace: Workspace) -> None:
    """A wrong body, an unknown topic, an unknown customer, a missing scope."""

    async def refused(**contact: Any) -> httpx.Response:
        return await workspace.api.post("/v1/decisions", json={"channel": "chat", "text": "hi", **contact})

    assert_problem(await refused(channel="telex"), 422, "invalid_request", "body.channel")
    assert_problem(await refused(topic="no_such"), 422, "unknown_topic", "body.topic")
    assert_problem(await refused(customer={"id": "cus_" + "0" * 32}), 422, "unknown_customer")
    key = (await workspace.api.post("/v1/api-keys", json={"name": "reader", "scopes": ["contacts:read"]})).json()["key"]
    async with httpx.AsyncClient(
        base_url=workspace.url, headers={"Authorization": f"Bearer {key}"}, timeout=PATIENCE_S, verify=TLS
    ) as reader:
        assert_problem(await reader.post("/v1/decisions", json={"channel": "chat", "text": "hi"}), 403, "scope_missing")


async def test_each_step_is_told_in_words_and_numbers(make: Any) -> None:
    """Model, thresholds, the likeliest topics, the share of sensitive ones, rules, language, what was masked, and why
    the rung.
    """
    document = small()
    document["rules"] = [{"name": "recall", "title": "Recall", "effect": "sensitive", "patterns": ["rattles"]}]
    workspace: Workspace = await make(document)
    tried = await try_out(
        workspace, "I forgot my password, and my card is 4111 1111 1111 1111, and my modem rattles", language="en"
    )
    triage = tried["triage"]
    assert len(triage["model"]) == 16
    assert triage["thresholds"] == {"act": 0.4, "suggest": 0.4}
    assert triage["rules"] == ["recall"]
    assert 0 < triage["sensitive_probability"] < 1
    assert len(triage["ranked"]) == 3
    assert any("the rule recall fires" in reason for reason in triage["reasons"])
    assert (tried["language"], tried["masked_kinds"]) == ("en", {"card": 1})
    assert any("agents can serve it" in reason for reason in tried["route"]["reasons"])
