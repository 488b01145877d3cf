"""What every board has to do, written against the interface: a further connector is added to `CONNECTORS`."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from mci_router.api.parts import Parts
from mci_router.community.built_in import BuiltInBoard
from mci_router.community.choice import Boards
from mci_router.community.connector import Connector, Question, Written
from mci_router.database import Database
from mci_router.errors import NotFound, WrongState
from mci_router.specs.snapshot import Snapshot
from mci_router.vocabulary import HiddenWhy
from tests.support.service import Workspace

CONNECTORS: dict[str, Callable[[Parts], Connector]] = {"built_in": lambda parts: BuiltInBoard(parts.database)}

QUESTION = Question("", "how_to", "Where is the voicemail greeting?", "I want to change the zoetrope greeting.")


@pytest.fixture(params=list(CONNECTORS))
def connector(request: pytest.FixtureRequest, service: tuple[str, Parts]) -> Connector:
    return CONNECTORS[request.param](service[1])


@pytest.fixture
async def snapshot(workspace: Workspace, service: tuple[str, Parts]) -> Snapshot:
    return await service[1].snapshots.get(workspace.id)


@pytest.fixture
async def thread(workspace: Workspace, connector: Connector, snapshot: Snapshot) -> str:
    """A question of a contact that an agent has."""
    contact = await workspace.post("a formal complaint")
    return await connector.publish(snapshot, replace(QUESTION, contact=contact["id"]))


async def test_a_board_does_what_is_asked_once(
    workspace: Workspace, connector: Connector, snapshot: Snapshot, thread: str
) -> None:
    """Repeated calls change nothing: one thread, one reply, one note; the answer is taken, and taken back."""
    contact = (await workspace.api.get("/v1/contacts")).json()["items"][0]["id"]
    assert await connector.publish(snapshot, replace(QUESTION, contact=contact)) == thread
    said = Written("k1", "kim", "Press and hold 1.")
    reply = await connector.reply(snapshot, thread, said)
    assert await connector.reply(snapshot, thread, said) == reply
    note = await connector.note(snapshot, thread, "n1", "An agent looks at it.")
    assert await connector.note(snapshot, thread, "n1", "An agent looks at it.") == note
    read = await connector.read_since(snapshot, "")
    assert [(one.id, one.author, one.body, one.note) for one in read.items] == [
        (reply, "kim", "Press and hold 1.", False),
        (note, snapshot.spec.title, "An agent looks at it.", True),
    ]
    for _ in range(2):
        await connector.accept(snapshot, thread, reply)
    assert [one.accepted for one in (await connector.read_since(snapshot, "")).items] == [True, False]
    found = await connector.similar(snapshot, "zoetrope greeting", ["en"])
    assert [(one.thread, one.body) for one in found] == [(thread, "Press and hold 1.")]
    for _ in range(2):
        await connector.unaccept(snapshot, thread)
    assert await connector.similar(snapshot, "zoetrope greeting", ["en"]) == []
    second = await connector.reply(snapshot, thread, Written("k2", "sam", "Dial 99."))
    await connector.accept(snapshot, thread, second)
    with pytest.raises(NotFound):
        await connector.accept(snapshot, thread, note)


async def test_what_is_hidden_is_read_and_found_nowhere(connector: Connector, snapshot: Snapshot, thread: str) -> None:
    """Neither a reply that was hidden as it came, nor one that was hidden later, nor those of a hidden thread."""
    await connector.reply(snapshot, thread, Written("k1", "kim", "secret canary", hidden=HiddenWhy.PRIVATE))
    shown = await connector.reply(snapshot, thread, Written("k2", "sam", "Dial 99."))
    await connector.accept(snapshot, thread, shown)
    assert [one.id for one in (await connector.read_since(snapshot, "")).items] == [shown]
    for _ in range(2):
        await connector.hide(snapshot, thread, shown, HiddenWhy.MODERATED)
    assert (await connector.read_since(snapshot, "")).items == []
    assert await connector.similar(snapshot, "zoetrope greeting", ["en"]) == []
    await connector.hide(snapshot, thread, None, HiddenWhy.MODERATED)
    with pytest.raises(NotFound):
        await connector.reply(snapshot, thread, Written("k3", "sam", "Dial 98."))


async def test_a_reading_goes_on_where_the_last_one_ended(
    connector: Connector, snapshot: Snapshot, thread: str
) -> None:
    """Nothing is missed; what was written just before the mark may come again, and its id says so."""
    first = [await connector.reply(snapshot, thread, Written(f"k{n}", "kim", f"Press {n}.")) for n in range(3)]
    read = await connector.read_since(snapshot, "", 2)
    assert [one.id for one in read.items] == first[:2]
    seen, mark = set[str](), read.mark
    later = await connector.reply(snapshot, thread, Written("k9", "kim", "Press 9."))
    for _ in range(2):
        again = await connector.read_since(snapshot, mark)
        seen |= {one.id for one in again.items}
        mark = again.mark
    assert {*first[2:], later} <= seen


async def test_going_on_in_private_is_said_in_the_thread(
    workspace: Workspace, connector: Connector, snapshot: Snapshot, thread: str
) -> None:
    """By a neutral note, once, whoever calls how often."""
    where = {await connector.private_thread(snapshot, thread, "p1", "We go on in private.") for _ in range(2)}
    assert len(where) == 1
    assert [one.body for one in (await connector.read_since(snapshot, "")).items] == ["We go on in private."]


async def test_what_is_not_there_is_said(
    workspace: Workspace, connector: Connector, snapshot: Snapshot, thread: str
) -> None:
    """By the same errors whatever the board; and another workspace's thread is not there."""
    nowhere = "pst_" + "0" * 32
    for call in (
        connector.reply(snapshot, nowhere, Written("k", "kim", "Press 1.")),
        connector.accept(snapshot, thread, "rpl_" + "0" * 32),
        connector.unaccept(snapshot, nowhere),
        connector.hide(snapshot, nowhere, None, HiddenWhy.MODERATED),
        connector.private_thread(snapshot, nowhere, "p", "We go on in private."),
        connector.note(replace(snapshot, workspace_id="wsp_other"), thread, "n", "A word."),
        connector.publish(snapshot, replace(QUESTION, contact="con_" + "0" * 32)),
    ):
        with pytest.raises(NotFound):
            await call
    assert (await connector.health()).well


async def test_a_board_that_cannot_be_reached_says_so() -> None:
    """Health raises nothing."""
    away = BuiltInBoard(Database("postgresql+asyncpg://a:b@127.0.0.1:9/c", pool_size=1, timeout_s=1))
    health = await away.health()
    assert not health.well
    assert health.why


async def test_a_workspace_chooses_its_board(service: tuple[str, Parts], workspace: Workspace) -> None:
    """By its configuration; one that says nothing has the built-in one."""
    snapshot = await service[1].snapshots.get(workspace.id)
    other = BuiltInBoard(service[1].database)
    assert Boards({"built_in": other}).of(snapshot) is other
    assert isinstance(service[1].boards.of(snapshot), BuiltInBoard)
    contact = await workspace.post("how do I set up my voicemail greeting", channel="community")
    await workspace.api.post(f"/v1/contacts/{contact['id']}/unresolved", json={"rung": contact["route"]["rung"]})
    with pytest.raises(WrongState):
        await other.reply(snapshot, contact["route"]["post"]["id"], Written("k", "kim", "Press 1."))
