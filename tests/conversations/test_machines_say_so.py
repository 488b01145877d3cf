"""A machine says that it is one, in its first message of a conversation: in the response, and in what is written."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from pydantic import ValidationError

from mci_router.specs import WorkspaceSpec
from mci_router.specs.machine_notice import TEXTS
from tests.support.documents import small
from tests.support.incidents import incident
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
ADAPTER = {"name": "texting", "title": "SMS", "channels": ["chat"], "outbound": {"by": "stream"}, "answers": "messages"}
EVERY_CELL = ("high_volume_low_touch", "low_volume_low_touch", "high_volume_high_touch", "low_volume_high_touch")
ANSWERED = [{"outcome": "automation"}, {"outcome": "agent"}]


def document(**workspace: Any) -> dict[str, Any]:
    """A workspace in which an article answers whatever the touch, as a message where the adapter takes messages."""
    made = small(adapters=[ADAPTER], policies=[{"name": cell, "ladder": ANSWERED} for cell in EVERY_CELL])
    made["workspace"].update(workspace)
    return made


async def by_adapter(workspace: Workspace, **contact: Any) -> dict[str, Any]:
    """A contact that an adapter brings, which is answered by messages."""
    key = (
        await workspace.api.post("/v1/api-keys", json={"name": "a", "scopes": ["contacts:write"], "adapter": "texting"})
    ).json()
    body = {"channel": "chat", "text": "it is 42", "customer": {"external_id": "c-1"}, **contact}
    headers = {"Authorization": f"Bearer {key['key']}"}
    answer = await workspace.api.post("/v1/contacts", json=body, headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def said(workspace: Workspace, case: str) -> list[str]:
    """What machines have said in a case."""
    items = (await workspace.api.get(f"/v1/cases/{case}/messages")).json()["items"]
    return [one["text"] for one in items if one["kind"] in ("bot", "system")]


@pytest.fixture(scope="module")
async def usual(make_shared: Make) -> Workspace:
    """For customers of whom each has a conversation of its own."""
    return await make_shared(document())


@pytest.mark.parametrize("language", TEXTS)
async def test_an_article_is_said_by_a_machine_that_says_so(usual: Workspace, language: str) -> None:
    """In each language of the house, in the response and in the message; what is shown first is one sentence."""
    customer = {"external_id": f"speaks-{language}"}
    contact = await by_adapter(usual, topic="sign_in", language=language, customer=customer)
    route = contact["route"]
    assert (route["answer"]["said_by"], route["notice"]) == ("machine", TEXTS[language])
    (message,) = await said(usual, contact["case_id"])
    assert message.startswith(f"{TEXTS[language]}\n\n{route['answer']['title']}")


async def test_it_is_said_once_in_a_conversation(make: Make) -> None:
    """The next rung's machine does not say it again, nor does what else the router writes; another contact's does."""
    workspace = await make(document())
    opened = await incident(workspace)
    contact = await by_adapter(workspace, topic="sign_in")
    assert (contact["route"]["incident"]["said_by"], contact["route"]["notice"]) == ("machine", TEXTS["en"])
    moved = (await workspace.api.post(f"/v1/contacts/{contact['id']}/unresolved")).json()
    assert (moved["route"]["answer"]["said_by"], moved["route"]["notice"]) == ("machine", None)
    (status,) = await said(workspace, contact["case_id"])
    assert status.startswith(f"{TEXTS['en']}\n\n")
    again = await by_adapter(workspace, topic="sign_in", customer={"external_id": "c-2"})
    update = {"status": {"en": "Soon."}}
    assert (await workspace.api.post(f"/v1/incidents/{opened['id']}/updates", json=update)).status_code == 200

    async def told() -> list[str]:
        texts = await said(workspace, again["case_id"])
        return texts if len(texts) == 2 else []

    first, second = await eventually(told)
    assert (first.startswith(TEXTS["en"]), second) == (True, "Soon.")


async def test_a_workspace_says_it_in_its_own_words_and_never_leaves_it_out(make: Make) -> None:
    """Its text stands around our sentence; one without it is refused, and names the language."""
    own = {"en": "{machine} Say “a person, please” at any time."}
    workspace = await make(document(machine_notice=own))
    contact = await by_adapter(workspace, topic="sign_in", language="en")
    whole = f"{TEXTS['en']} Say “a person, please” at any time."
    assert contact["route"]["notice"] == whole
    assert (await said(workspace, contact["case_id"]))[0].startswith(f"{whole}\n\n")
    german = await workspace.post("it is 42", topic="sign_in", language="de")
    assert german["route"]["notice"] == TEXTS["de"]
    estonian = await workspace.post("it is 42", topic="sign_in", language="et")
    assert estonian["route"]["notice"] == whole
    with pytest.raises(ValidationError, match=r"lacks \{machine\}"):
        WorkspaceSpec.model_validate({"name": "a", "title": "A", "machine_notice": {"en": "Hello, I am Luna."}})


async def test_what_no_machine_says_has_no_notice(make: Make) -> None:
    """A contact that waits for a person is told nothing, and an agent's message is the agent's."""
    workspace = await make(document())
    assert (await workspace.post("it is 42", topic="complaint"))["route"]["notice"] is None
