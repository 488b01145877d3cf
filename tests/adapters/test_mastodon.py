"""Mastodon: Mastodon.py and our adapter between a real router and a double of an instance."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from time import time
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import SecretStr
from ruamel.yaml import YAML

from mci_router.adapters.mastodon import instance
from mci_router.adapters.mastodon.memory import Memory
from mci_router.adapters.mastodon.sending import may_be_public
from mci_router.adapters.router import RouterAway
from mci_router.cli.adapter_mastodon import command
from mci_router.specs.adapters import AdapterSpec
from tests.adapters.mastodon_adapter import Network, connected, until_taken
from tests.adapters.mastodon_double import Double, instance_running
from tests.support.conversations import accepted, slug
from tests.support.documents import small
from tests.support.outbound import key_of, reply, until_delivery
from tests.support.rows import every
from tests.support.service import Workspace, eventually

KIM = "kim@example.social"
COMPLAINT = '<p><a href="https://our.example/@support" class="u-url mention">@<span>support</span></a> {}</p>'
STOLEN = COMPLAINT.format("someone stole my card and bought things")
ORDER = COMPLAINT.format("a formal complaint: where is my order?")
MACHINE = "This is an automatic message."


@pytest.fixture
async def network(make: Callable[..., Awaitable[Workspace]], tmp_path: Path) -> AsyncIterator[Network]:
    """A workspace with an agent who serves the network, and an adapter that has read nothing yet."""
    document = small()
    document["agents"][0]["capacity"]["channels"]["social"] = 3
    state = tmp_path / "state.json"
    state.write_text(json.dumps({"seen": "0"}))
    async with instance_running() as double:
        yield await connected(await make(document), double, state)


@pytest.fixture
def double(network: Network) -> Double:
    return network.double


async def test_an_agent_takes_a_customer_from_a_public_post_to_a_private_chat_and_back(
    network: Network, double: Double
) -> None:
    """In one step each way, on one case, with one history; and nobody else reads what was private."""
    async with network.adapter(), network.workspace.desk("ann") as ann:
        post = double.writes(KIM, ORDER)
        (contact,) = await network.contacts()
        assert (contact["text"], contact["visibility"]) == ("a formal complaint: where is my order?", "public")
        await accepted(ann, contact["id"])

        async def writes(text: str, **more: Any) -> dict[str, Any]:
            return await ann.do(
                "message.send", contact_id=contact["id"], client_id=text, kind="agent", text=text, **more
            )

        await writes("We look for it.")
        await double.until(1)
        await ann.do("contact.modality", contact_id=contact["id"], to="one_to_one", reason="we need the number")
        await writes("Which number has it?")
        assert await double.until(3) == [
            ("public", "@kim@example.social We look for it.", post),
            ("public", "@kim@example.social We write to you directly.", post),
            ("direct", "@kim@example.social Which number has it?", post),
        ]
        ours = next(one for one in double.statuses.values() if one["visibility"] == "direct")
        double.writes(KIM, COMPLAINT.format("4711-22"), ours["id"], visibility="direct")
        *_, told = await network.said(5)
        assert (told["text"], told["visibility"], told["contact_id"]) == ("4711-22", "private", contact["id"])
        assert slug(await writes("So 4711-22 it is!", visibility="public")) == "stays_private"
        await writes("4711-22 is on its way.")
        await ann.do("contact.modality", contact_id=contact["id"], to="many_to_many", reason="all may know")
        await writes("It is solved.")
        assert (await double.until(5))[-1] == ("public", "@kim@example.social It is solved.", post)
        assert not any("4711" in text for text in double.read_by("robin"))
        assert any("4711" in text for text in double.read_by(KIM))
        assert len({one["case_id"] for one in await network.said(7)}) == 1


async def test_a_sensitive_mention_is_answered_in_public_only_with_one_text(network: Network, double: Double) -> None:
    """In the customer's language; a fresh direct message of that customer then belongs to the same conversation."""
    async with network.adapter() as started:
        post = double.writes(KIM, STOLEN, language="de")
        (contact,) = await network.contacts()
        one = await reply(network.workspace, contact, "Ask @robin about the card that ends in 42.")
        await reply(network.workspace, contact, "It is blocked.")
        assert await double.until(3) == [
            ("public", "@kim@example.social Wir schreiben Ihnen direkt.", post),
            ("direct", "@kim@example.social Ask @\u200brobin about the card that ends in 42.", post),
            ("direct", "@kim@example.social It is blocked.", post),
        ]
        assert double.read_by("robin") == ["@kim@example.social Wir schreiben Ihnen direkt."]
        await until_delivery(network.workspace, one, "sent")
        double.writes(KIM, COMPLAINT.format("thank you"), visibility="direct")
        await until_taken(started, taken=2)
        assert {said["contact_id"] for said in await network.said(5)} == {contact["id"]}


@every(
    ("message", "public"),
    [
        ({"visibility": "public", "modality": "many_to_many"}, True),
        ({"visibility": "public", "modality": "one_to_one", "notice": True}, True),
        ({"visibility": "public", "modality": "one_to_one"}, False),
        ({"visibility": "public"}, False),
        ({"visibility": "private", "modality": "many_to_many", "notice": True}, False),
        ({}, False),
    ],
)
def test_the_adapter_is_a_second_guard(message: dict[str, Any], public: bool) -> None:
    """Whatever a router sends, only what it says is public is, and of who is answered directly only the notice."""
    assert may_be_public(message) is public


async def test_programs_that_answer_each_other_stop(network: Network, double: Double) -> None:
    """By what machines write to one customer in an hour; what people write is never counted."""
    async with network.adapter(automatic_per_hour=1):
        double.writes(KIM, ORDER)
        (contact,) = await network.contacts()
        assert await double_reply(network, contact, "One.", "sent", kind="bot", author="helper") is None
        refused = await double_reply(network, contact, "Two.", "failed", kind="bot", author="helper")
        assert refused == "automatic_too_often"
        await double_reply(network, contact, "From me.", "sent")


async def test_the_command_describes_the_adapter_as_the_instance_is(double: Double) -> None:
    """Its limit of characters, less the room for the mention; and it says what the environment lacks."""
    environment = {"MCI_ROUTER_URL": "http://127.0.0.1:9", "MCI_ADAPTER_KEY": "mci_x", "MCI_MASTODON_URL": double.url}
    run = partial(CliRunner().invoke, command, ["--describe"])
    lacking = await asyncio.to_thread(run, env=environment)
    assert (lacking.exit_code, "MCI_MASTODON_TOKEN" in lacking.output) == (1, True)
    described = await asyncio.to_thread(run, env={**environment, "MCI_MASTODON_TOKEN": "a-token"})
    assert described.exit_code == 0, described.output
    (adapter,) = YAML(typ="safe").load(described.output)["adapters"]
    AdapterSpec.model_validate(adapter)
    assert adapter["capabilities"]["max_chars"] == 468


async def test_whatever_is_written_becomes_a_contact_or_its_named_refusal(network: Network, double: Double) -> None:
    """Ours, programs' and empty statuses are refused, each by its name; nobody is taken for somebody else."""
    double.writes(KIM, "<p>look <script>steal()</script><b>here</b> &lt;b&gt;<br>and there</p>", spoiler_text="money")
    double.writes("robin", COMPLAINT.format(" ".join(f"@robin{number}" for number in range(100))))
    double.writes("support@evil.example", COMPLAINT.format("I am from the support, too"))
    double.joins("kіm@example.social")  # its second letter is Cyrillic
    large, foreign = {"url": f"{double.url}/files/broken.jpg"}, {"url": "http://127.0.0.1:9/files/secret.png"}
    script = {"url": "javascript:alert(1)", "type": "image"}
    double.writes("kіm@example.social", "<p></p>", media_attachments=[large, foreign, script, None])
    double.writes("bot@example.social", ORDER)
    double.writes("support", ORDER)
    double.writes("robin", "<p></p>", visibility="private")
    double.deletes(double.writes("robin", ORDER))
    double.notifications.append({"id": "900", "type": "mention", "status": {"id": [], "account": "x"}})
    double.writes("robin", ORDER, type="favourite")
    async with network.adapter() as started:
        await until_taken(started, taken=4, bot=1, own=1, empty=1, gone=2)
        contacts = await network.contacts(4)
        assert [one["context"]["handle"] for one in contacts] == [
            *("@kim@example.social", "@robin@our.example", "@support@evil.example", "@kіm@example.social")
        ]
        assert contacts[0]["text"] == "money\n\nlook here <b>\nand there"
        assert contacts[1]["text"].endswith("@robin99")
        left, kept = contacts[3]["attachments"]
        assert (kept["name"], kept["content_type"], kept["bytes"]) == ("broken.jpg", "image/jpeg", 10_000_020)
        assert left == {"url": foreign["url"], "name": "secret.png", "content_type": "image/png"}
        assert len({one["customer_id"] for one in contacts}) == 4
        assert [one["trust"] for one in contacts] == ["authenticated"] * 4


async def test_what_the_router_answers_by_itself_is_said_directly_and_once(network: Network, double: Double) -> None:
    """An article goes to its customer alone, from a machine that says so; who writes again in the thread, a program perhaps, gets no second one."""
    async with network.adapter() as started:
        post = double.writes("robin", COMPLAINT.format("forgot my password"))
        assert await double.until(1) == [
            ("direct", f"@robin@our.example {MACHINE}\n\nOpen the sign-in page and choose Forgotten password.", post)
        ]
        (contact,) = await network.contacts()
        await network.workspace.api.post(f"/v1/contacts/{contact['id']}/resolve", json={"reason": "test"})
        await network.workspace.until_state(contact["id"], "resolved")
        double.writes("robin", COMPLAINT.format("I forgot my password, login does not work"), post)
        await until_taken(started, taken=2)
        await network.contacts(2)
        assert len(double.ours) == 1


async def test_what_is_edited_or_deleted_on_the_network_is_here_too(network: Network, double: Double) -> None:
    """Each by the message of its status. A list that is cut short deletes nothing."""
    kept, gone = double.writes(KIM, ORDER), double.writes("robin", ORDER)
    async with network.adapter():
        first, second = await network.contacts(2)
        double.edits(kept, COMPLAINT.format("my order is here, thank you"))
        double.deletes(gone)

        async def text(contact: dict[str, Any]) -> tuple[str, bool]:
            found = (await network.workspace.api.get(f"/v1/cases/{contact['case_id']}/messages")).json()["items"][0]
            return found["text"], found["redacted"] is not None

        async def followed() -> bool:
            return [await text(first), await text(second)] == [("my order is here, thank you", False), ("", True)]

        await eventually(followed)


async def test_a_restart_loses_nothing_and_says_nothing_twice(network: Network, double: Double) -> None:
    """Who died between the instance's 200 and our receipt posts no second time; what came meanwhile is read; and a
    file that is lost or old has statuses read twice, which changes nothing.
    """
    post = double.writes(KIM, ORDER)
    old = network.settings.state.read_text()
    async with network.adapter():
        (contact,) = await network.contacts()
    message = await reply(network.workspace, contact, "We look for it.")
    double.post(
        {"status": "@kim@example.social We look for it.", "in_reply_to_id": post, "visibility": "public"}, message
    )
    double.writes(KIM, COMPLAINT.format("hello?"), post)
    network.settings.state.write_text(old)
    async with network.adapter() as started:
        await until_taken(started, taken=2)
        await until_delivery(network.workspace, message, "sent")
        assert [said["text"] for said in await network.said(3)][1:] == ["We look for it.", "hello?"]
        assert (double.posts, len(await network.contacts())) == (1, 1)
    network.settings.state.unlink()  # what came before an adapter that knows nothing is not its to answer
    async with network.adapter() as started:
        double.writes("robin", ORDER)
        await until_taken(started, taken=1)
        assert started.taking.counted.total() == 1


async def test_what_is_read_is_written_down_now_and_then(
    network: Network, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not for each status: a file of some thousand threads takes longer to write than a status to take in."""
    saved: list[str | None] = []
    save = Memory.save

    def counted(memory: Memory) -> None:
        saved.append(memory.seen)
        save(memory)

    monkeypatch.setattr(Memory, "save", counted)
    monkeypatch.setattr("mci_router.adapters.mastodon.taking.SAVE_S", 60, raising=False)
    for number in range(12):
        double.writes(KIM, COMPLAINT.format(f"my order {number}"))
    async with network.adapter(poll_s=600) as started:
        await until_taken(started, taken=12)

        async def written() -> bool:
            return bool(json.loads(network.settings.state.read_text())["seen"] == double.notifications[-1]["id"])

        await eventually(written)
    assert set(saved) == {double.notifications[-1]["id"]}


async def test_a_key_that_may_not_write_loses_no_status(network: Network, double: Double) -> None:
    """What the router would not let us write waits until we may."""
    key = await key_of(network.workspace, "messages:deliver", adapter="mastodon", trust="authenticated")
    double.writes(KIM, ORDER)
    async with network.adapter(adapter_key=SecretStr(key["key"])) as started:
        with pytest.raises(RouterAway):
            await started.taking.turn()
    async with network.adapter():
        assert len(await network.contacts()) == 1


async def test_an_instance_that_fails_is_asked_again(
    network: Network, double: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After errors, garbage and its limits, as it says; nothing is lost, nothing is said twice."""
    monkeypatch.setattr(instance, "PAUSE_S", 0.02)
    double.faults.extend([(500, "oops"), (200, "<html>"), (200, "{}"), (429, "{}"), (503, "")])
    double.writes(KIM, ORDER)
    async with network.adapter():
        (contact,) = await network.contacts()
        double.limited_until = time() + 1.2
        await reply(network.workspace, contact, "We look for it.")
        await double.until(1)
        assert time() >= double.limited_until
        assert double.posts == 1


async def test_what_does_not_reach_its_customer_has_failed_with_why(network: Network, double: Double) -> None:
    """A public answer to a post that is gone, one to somebody who blocks us, one too long; a direct one still goes."""
    async with network.adapter():
        post = double.writes(KIM, ORDER)
        (contact,) = await network.contacts()
        await double_reply(network, contact, "Hello.", "sent")
        del double.statuses[post]
        assert await double_reply(network, contact, "Are you there?", "failed") == "parent_deleted"
        double.people[KIM]["suspended"] = True
        assert await double_reply(network, contact, "And now?", "failed") == "suspended"
        await double_reply(network, contact, "To you alone.", "sent", visibility="private")
        assert double.ours[-1] == ("direct", "@kim@example.social To you alone.", None)
        double.leaks = True
        assert await double_reply(network, contact, "A secret.", "failed", visibility="private") == "not_private"
        double.leaks = False
        assert not any("secret" in text for _, text, _ in double.ours)
        double.writes("robin", ORDER)
        double.blocks.add("robin")
        (_, other) = await network.contacts(2)
        assert await double_reply(network, other, "Hello.", "failed") == "blocked"
        double.blocks.clear()
        await double_reply(network, other, "Hello again.", "delivered")


async def double_reply(network: Network, contact: dict[str, Any], said: str, state: str, **more: Any) -> str | None:
    """Writes to the customer; why it has failed, once it is in the state."""
    message = await reply(network.workspace, contact, said, **more)
    error = (await until_delivery(network.workspace, message, state))["error"]
    return error and str(error["slug"])
