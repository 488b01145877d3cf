"""A tour of the live state: every transition there is, driven through the real engine in virtual time."""

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias, TypeVar

from mci_router.routing.calls import CallResult, Placement, RelaxedStep, Serving, Settlement
from mci_router.routing.engine.incidents import News
from mci_router.vocabulary import ContactState, EndedBy, Presence
from tests.support.live import GRACE_S, LEASE_S, REOFFER_DELAY_S, LiveState, contact_id

Aspects: TypeAlias = dict[str, dict[str, dict[str, Any]]]
"""What the live state holds, by kind (contact, agent, queue) and name."""

Result = TypeVar("Result")
OFFER_TIMEOUT_S = 20
BOARD: dict[str, dict[str, Any]] = {
    "reply.created": {"member": "mbr_1"},
    "reply.accepted": {},
    "reply.unaccepted": {},
    "post.news": {"members": ["mbr_1"]},
    "post.flagged": {"flag": "flg_1", "reason": "spam"},
    "post.hidden": {"why": "flagged"},
    "post.shown": {},
}
ENDINGS = (ContactState.ABANDONED, ContactState.CANCELLED, ContactState.RESOLVED)


Replay: TypeAlias = Callable[[list[dict[str, Any]], Aspects], None]
"""Is told what a step wrote to the journal, and what the live state holds then."""


class Guide:
    """Goes one step at a time, and hands on what came of it."""

    def __init__(self, live: LiveState, replay: Replay | None) -> None:
        self.live = live
        self._replay = replay
        self._newest = ""
        self._names: dict[str, set[str]] = {"contact": set(), "agent": set(), "queue": set()}
        self._numbers = 0

    async def step(self, done: Awaitable[Result]) -> Result:
        result = await done
        if self._replay:
            entries = await self._written()
            for kind, names in self._names.items():
                names |= {entry[kind] for entry in entries if entry.get(kind)}
            self._replay(entries, await self._aspects())
        return result

    async def _written(self) -> list[dict[str, Any]]:
        """What the journal has had since it was last read."""
        newer = f"({self._newest}" if self._newest else "-"
        entries = await self.live.engine.client.xrange(f"{self.live.prefix}:journal", min=newer)
        self._newest = entries[-1][0] if entries else self._newest
        return [json.loads(fields["entry"]) for _, fields in entries]

    async def _aspects(self) -> Aspects:
        """In one round trip: after a hundred steps there is much of it."""
        hashes = [(kind, name) for kind in ("contact", "agent") for name in self._names[kind]]
        async with self.live.engine.client.pipeline(transaction=False) as pipeline:
            pipeline.hget(f"{self.live.prefix}:workspace", "closed")
            for kind, name in hashes:
                pipeline.hgetall(f"{self.live.prefix}:{kind}:{name}")
            closed, *held = await pipeline.execute()
        aspects: Aspects = {"contact": {}, "agent": {}, "queue": {}}
        for (kind, name), record in zip(hashes, held, strict=True):
            aspects[kind][name] = record
        aspects["queue"] = {name: {"closed": f'"{name}"' in (closed or "")} for name in self._names["queue"]}
        return aspects

    def number(self) -> int:
        """Of a contact that nobody has had yet."""
        self._numbers += 1
        return self._numbers

    async def place(
        self, number: int, *, rung: int = 0, queue: str = "desk", skill: str = "any", **more: Any
    ) -> CallResult:
        """A contact in line that asks for a skill, so that only this stop's agents are concerned."""
        now = self.live.engine.now
        usual: dict[str, Any] = {
            "channel": "chat",
            "units": 1,
            "enqueued_at": now,
            "due_at": now + 20_000,
            "priority": 0,
        }
        wanted = [{"skill": skill, "min": 1}]
        placement = Placement(
            contact=contact_id(number), queue=queue, requirement=wanted, rung=rung, **{**usual, **more}
        )
        return await self.step(self.live.engine.enqueue(self.live.workspace, placement))

    async def serve(
        self, number: int, state: ContactState, *, rung: int = 0, outcome: str = "", asking: bool = False
    ) -> CallResult:
        outcome = outcome or ("automation" if state is ContactState.AUTOMATING else "community")
        serving = Serving(contact_id(number), "chat", outcome, state, rung=rung, limit_at=None, asking=asking)
        return await self.step(self.live.engine.serve(self.live.workspace, serving))

    async def arrive(self, name: str, skill: str, **capacity: Any) -> None:
        """An agent comes, connected and available."""
        await self.step(self.live.agent(name, {skill: 3}, **capacity))

    async def leave(self, *names: str) -> None:
        for name in names:
            await self.step(self.live.presence(name, Presence.OFFLINE))

    async def assigned(self, agent: str, **more: Any) -> int:
        """A contact that the agent has accepted."""
        number = self.number()
        assert (await self.place(number, **more)).agent == agent
        await self.step(self.live.accept(agent, number))
        return number

    async def hand_over(self, number: int, to: str, *, warm: bool = True) -> None:
        contact = await self.live.contact(number)
        await self.step(
            self.live.engine.hand_over(self.live.workspace, contact["agent"], contact["assignment"], to, warm=warm)
        )

    async def call_off(self, number: int) -> None:
        contact = await self.live.contact(number)
        await self.step(self.live.engine.cancel_transfer(self.live.workspace, contact["agent"], contact["assignment"]))

    async def park(self, number: int) -> None:
        contact = await self.live.contact(number)
        await self.step(self.live.engine.park(self.live.workspace, contact["agent"], contact["assignment"]))

    async def write(self, number: int) -> None:
        """The customer writes."""
        await self.step(self.live.engine.customer_wrote(self.live.workspace, contact_id(number), self.live.engine.now))

    async def wait(self, seconds: float, *present: str) -> None:
        """Time passes, and what is due fires; the desks of those present stay."""
        for name in present:
            await self.live.engine.connect(self.live.workspace, name, f"session of {name}")
        self.live.later(seconds)
        for name in present:
            await self.live.engine.renew_lease(self.live.workspace, name, f"session of {name}")
        await self.step(self.live.fire())


async def tour(live: LiveState, replay: Replay | None = None) -> None:
    """All stops, each with contacts and agents of its own."""
    await live.queue(wrap_up_s=30)
    for name in ("brief", "other"):
        await live.queue(name)
    guide = Guide(live, replay)
    for stop in (
        ladders,
        incidents,
        early_endings,
        settlements,
        offers,
        ends,
        warm_transfers,
        interruption,
        holds,
        parking,
        participants,
        lost_agents,
        relaxation,
        callbacks,
        customers,
        agents,
        setting_aside,
        hours,
    ):
        await stop(guide)


async def ladders(guide: Guide) -> None:
    """Up the rungs, in every order that a ladder or an overflow takes."""
    first, second, third, fourth = guide.number(), guide.number(), guide.number(), guide.number()
    await guide.serve(first, ContactState.AUTOMATING)
    await guide.serve(first, ContactState.AUTOMATING, rung=1, outcome="community", asking=True)
    await guide.serve(first, ContactState.POSTED, rung=1)
    await guide.place(first, rung=2)
    await guide.place(first, rung=3)
    await guide.serve(first, ContactState.POSTED, rung=4)
    await guide.serve(second, ContactState.POSTED)
    await guide.serve(third, ContactState.AUTOMATING)
    await guide.place(third, rung=1)
    await guide.serve(fourth, ContactState.AUTOMATING, outcome="community", asking=True)
    await guide.place(fourth, rung=1)
    await guide.serve(fourth, ContactState.AUTOMATING, rung=2, outcome="community", asking=True)
    await guide.step(guide.live.engine.journal_hidden_reply(guide.live.workspace, contact_id(fourth), "pst_1", "rpl_1"))
    for event in BOARD:
        journalled = guide.live.engine.journal_post(
            guide.live.workspace, event, contact_id(fourth), {"post": "pst_1", "reply": "rpl_1", **BOARD[event]}, event
        )
        await guide.step(journalled)
    for number in (first, second, third, fourth):
        await guide.step(guide.live.close(number))


async def incidents(guide: Guide) -> None:
    """Answered by an incident, informed, and then to the ladder after all; each time another step of it."""
    for begins in (ContactState.AUTOMATING, ContactState.POSTED, ContactState.QUEUED):
        number = guide.number()
        await guide.serve(number, ContactState.AUTOMATING, rung=-1, outcome="incident")
        news = News(
            contact_id(number), update=1, kind="status", status_text="we work on it", channel_ref=None, limit_at=None
        )
        await guide.step(guide.live.engine.inform(guide.live.workspace, "inc_1", [news]))
        if begins is ContactState.QUEUED:
            await guide.place(number)
        else:
            await guide.serve(number, begins)
        await guide.step(guide.live.close(number))
    fixed = {"source": "operator", "severity": "P2", "incident_state": "fixed"}
    await guide.step(guide.live.engine.journal_incident(guide.live.workspace, "fixed", "inc_1", fixed, version=2))


async def early_endings(guide: Guide) -> None:
    """From every open state, in every way."""
    await guide.arrive("early", "early", units=9)
    for ending in ENDINGS:
        held = [guide.number() for _ in range(6)]
        await guide.serve(held[0], ContactState.AUTOMATING)
        await guide.serve(held[1], ContactState.POSTED)
        await guide.place(held[2])
        await guide.place(held[3], skill="early")
        await guide.place(held[4], skill="early")
        await guide.step(guide.live.accept("early", held[4]))
        await guide.place(held[5], skill="early")
        await guide.step(guide.live.accept("early", held[5]))
        await guide.park(held[5])
        for number in held:
            await guide.step(guide.live.close(number, ending))
    await guide.leave("early")


async def settlements(guide: Guide) -> None:
    """Events that serve nothing, and those of an address without a contact."""
    for why, event in (("machine", None), ("opted_out", "opted_out"), ("opted_in", "opted_in")):
        settlement = Settlement(contact_id(guide.number()), "email", "none", -1, why, "cus_1", event)
        await guide.step(guide.live.engine.settle(guide.live.workspace, settlement))
    await guide.step(guide.live.engine.journal_opt_out(guide.live.workspace, "opted_out", "cus_1", "phone"))


async def offers(guide: Guide) -> None:
    """Declined, expired, revoked, and taken back because the contact goes elsewhere; then accepted, and put back in
    line.
    """
    await guide.arrive("ann", "offers")
    number = guide.number()
    await guide.place(number, skill="offers")
    await guide.step(guide.live.decline("ann", number))
    await guide.wait(REOFFER_DELAY_S + 1, "ann")
    await guide.wait(OFFER_TIMEOUT_S + 1, "ann")
    await guide.wait(REOFFER_DELAY_S + 1, "ann")
    await guide.step(guide.live.presence("ann", Presence.AVAILABLE))
    await guide.leave("ann")
    await guide.step(guide.live.presence("ann", Presence.AVAILABLE))
    await guide.place(number, skill="offers", rung=1)
    await guide.step(guide.live.accept("ann", number))
    await guide.place(number, skill="offers", rung=2, passed_on=True)
    await guide.step(guide.live.close(number))
    await guide.leave("ann")


async def ends(guide: Guide) -> None:
    """With wrap-up, ended by hand, by time and by closing, and without."""
    await guide.arrive("eve", "ends")
    wrapped = await guide.assigned("eve", skill="ends")
    await guide.step(guide.live.complete("eve", wrapped))
    assignment = (await guide.live.contact(wrapped))["assignment"]
    await guide.step(guide.live.engine.end_wrap_up(guide.live.workspace, "eve", assignment))
    timed = await guide.assigned("eve", skill="ends")
    await guide.step(guide.live.complete("eve", timed))
    await guide.wait(31, "eve")
    brief = await guide.assigned("eve", skill="ends", queue="brief")
    await guide.step(guide.live.complete("eve", brief))
    over = await guide.assigned("eve", skill="ends")
    await guide.step(
        guide.live.engine.end_conversation(guide.live.workspace, contact_id(over), EndedBy.CUSTOMER, "hung up")
    )
    assignment = (await guide.live.contact(over))["assignment"]
    await guide.step(guide.live.engine.more_time(guide.live.workspace, "eve", assignment, 30_000))
    await guide.step(guide.live.engine.end_wrap_up(guide.live.workspace, "eve", assignment))
    await guide.leave("eve")


async def warm_transfers(guide: Guide) -> None:
    """To a queue, that looks on whatever the agents asked do; to an agent, who does not take it, and then does."""
    await guide.arrive("wes", "warm")
    number = await guide.assigned("wes", skill="warm")
    await guide.place(number, skill="second", rung=1, queue="other", warm=True)
    await guide.place(number, skill="second", rung=2, queue="brief", warm=True)
    await guide.arrive("sam", "second")
    await guide.step(guide.live.decline("sam", number))
    await guide.wait(REOFFER_DELAY_S + 1, "wes", "sam")
    await guide.wait(OFFER_TIMEOUT_S + 1, "wes", "sam")
    await guide.wait(REOFFER_DELAY_S + 1, "wes", "sam")
    await guide.step(guide.live.presence("sam", Presence.AVAILABLE))
    await guide.leave("sam")
    await guide.step(guide.live.presence("sam", Presence.AVAILABLE))
    await guide.step(guide.live.accept("sam", number))
    await guide.arrive("tia", "second")
    await guide.hand_over(number, "tia")
    await guide.step(guide.live.decline("tia", number))
    await guide.hand_over(number, "tia")
    await guide.call_off(number)
    await guide.place(number, skill="nobody", rung=3, queue="other", warm=True)
    await guide.call_off(number)
    await guide.hand_over(number, "tia")
    await guide.step(guide.live.complete("sam", number))
    cold = await guide.assigned("wes", skill="warm")
    await guide.arrive("wim", "warm")
    await guide.hand_over(cold, "wim", warm=False)
    await guide.leave("wes", "sam", "tia", "wim")


async def interruption(guide: Guide) -> None:
    """A live contact calls the agent away from an e-mail, which goes on afterwards."""
    await guide.live.queue("mail", target_s=14_400, deferrable=True, interruptible=True)
    await guide.arrive("ida", "mail", units=1, channels={"chat": 1, "email": 1})
    await guide.assigned("ida", skill="mail", queue="mail", channel="email")
    chat = await guide.assigned("ida", skill="mail", queue="brief")
    await guide.step(guide.live.complete("ida", chat))
    await guide.leave("ida")


async def holds(guide: Guide) -> None:
    """Off hold by the agent, and by the end of the conversation."""
    await guide.arrive("hal", "hold")
    number = await guide.assigned("hal", skill="hold")
    assignment = (await guide.live.contact(number))["assignment"]
    await guide.step(guide.live.engine.start_hold(guide.live.workspace, "hal", assignment))
    await guide.step(guide.live.engine.end_hold(guide.live.workspace, "hal", assignment))
    await guide.step(guide.live.engine.start_hold(guide.live.workspace, "hal", assignment))
    await guide.step(guide.live.complete("hal", number))
    await guide.leave("hal")


async def parking(guide: Guide) -> None:
    """Back by the agent, by the customer, to the line; completed by the agent, and because the customer is silent."""
    await guide.live.queue("brief", revision=2, inactivity_s=600)
    await guide.arrive("pam", "parking")
    number = await guide.assigned("pam", skill="parking", queue="brief")
    assignment = (await guide.live.contact(number))["assignment"]
    await guide.park(number)
    await guide.step(guide.live.engine.unpark(guide.live.workspace, "pam", assignment))
    await guide.park(number)
    await guide.write(number)
    await guide.park(number)
    await guide.leave("pam")
    await guide.write(number)
    await guide.step(guide.live.presence("pam", Presence.AVAILABLE))
    for way in ("completed", "silent"):
        await guide.step(guide.live.accept("pam", number))
        await guide.park(number)
        if way == "completed":
            await guide.step(guide.live.complete("pam", number))
        else:
            guide.live.later(601)
            await guide.step(
                guide.live.engine.close_inactive(guide.live.workspace, contact_id(number), "customer_inactive", "bye")
            )
        number = guide.number()
        if way == "completed":
            await guide.place(number, skill="parking", queue="brief")
    await guide.leave("pam")


async def participants(guide: Guide) -> None:
    """Asked, who declines, does not answer, is asked no longer, and joins; then hands over, reads along, leaves."""
    engine, workspace = guide.live.engine, guide.live.workspace
    await guide.arrive("pia", "joining")
    await guide.arrive("pep", "joining")
    number = guide.number()
    first = (await guide.place(number, skill="joining")).agent or ""
    await guide.step(guide.live.accept(first, number))
    other, contact = ({"pia": "pep", "pep": "pia"}[first], contact_id(number))
    for answer in ("declined", "expired", "withdrawn", "accepted"):
        await guide.step(engine.consult(workspace, first, contact, other, able=True))
        invitation = (await guide.live.contact(number))["invitation"]
        if answer == "expired":
            await guide.wait(OFFER_TIMEOUT_S + 1, "pia", "pep")
        elif answer == "withdrawn":
            await guide.step(guide.live.presence(other, Presence.AWAY))
            await guide.step(guide.live.presence(other, Presence.AVAILABLE))
        else:
            await guide.step(engine.answer_invitation(workspace, other, invitation, accepted=answer == "accepted"))
    await guide.step(engine.hand_over_inside(workspace, first, contact, other))
    await guide.step(engine.leave_conversation(workspace, first, contact, "left"))
    await guide.step(engine.read_along(workspace, first, contact, able=False))
    await guide.step(guide.live.complete(other, number))
    await guide.leave("pia", "pep")


async def lost_agents(guide: Guide) -> None:
    """Offline and lost, back within the grace; freed by the second of a warm transfer; and given up after the grace."""
    await guide.arrive("lou", "lost")
    number = await guide.assigned("lou", skill="lost")
    for presence in (Presence.OFFLINE, Presence.AVAILABLE):
        await guide.step(guide.live.presence("lou", presence))
    await guide.wait(LEASE_S + 1)
    await guide.step(guide.live.engine.connect(guide.live.workspace, "lou", "again"))
    await guide.arrive("max", "lost")
    await guide.hand_over(number, "max")
    await guide.wait(LEASE_S + 1, "max")
    await guide.step(guide.live.accept("max", number))
    await guide.wait(LEASE_S + 1)
    await guide.wait(GRACE_S + 1)
    await guide.step(guide.live.close(number))


async def relaxation(guide: Guide) -> None:
    """In one step, and in three."""
    less = [
        RelaxedStep(after_ms, [[{"skill": f"nobody_{after_ms}", "min": 1}]]) for after_ms in (10_000, 20_000, 30_000)
    ]
    for steps in (less[:1], less):
        number = guide.number()
        await guide.place(number, skill="nobody", steps=steps)
        for _ in steps:
            await guide.wait(10)
        await guide.step(guide.live.close(number))


async def callbacks(guide: Guide) -> None:
    """Asked for after it was offered, and without."""
    offered, unasked = guide.number(), guide.number()
    await guide.place(offered)
    await guide.place(unasked)
    await guide.step(guide.live.engine.offer_callback(guide.live.workspace, contact_id(offered)))
    await guide.step(guide.live.engine.note_closed(guide.live.workspace, contact_id(offered), guide.live.engine.now))
    for number in (offered, unasked):
        await guide.step(guide.live.engine.request_callback(guide.live.workspace, contact_id(number)))
        await guide.step(guide.live.close(number))


async def customers(guide: Guide) -> None:
    """Who the customer of a contact is, and that what was said is sensitive; it stays where it is."""
    number = guide.number()
    await guide.place(number)
    await guide.step(guide.live.engine.verify(guide.live.workspace, contact_id(number), "key:key_1"))
    await guide.step(guide.live.engine.mark_sensitive(guide.live.workspace, contact_id(number)))
    await guide.step(
        guide.live.engine.journal_customer(guide.live.workspace, "merged", "cus_1", {"into": "cus_2"}, command="mrg_1")
    )
    await guide.step(guide.live.close(number))


async def agents(guide: Guide) -> None:
    """Every change of presence; a desk taken over, lost; agents removed with and without one."""
    await guide.arrive("pat", "presence")
    for presence in (Presence.AWAY, Presence.AVAILABLE, Presence.OFFLINE, Presence.AWAY, Presence.OFFLINE):
        await guide.step(guide.live.presence("pat", presence))
    await guide.step(guide.live.engine.connect(guide.live.workspace, "pat", "another desk"))
    await guide.step(guide.live.engine.remove_agent(guide.live.workspace, "pat"))
    await guide.arrive("gil", "presence")
    await guide.place(number := guide.number(), skill="presence")
    for suspended in (True, False):
        await guide.step(guide.live.engine.suspend(guide.live.workspace, "gil", suspended, "a talk first"))
    await guide.step(guide.live.close(number))
    await guide.leave("gil")
    await guide.wait(LEASE_S + 1)
    await guide.step(guide.live.engine.remove_agent(guide.live.workspace, "gil"))


async def setting_aside(guide: Guide) -> None:
    """A contact that needs the whole agent has waited for too long: it gets the room that the other one leaves."""
    await guide.arrive("sia", "whole", units=2, channels={"chat": 2})
    small, whole = await guide.assigned("sia", skill="whole", queue="brief"), guide.number()
    await guide.place(whole, skill="whole", queue="brief", units=2, enqueued_at=guide.live.engine.now - 700_000)
    await guide.wait(0, "sia")
    await guide.step(guide.live.complete("sia", small))
    await guide.step(guide.live.close(whole))
    await guide.leave("sia")


async def hours(guide: Guide) -> None:
    """A queue closes and opens."""
    for is_open in (False, True):
        await guide.step(guide.live.engine.set_open(guide.live.workspace, "desk", is_open=is_open))
