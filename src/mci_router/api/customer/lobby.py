"""The lobby of a workspace: its customers whose sockets are open in this process, and what they are told.

One reader of the journal serves them all, and one look at the ledger and the live state answers for all contacts that
something has happened to. Their places in line are computed together every few seconds, and told where they changed.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from itertools import chain

from mci_router.api.customer.news import News
from mci_router.api.customer.typing import hear_typing
from mci_router.api.customer.visit import Visit
from mci_router.clock import to_ms, utc_now
from mci_router.configuration.snapshots import Snapshots
from mci_router.errors import NotFound, Problem, in_the_log
from mci_router.events import EventType
from mci_router.lifecycle.lines.positions import Place
from mci_router.lifecycle.seen.customer_view import ContactView, CustomerViews
from mci_router.lifecycle.talking.customer_messages import CustomerMessages
from mci_router.routing.engine import Engine
from mci_router.routing.engine.journal import Feed, FeedItem, FeedQueue, Gap
from mci_router.routing.entries import JournalEntry

log = logging.getLogger(__name__)

PLACES_S = 3.0  # how often places in line are looked at
GATHER_S = 0.05  # what happens meanwhile is looked up together
MOST_UNREAD = 10_000  # entries; after more, all is looked up
LATE_MS = 15_000  # contacts younger than this are looked for: longer than a commit takes, and than clocks differ
SAME_WAIT = 0.2  # a wait that differs by less, as a share, is not told again
SAME_WAIT_S = 10
CHANGED_CUSTOMER = (1013, "customer_changed")  # merged or split: who this is has to be asked again


class Lobby:
    """The customers of one workspace who are connected to this process."""

    def __init__(
        self,
        workspace: str,
        engine: Engine,
        views: CustomerViews,
        messages: CustomerMessages,
        snapshots: Snapshots,
        feed: Feed,
    ) -> None:
        self._workspace = workspace
        self._engine = engine
        self._views = views
        self._snapshots = snapshots
        self._feed = feed
        self._visits: dict[str, set[Visit]] = {}
        self.news = News(workspace, messages, snapshots, self._visits)
        self._contacts: dict[str, str] = {}  # whose is each contact that is followed
        self._followed: dict[str, set[str]] = {}  # the same, by customer
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
            visit.pace, visit.writing = same.pace, same.writing  # one pace a customer, however many sockets
        self._visits[visit.customer].add(visit)
        await self._feed.subscribe(self._workspace, f"customer:{visit.customer}", self._queue)
        if not self._tasks:
            typing = hear_typing(self._engine, self._workspace, self._tell_typing)
            self._tasks = [asyncio.create_task(work) for work in (self._hear(), self._watch(), typing)]

    def leave(self, visit: Visit) -> None:
        """Ends a visit, and forgets the customer's contacts with the last one."""
        visits = self._visits.get(visit.customer, set())
        visits.discard(visit)
        if visits or visit.customer not in self._visits:
            return
        del self._visits[visit.customer]
        self._feed.unsubscribe(self._workspace, f"customer:{visit.customer}", self._queue)
        for contact in list(self._followed.get(visit.customer, ())):
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
                self._followed.setdefault(customer, set()).add(contact)
                await self._feed.subscribe(self._workspace, f"contact:{contact}", self._queue)
        found = await self.look(wanted, quiet=quiet)
        if ended := [contact for contact in wanted if contact not in found]:  # meanwhile, and told of already
            views = await self._views.contacts(await self._snapshots.get(self._workspace), ended)
            found |= {name: view for name, view in views.items() if view.customer_id == customer}
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
            ("incident.updated", view.incident(), before and before.incident()),
        ):
            if now is not None and now != then and not (before is None and quiet):
                self._to(customer, kind, now)
        if view.state.final:
            self._unfollow(view.id)

    def _tell_typing(self, contact: str, data: dict[str, object]) -> None:
        if contact in self._contacts and contact in self._shown:
            self._to(self._contacts[contact], "typing", {**data, "case_id": self._shown[contact].case_id})

    def shown(self, customer: str, contact: str) -> ContactView | None:
        """Returns a contact of the customer's as the customer was last told of it; None if it is not followed."""
        return self._shown.get(contact) if self._contacts.get(contact) == customer else None

    def follows(self, customer: str, contact: str) -> bool:
        """Returns whether a contact is an open one of the customer's, as far as this lobby knows."""
        return self._contacts.get(contact) == customer

    def _to(self, customer: str, kind: str, data: dict[str, object]) -> None:
        for visit in self._visits.get(customer, ()):
            visit.tell(kind, data)

    def _unfollow(self, contact: str) -> None:
        self._shown.pop(contact, None)
        if customer := self._contacts.pop(contact, None):
            self._followed[customer].discard(contact)
            if not self._followed[customer]:
                del self._followed[customer]
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
                log.warning("customers of %s are told later: %s", self._workspace, in_the_log(problem))
                self._queue.put_nowait(Gap())
                await asyncio.sleep(PLACES_S)
            except Exception:
                log.exception("customers of %s were not told", self._workspace)

    async def _heard(self, heard: list[FeedItem]) -> None:
        entries = [one for one in heard if isinstance(one, JournalEntry)]
        for entry in entries:
            if entry.type in (EventType.CUSTOMER_MERGED, EventType.CUSTOMER_SPLIT):
                for visit in chain(*(self._visits.get(str(entry.data[who]), ()) for who in ("customer", "into"))):
                    visit.close(*CHANGED_CUSTOMER)
            elif entry.type == EventType.CONTACT_INFORMED and entry.contact in self._contacts:
                self._informed(entry, self._contacts[entry.contact])
        talk = [one for one in entries if one.talk and one.type != EventType.SURVEY_ANSWERED]
        await self._follow_new({str(one.contact): str(one.data.get("customer", "")) for one in talk if one.contact})
        if len(entries) < len(heard):  # a gap
            await self.look(list(self._contacts))
            await self.news.catch_up(self._cases())
        else:
            await self.look({one.contact for one in entries if one.contact and not one.talk})
        await self.news.tell(talk)

    async def _follow_new(self, contacts: Mapping[str, str]) -> None:
        """Follows contacts that began elsewhere, each with its customer."""
        for contact, customer in contacts.items():
            if contact not in self._contacts and customer in self._visits:
                await self.follow(customer, [contact])

    def _cases(self) -> dict[str, str]:
        """Returns the cases that any socket knows, each with its customer."""
        return {case: customer for customer, visits in self._visits.items() for one in visits for case in one.sent}

    def _informed(self, entry: JournalEntry, customer: str) -> None:
        data = {
            "contact_id": entry.contact,
            "incident_id": entry.data["incident"],
            "kind": entry.data["kind"],
            "status": entry.data.get("status_text"),
            "incident": None,
        }
        self._to(customer, "incident.updated", data)

    async def _watch(self) -> None:
        """Tells every few seconds which places have changed, and what has begun on other channels."""
        while True:
            await asyncio.sleep(PLACES_S)
            waiting = [contact for contact, view in self._shown.items() if view.waits]
            try:
                snapshot = await self._snapshots.get(self._workspace)
                if waiting:
                    self._told_places(await self._views.places(snapshot, waiting))
                await self._look_for_new()
            except NotFound:  # the workspace is gone
                return
            except Problem:
                continue

    async def _look_for_new(self) -> None:
        since_ms = to_ms(utc_now()) - LATE_MS
        for contact in await self._views.began(self._workspace, list(self._visits), since_ms):
            if contact.id not in self._contacts:
                for visit in self._visits.get(contact.customer_id, ()):
                    visit.sent.setdefault(contact.case_id, contact.first_seq - 1)
                await self.follow(contact.customer_id, [contact.id])
                await self.news.catch_up({contact.case_id: contact.customer_id})

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
