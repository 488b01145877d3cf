"""Taking private: a conversation that stands in public goes on with people, in private. Case, history and age go along.

The ledger comes first: what the live state has not heard of yet is brought there by recovery. What was said keeps its
visibility; a thread in which a secret was masked is hidden, any other has a note.
"""

from mci_router.access.audit import Note
from mci_router.clock import utc_now
from mci_router.community import board, threads
from mci_router.configuration.snapshots import Snapshots
from mci_router.database import Database
from mci_router.errors import WrongState
from mci_router.ids import new_id
from mci_router.lifecycle.dispatch import Dispatch
from mci_router.lifecycle.lines.foresight import Foresight
from mci_router.lifecycle.open_contact import RUNG_STATES, OpenContact
from mci_router.lifecycle.passing_on.transfer_records import passed_on, record_of, refuse_more
from mci_router.lifecycle.passing_on.transfers import AGENT_STATES, Transfers
from mci_router.lifecycle.publicity.notices import notice_in
from mci_router.lifecycle.publicity.private_places import PrivatePlace
from mci_router.models import Decision, ModalityMove, Post
from mci_router.outcomes import outcome_of
from mci_router.routing.engine import Engine
from mci_router.specs.snapshot import Snapshot
from mci_router.values import value
from mci_router.vocabulary import Modality, Visibility


@value
class Mover:
    """Who takes a conversation to or from the public: `by` is `agent:…`, `key:…` or `rule:…`, and why.

    `agent` is its name at the desk; `note` is what the audit trail has of it.
    """

    by: str
    reason: str
    agent: str | None = None
    note: Note | None = None


class TakingPrivate:
    """Takes conversations private."""

    def __init__(
        self, database: Database, engine: Engine, snapshots: Snapshots, dispatch: Dispatch, transfers: Transfers
    ) -> None:
        self._database = database
        self._engine = engine
        self._snapshots = snapshots
        self._dispatch = dispatch
        self._transfers = transfers
        self._foresight = Foresight(engine)

    async def take(self, workspace: str, contact_id: str, place: PrivatePlace, mover: Mover) -> bool:
        """Takes a conversation private, and to where `place` says. Returns whether anything changed. Idempotent.

        One that people have already stays with them unless a place is named; one that stands in public alone goes to
        people.

        Raises:
            NotFound, WrongState: there is no such contact, or it has ended.
            UnknownQueue, UnknownSkill, NobodyCanServe, TooManyMoves: it cannot go there; nothing has changed.
            EngineUnavailable, DatabaseUnavailable.
        """
        snapshot = await self._snapshots.get(workspace)
        place.check(snapshot)
        async with self._database.command() as session:
            current = await OpenContact.locked(session, self._engine, workspace, contact_id)
            if current.state.final:
                raise WrongState(f"The contact is {current.state}: its conversation is over.", state=current.state)
            before = current.contact.modality
            post = await threads.thread_of(session, workspace, contact_id)
            leaves = before is not Modality.ONE_TO_ONE or (post is not None and post.status == "open")
            if leaves:
                await self._leave(snapshot, current, post, place, mover)
            decision = await self._elsewhere(snapshot, current, place, mover, leaves=leaves)
            if mover.note and (leaves or decision):
                await mover.note.record(session, {"modality": before})
        if decision:
            await self._send(snapshot, current, decision, mover)
        return leaves or decision is not None

    async def _leave(
        self, snapshot: Snapshot, current: OpenContact, post: Post | None, place: PrivatePlace, mover: Mover
    ) -> None:
        contact, session, now = current.contact, current.session, utc_now()
        if contact.visibility is Visibility.PUBLIC:
            contact.taken_private_at = now
        hides = post is not None and (place.hide or contact.masked > 0 or contact.sensitive)
        hid = hides and post is not None and not post.hidden  # else something else has: it stays hidden
        if hides:
            await board.hide_post(session, contact.id, now)
        elif post is not None:
            if not post.hidden:
                await threads.leave_note(session, post, snapshot.spec.title, notice_in(contact.language))
            await board.close_post(session, contact.id, now)
        move = ModalityMove(
            id=new_id("modality_move"),
            workspace_id=contact.workspace_id,
            contact_id=contact.id,
            goes_to=Modality.ONE_TO_ONE,
            by=mover.by,
            post_id=post.id if post else None,
            hid=hid,
            told_at=now,
        )
        session.add(move)
        await session.flush()

    async def _elsewhere(
        self, snapshot: Snapshot, current: OpenContact, place: PrivatePlace, mover: Mover, *, leaves: bool
    ) -> Decision | None:
        """Puts the contact where people have it, in the ledger; None if it stays where it is."""
        on_rung = current.state in RUNG_STATES and not current.moving
        if not (on_rung and leaves) and (not place.named or place.holds(current)):
            return None
        if current.moving:
            raise WrongState("The contact is on its way to another queue.", state=current.state)
        if not on_rung and current.state not in AGENT_STATES:
            wanted = " or ".join(AGENT_STATES)
            raise WrongState(f"The contact is {current.state}: another place needs one that is {wanted}.")
        now, contact = utc_now(), current.contact
        route = await current.joining(snapshot, self._foresight, place.route(snapshot, current, now), now)
        why = f"taken private: {passed_on(mover.reason, None).reason}"
        if on_rung:
            await outcome_of(contact).leave(current.session, contact, now, ended=False)
            contact.place_since = contact.place_since or contact.accepted_at
            return await current.put_on(route, why)
        refuse_more(current.decisions)
        passed = passed_on(mover.reason, None, by=mover.agent)
        queue = route.queue.name if route.queue else None
        return await self._transfers.climb(
            snapshot, current, route, why, record_of(current.live, passed, now, queue=queue)
        )

    async def _send(self, snapshot: Snapshot, current: OpenContact, decision: Decision, mover: Mover) -> None:
        if current.state in RUNG_STATES:
            await self._dispatch.move(snapshot, current.contact, decision)
        else:
            passed = passed_on(mover.reason, None, by=mover.agent, note=mover.note)
            await self._transfers.send_on(snapshot, current, decision, passed)
