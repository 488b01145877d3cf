"""What cannot be done for one workspace now keeps no other one waiting, though it comes first."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from mci_router.api.parts import Parts
from mci_router.clock import utc_now
from mci_router.conversations.announcing import Announcer
from mci_router.conversations.telling import Telling, Untold
from mci_router.errors import EngineUnavailable
from mci_router.ids import new_id
from mci_router.insight import results
from mci_router.lifecycle import recovery
from mci_router.lifecycle.afterwards.returns import Returns
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.ending import Endings
from mci_router.lifecycle.passing_on import called_again
from mci_router.lifecycle.passing_on.called_again import CalledAgain
from mci_router.lifecycle.publicity import going_back
from mci_router.lifecycle.publicity.going_back import GoingBack
from mci_router.lifecycle.recovery import Recovery
from mci_router.models import Erasure, ModalityMove, ResultCheck, WorkflowRun
from mci_router.privacy.erasing import Erasures
from mci_router.routing.engine import Engine
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import ErasureState
from mci_router.workflows import runs
from mci_router.workflows.runs import Runs
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]

UNSENT = text(
    """
    INSERT INTO contacts SELECT (jsonb_populate_record(c, jsonb_build_object('id', CAST(:id AS text),
      'journal_id', '', 'state', 'accepted', 'accepted_at', CAST(:at AS timestamptz)))).*
    FROM contacts c WHERE id = :like
    """
)
GIVEN_BACK = text("UPDATE contacts SET place_given_back = true WHERE id = :contact")
PUBLIC = text("UPDATE contacts SET visibility = 'public' WHERE id = :contact")
TO_TELL = text("SELECT count(*) FROM modality_moves WHERE workspace_id = :workspace AND told_at IS NULL")
NOTED = text("INSERT INTO result_checks (workspace_id, contact_id) VALUES (:workspace, :contact)")
TO_JUDGE = text("SELECT count(*) FROM result_checks WHERE workspace_id = :workspace")
MESSAGES = text(
    """
    WITH made AS (
      INSERT INTO messages SELECT (jsonb_populate_record(m, jsonb_build_object('id', m.id || n, 'seq', 100 + n,
        'received_at', m.received_at - make_interval(secs => :age_s)))).*
      FROM messages m, generate_series(1, :many) n
      WHERE m.id = (SELECT id FROM messages WHERE contact_id = :contact ORDER BY seq LIMIT 1)
      RETURNING workspace_id, id, received_at, contact_id)
    INSERT INTO unannounced_messages (workspace_id, message_id, received_at, contact_id)
    SELECT workspace_id, id, received_at, contact_id FROM made
    """
)


@value
class Two:
    """Two workspaces with a contact each; all that waits of the first is older."""

    stuck: Workspace
    other: Workspace
    contacts: Mapping[str, str]

    async def write(self, statement: Any, of: Workspace, **more: Any) -> None:
        """Writes for one workspace's contact."""
        async with of.ledger() as session:
            known = {"workspace": of.id, "contact": self.contacts[of.id]}
            await session.execute(
                statement, {name: known[name] for name in statement._bindparams if name in known} | more
            )

    async def count(self, statement: Any, of: Workspace) -> int:
        """How much of one workspace waits."""
        async with of.ledger() as session:
            return int(await session.scalar(statement, {"workspace": of.id}) or 0)


@pytest.fixture
def parts(service: tuple[str, Parts]) -> Parts:
    return service[1]


@pytest.fixture
async def two(make: Make) -> Two:
    stuck, other = await make(), await make()
    contacts = {one.id: (await one.post("a formal complaint about you"))["id"] for one in (stuck, other)}
    return Two(stuck, other, contacts)


def broken(monkeypatch: pytest.MonkeyPatch, parts: Parts, two: Two) -> None:
    """The configuration of the first workspace cannot be loaded."""
    get = parts.snapshots.get

    async def fails(workspace: str) -> Snapshot:
        if workspace == two.stuck.id:
            raise ValueError("no configuration of this version")
        return await get(workspace)

    monkeypatch.setattr(parts.snapshots, "get", fails)


async def test_accepted_contacts_are_dispatched_though_older_ones_cannot_be(
    two: Two, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "BATCH", 1)
    broken(monkeypatch, parts, two)
    unsent: dict[str, str] = {}
    for workspace, age_h in ((two.stuck, 3), (two.stuck, 2), (two.other, 1)):
        unsent[workspace.id] = new_id("contact")
        at = utc_now() - timedelta(hours=age_h)
        async with workspace.ledger() as session:
            like = two.contacts[workspace.id]
            await session.execute(UNSENT, {"id": unsent[workspace.id], "like": like, "at": at})
    again = CalledAgain(parts.database, parts.ending)
    sending = Recovery(parts.database, parts.engine, parts.snapshots, Dispatch(parts.engine), again, age_s=1)
    with pytest.raises(ValueError, match="no configuration"):
        await sending.send_forgotten()
    for workspace, known in ((two.stuck, False), (two.other, True)):
        assert await parts.engine.known(workspace.id, [unsent[workspace.id]]) == [known]


async def test_callbacks_end_though_older_ones_cannot(two: Two, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is tried once a turn, also one that stays as it is."""
    monkeypatch.setattr(called_again, "MOST_AT_ONCE", 1)
    ended: set[str] = set()

    async def end(self: Endings, workspace: str, contact: str, *_: Any, **more: Any) -> None:
        if workspace == two.stuck.id:
            raise EngineUnavailable
        ended.add(contact)

    monkeypatch.setattr(Endings, "end", end)
    for workspace in (two.stuck, two.other):
        await two.write(GIVEN_BACK, workspace)
    with pytest.raises(EngineUnavailable):
        await CalledAgain(parts.database, parts.ending).turn()
    assert ended == {two.contacts[two.other.id]}


@pytest.mark.parametrize("away", [True, False])
async def test_summaries_are_told_of_though_older_ones_cannot_be(
    two: Two, parts: Parts, monkeypatch: pytest.MonkeyPatch, away: bool
) -> None:
    """Those of the first workspace are told of once it is well again."""
    say = GoingBack._say

    async def says(self: GoingBack, move: ModalityMove, *how: Any) -> None:
        if away and move.workspace_id == two.stuck.id:
            raise EngineUnavailable
        await say(self, move, *how)

    with monkeypatch.context() as patched:
        patched.setattr(going_back, "MOST_AT_ONCE", 1)
        patched.setattr(GoingBack, "_say", says)
        if not away:
            broken(patched, parts, two)
        for workspace in (two.stuck, two.other):
            await two.write(PUBLIC, workspace)
            about = {"workspace_id": workspace.id, "contact_id": two.contacts[workspace.id]}
            move = {"id": new_id("modality_move"), "goes_to": "many_to_many", "by": "key:one", "summary": "It works."}
            async with workspace.ledger() as session:
                session.add(ModalityMove(**about, **move))
        with pytest.raises(EngineUnavailable if away else ValueError):
            await parts.modalities.turn()
        assert [await two.count(TO_TELL, one) for one in (two.stuck, two.other)] == [1, 0]
    await parts.modalities.turn()
    assert await two.count(TO_TELL, two.stuck) == 0


async def test_deliveries_are_told_of_though_those_of_another_workspace_cannot_be(parts: Parts) -> None:
    told: list[str] = []

    async def journal(workspace: str, _: Sequence[Mapping[str, Any]]) -> None:
        if workspace == "first":
            raise EngineUnavailable
        told.append(workspace)

    untold = Untold(
        name="changes",
        pending="true",
        workspaces="SELECT * FROM (VALUES ('first'), ('second')) AS w (workspace_id)",
        rows=text("SELECT CAST(:workspace AS text) AS id LIMIT :limit"),
        told=text("SELECT CAST(:rows AS text[])"),
        change=lambda row: {"id": row.id},
    )
    with pytest.raises(EngineUnavailable):
        await Telling(parts.database, journal, untold).turn()
    assert told == ["second"]


async def test_messages_are_announced_though_many_older_ones_cannot_be(
    two: Two, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than one look finds."""
    announced: set[str] = set()
    announce = Engine.announce

    async def announces(self: Engine, workspace: str, some: Sequence[Mapping[str, Any]]) -> Any:
        if workspace == two.stuck.id:
            raise EngineUnavailable
        announced.update(one["message"] for one in some)
        return await announce(self, workspace, some)

    monkeypatch.setattr(Engine, "announce", announces)
    await two.write(MESSAGES, two.stuck, many=1_001, age_s=60)
    await two.write(MESSAGES, two.other, many=1, age_s=30)
    announcer = Announcer(parts.database, parts.engine)
    with pytest.raises(EngineUnavailable):
        await announcer.turn()
    await announcer.close()
    assert len(announced) == 1


async def test_results_are_judged_though_those_of_another_workspace_cannot_be(
    two: Two, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    of_two = ResultCheck.workspace_id.in_([two.stuck.id, two.other.id])
    monkeypatch.setattr(results, "WAITING", results.WAITING.where(of_two))
    broken(monkeypatch, parts, two)
    for workspace in (two.stuck, two.other):
        await two.write(NOTED, workspace)

    async def judged() -> bool:
        with pytest.raises(ValueError, match="no configuration"):
            await Returns(parts.database, parts.engine, parts.snapshots).turn()
        return await two.count(TO_JUDGE, two.other) == 0

    await eventually(judged)
    assert await two.count(TO_JUDGE, two.stuck) > 0


async def test_erasures_go_on_though_an_older_one_cannot(
    two: Two, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased: set[str] = set()
    erasures = {one.id: new_id("erasure") for one in (two.stuck, two.other)}

    async def go_on(self: Erasures, erasure: str) -> None:
        if erasure == erasures[two.stuck.id]:
            raise EngineUnavailable
        erased.add(erasure)

    monkeypatch.setattr(Erasures, "go_on", go_on)
    for workspace, age_h in ((two.stuck, 2), (two.other, 1)):
        at, one = utc_now() - timedelta(hours=age_h), erasures[workspace.id]
        whose = {"workspace_id": workspace.id, "customer_id": one, "customers": [one], "left_id": one}
        async with workspace.ledger() as session:
            session.add(
                Erasure(id=one, state=ErasureState.ERASING, asked_at=at, asked_by="key:one", next_at=at, **whose)
            )
    with pytest.raises(EngineUnavailable):
        await parts.erasures.turn()
    assert erasures[two.other.id] in erased


async def test_runs_go_on_though_an_older_one_cannot(two: Two, parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []

    async def due(_: object) -> list[WorkflowRun]:
        return [WorkflowRun(id="run", workspace_id=one.id) for one in (two.stuck, two.other)]

    async def take(self: Runs, run: WorkflowRun) -> None:
        if run.workspace_id == two.stuck.id:
            raise EngineUnavailable
        taken.append(run.workspace_id)

    monkeypatch.setattr(runs, "_due", due)
    monkeypatch.setattr(Runs, "_take", take)
    with pytest.raises(EngineUnavailable):
        await parts.workflows.runs.turn()
    assert two.other.id in taken
