"""The lobby of a workspace: its customers whose sockets are open in this process, and what they are told.

One reader of the journal serves them all, and one look at the ledger and the live state answers for all contacts that
something has happened to. Their places in line are computed together every few seconds, and told where they changed.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable
from dataclasses import replace

from mci_router.api.customer.visit import Visit
from mci_router.configuration.snapshots import Snapshots
from mci_router.errors import NotFound, Problem
from mci_router.events import EventType
from mci_router.lifecycle.customer_view import ContactView, CustomerViews
from mci_router.lifecycle.positions import Place
from mci_router.routing.engine.journal import Feed, FeedItem, FeedQueue, Gap
from mci_router.routing.entries import JournalEntry

log = logging.getLogger(__name__)

PLACES_S = 3.0  # how often places in line are looked at
GATHER_S = 0.05  # what happens meanwhile is looked up together
MOST_UNREAD = 10_000  # entries; after more, all is looked up
SAME_WAIT = 0.2  # a wait that differs by less, as a share, is not told again
SAME_WAIT_S = 10
CHANGED_CUSTOMER = (1013, "customer_changed")  # merged or split: who this is has to be asked again


class Lobby:
    """The customers of one workspace who are connected to this process."""

    def __init__(self, workspace: str, views: CustomerViews, snapshots: Snapshots, feed: Feed) -> None:
        self._workspace = workspace
        self._views = views
        self._snapshots = snapshots
        self._feed = feed
        self._visits: dict[str, set[Visit]] = {}
        self._contacts: dict[str, str] = {}  # whose is each contact that is followed
        self._shown: dict[str, ContactView] = {}
        self._queue = FeedQueue(MOST_UNREAD)
        self._looking = asyncio.Lock()  # what was looked up before is told before
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def empty(self) -> bool:
        return not self._visits

    async def enter(self, visit: Visit) -> None:
        """Has a visit told what happens to its customer from now on."""
        if visit.customer not in self._visits:
            self._visits[visit.customer] = set()
        same = next(iter(self._visits[visit.customer]), None)
        if same:
            visit.pace = same.pace  # one pace a customer, however many sockets
        self._visits[visit.customer].add(visit)
        await self._feed.subscribe(self._workspace, f"customer:{visit.customer}", self._queue)
        if not self._tasks:
            self._tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._watch_places())]

    def leave(self, visit: Visit) -> None:
        """Ends a visit, and forgets the customer's contacts with the last one."""
        visits = self._visits.get(visit.customer, set())
        visits.discard(visit)
        if visits or visit.customer not in self._visits:
            return
        del self._visits[visit.customer]
        self._feed.unsubscribe(self._workspace, f"customer:{visit.customer}", self._queue)
        for contact in [one for one, customer in self._contacts.items() if customer == visit.customer]:
            self._unfollow(contact)

    async def close(self) -> None:
        """Ends what the lobby does by itself."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def follow(self, customer: str, contacts: Iterable[str], *, quiet: bool = False) -> list[ContactView]:
        """Has the customer told what happens to contacts from now on, and returns how they are now. `quiet`: the
        customer is not told of those that were not followed before.

        Raises DatabaseUnavailable.
        """
        wanted = [contact for contact in contacts if customer in self._visits]
        for contact in wanted:
            if contact not in self._contacts:
                self._contacts[contact] = customer
                await self._feed.subscribe(self._workspace, f"contact:{contact}", self._queue)
        found = await self.look(wanted, quiet=quiet)
        return [found[contact] for contact in wanted if contact in found]

    async def look(self, contacts: Collection[str], *, quiet: bool = False) -> dict[str, ContactView]:
        """Looks contacts up, tells their customers what has changed, and returns them. Raises DatabaseUnavailable."""
        async with self._looking:
            followed = [contact for contact in contacts if contact in self._contacts]
            if not followed:
                return {}
            found = await self._views.contacts(await self._snapshots.get(self._workspace), followed)
            for contact in followed:
                if view := found.get(contact):
                    self._tell(view, quiet=quiet)
        return found

    def _tell(self, view: ContactView, *, quiet: bool) -> None:
        """Tells a contact's customer what has changed about it, and stops following one that has ended."""
        before, customer = self._shown.get(view.id), self._contacts.get(view.id)
        if customer != view.customer_id:
            self._unfollow(view.id)
            return
        self._shown[view.id] = view
        for kind, now, then in (
            ("contact.updated", view.data(), before and before.data()),
            ("answer", view.answer(), before and before.answer()),
            ("ask", view.ask(), before and before.ask()),
        ):
            if now is not None and now != then and not (before is None and quiet):
                self._to(customer, kind, now)
        if view.state.final:
            self._unfollow(view.id)

    def _to(self, customer: str, kind: str, data: dict[str, object]) -> None:
        for visit in self._visits.get(customer, ()):
            visit.tell(kind, data)

    def _unfollow(self, contact: str) -> None:
        self._shown.pop(contact, None)
        if self._contacts.pop(contact, None):
            self._feed.unsubscribe(self._workspace, f"contact:{contact}", self._queue)

    async def _hear(self) -> None:
        """Tells what the journal tells, gathered for a moment."""
        while True:
            heard = [await self._queue.get()]
            await asyncio.sleep(GATHER_S)
            while not self._queue.empty():
                heard.append(self._queue.get_nowait())
            try:
                await self._heard(heard)
            except Problem as problem:
                log.warning("customers of %s are told later: %s", self._workspace, problem.slug)
                self._queue.put_nowait(Gap())
                await asyncio.sleep(PLACES_S)
            except Exception:
                log.exception("customers of %s were not told", self._workspace)

    async def _heard(self, heard: list[FeedItem]) -> None:
        entries = [one for one in heard if isinstance(one, JournalEntry)]
        for entry in entries:
            if entry.type in (EventType.CUSTOMER_MERGED, EventType.CUSTOMER_SPLIT):
                for visit in list(self._visits.get(str(entry.data["customer"]), ())):
                    visit.close(*CHANGED_CUSTOMER)
            elif entry.type == EventType.CONTACT_INFORMED and entry.contact in self._contacts:
                self._informed(entry, self._contacts[entry.contact])
        everything = len(entries) < len(heard)  # a gap
        await self.look(list(self._contacts) if everything else {one.contact for one in entries if one.contact})

    def _informed(self, entry: JournalEntry, customer: str) -> None:
        data = {
            "contact_id": entry.contact,
            "incident_id": entry.data["incident"],
            "kind": entry.data["kind"],
            "status": entry.data.get("status_text"),
        }
        self._to(customer, "incident.updated", data)

    async def _watch_places(self) -> None:
        while True:
            await asyncio.sleep(PLACES_S)
            waiting = [contact for contact, view in self._shown.items() if view.waits]
            if not waiting:
                continue
            try:
                snapshot = await self._snapshots.get(self._workspace)
                self._told_places(await self._views.places(snapshot, waiting))
            except NotFound:  # the workspace is gone
                return
            except Problem:
                continue

    def _told_places(self, found: dict[str, Place]) -> None:
        for contact, place in found.items():
            view = self._shown.get(contact)
            if view and view.waits and _differs(view.place, place):
                self._shown[contact] = moved = replace(view, place=place)
                self._to(view.customer_id, "contact.updated", moved.data())


def _differs(before: Place | None, now: Place) -> bool:
    """Returns whether a place has changed so much that its customer should know."""
    if before is None or before.in_line != now.in_line or (before.expected_wait is None) != (now.expected_wait is None):
        return True
    if before.expected_wait is None or now.expected_wait is None:
        return False
    then, today = before.expected_wait.high_s, now.expected_wait.high_s
    return abs(today - then) > max(SAME_WAIT_S, SAME_WAIT * then)


class Lobbies:
    """The lobbies of this process: one for each workspace that has customers here."""

    def __init__(self, views: CustomerViews, snapshots: Snapshots, feed: Feed) -> None:
        self.views = views
        self._snapshots = snapshots
        self._feed = feed
        self._of: dict[str, Lobby] = {}
        self._closing: set[asyncio.Task[None]] = set()

    async def enter(self, visit: Visit) -> Lobby:
        """Has a visit told what happens to its customer, and returns its lobby."""
        workspace = visit.identity.workspace_id
        lobby = self._of.get(workspace)
        if lobby is None:
            lobby = self._of[workspace] = Lobby(workspace, self.views, self._snapshots, self._feed)
        await lobby.enter(visit)
        return lobby

    def leave(self, visit: Visit) -> None:
        """Ends a visit, and the lobby with its last one."""
        workspace = visit.identity.workspace_id
        if lobby := self._of.get(workspace):
            lobby.leave(visit)
            if lobby.empty:
                del self._of[workspace]
                closing = asyncio.create_task(lobby.close())
                self._closing.add(closing)
                closing.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Ends all lobbies."""
        await asyncio.gather(*(lobby.close() for lobby in self._of.values()), *self._closing)
