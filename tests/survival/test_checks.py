"""The checks find what they are for: true books with one thing wrong in them, and what is said of it."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, replace

from tests.support.rows import every
from tests.survival.checks import NOTHING, Allowed, Verdict, verdict
from tests.survival.records import Books, Frame, Heard, Kept, Post, Room

ROOM = {"ann": Room(4, {"voice": 1, "chat": 2}), "bob": Room(4, {"voice": 1, "chat": 2})}
UNITS = {"desk": 2}


@dataclass
class Story:
    """Everything that is known of one contact's life, offered to Ann, and completed by her."""

    posts: list[Post]
    desks: list[Heard]
    books: Books

    def verdict(self, allowed: Allowed = NOTHING) -> Verdict:
        return verdict(self.posts, self.desks, self.books, ROOM, UNITS, allowed)


def _entry(kind: str, state: str, seq: int = 0, **more: object) -> dict[str, object]:
    agent = {"agent": "ann", "seq": seq} if seq else {}
    return {"type": kind, "contact": "con_1", "state": state, "queue": "desk", "channel": "chat", **agent, **more}


def _story() -> Story:
    journal = [
        {"type": "agent.connected", "agent": "ann", "seq": 1},
        _entry("contact.queued", "queued"),
        _entry("offer.created", "offered", 2, offer="ofr_1"),
        _entry("offer.accepted", "assigned", 3, offer="ofr_1", assignment="asg_1"),
        _entry("contact.wrapping_up", "wrapping_up", 4, assignment="asg_1"),
        _entry("contact.completed", "completed", 5, assignment="asg_1"),
    ]
    told = ("offer.created", "assignment.started", "contact.updated", "contact.updated")
    frames = [Frame(1, 1, None, "hello", {"resume": "1", "resumed": False})]
    frames += [Frame(1, 1, seq, kind, {"assignment_id": "asg_1"}) for seq, kind in enumerate(told, 2)]
    kept = Kept("completed", "ann", "asg_1", 0)
    books = Books(
        {"con_1": kept}, {"con_1": kept}, journal, deepcopy(journal), {"ofr_1": "accepted"}, {"ann": []}, 0, []
    )
    posts = [Post(0, 0, "chat", "complaint", 1, "con_1", statuses=[503, 201])]
    return Story(posts, [Heard("ann", frames, {"asg_1": 1}), Heard("bob")], books)


def _both(story: Story, kind: str, **changes: object) -> None:
    """Changes an entry in the ledger and in the journal."""
    for events in (story.books.events, story.books.journal):
        next(event for event in events if event["type"] == kind).update(changes)


def _lose_row(story: Story) -> None:
    story.books.ledger.clear()


def _second_row(story: Story) -> None:
    story.books.ledger["con_2"] = story.books.live["con_2"] = Kept("completed", "ann", "asg_1", 0)


def _other_answer(story: Story) -> None:
    story.posts[0].others.append("con_9")


def _two_desks(story: Story) -> None:
    story.desks[1].frames.append(Frame(2, 1, None, "assignment.started", {"assignment_id": "asg_1"}))


def _told_twice(story: Story) -> None:
    story.desks[0].frames.append(story.desks[0].frames[-1])


def _untold(story: Story) -> None:
    del story.desks[0].frames[2]


def _out_of_order(story: Story) -> None:
    frames = story.desks[0].frames
    frames[-1], frames[-2] = frames[-2], frames[-1]


def _still_open(story: Story) -> None:
    story.books.ledger["con_1"] = replace(story.books.ledger["con_1"], state="assigned")


def _live_differs(story: Story) -> None:
    story.books.live["con_1"] = Kept("assigned", "ann", "asg_1")


def _live_lacks(story: Story) -> None:
    story.books.live.clear()


def _journal_lacks(story: Story) -> None:
    del story.books.events[-1]


def _skips_a_state(story: Story) -> None:
    for events in (story.books.events, story.books.journal):
        events.pop(2)


def _taken_by_another(story: Story) -> None:
    _both(story, "offer.accepted", agent="bob")


def _over_capacity(story: Story) -> None:
    more = [_entry("contact.queued", "queued"), _entry("offer.created", "offered", 0, agent="ann", offer="ofr_2")]
    for number, place in ((2, 3), (3, 3)):
        for events in (story.books.events, story.books.journal):
            events[place:place] = [{**entry, "contact": f"con_{number}"} for entry in more]


def _undone(story: Story) -> None:
    story.desks[0].accepted["asg_7"] = 1


def _failed(story: Story) -> None:
    story.posts[0].statuses.insert(0, 500)


def _refused(story: Story) -> None:
    story.desks[0].refused.append((1, 500))


def _broken(story: Story) -> None:
    story.desks[0].failures = 1


def _pending(story: Story) -> None:
    story.books.offers["ofr_1"] = "pending"


def _miscounted(story: Story) -> None:
    story.books.waiting = 1


def _held(story: Story) -> None:
    story.books.holds["ann"] = ["con_1"]


def _misreported(story: Story) -> None:
    story.books.reports.append("stays: desk: offered 2 instead of 1")


def test_true_books_are_clean() -> None:
    """Nothing is found in a life that went right."""
    assert _story().verdict() == Verdict()


@every(
    ("wrong", "kind", "words"),
    [
        (_lose_row, "lost", "is not in the ledger"),
        (_second_row, "doubled", "is 2 contacts"),
        (_other_answer, "doubled", "was answered with con_1 and with con_9"),
        (_two_desks, "doubled", "was started at ['ann', 'bob']"),
        (_told_twice, "doubled", "was told 5 2 times"),
        (_untold, "illegal", "was not told 3 (offer.accepted)"),
        (_out_of_order, "illegal", "out of order"),
        (_still_open, "illegal", "is assigned at rest"),
        (_live_differs, "illegal", "in the live state"),
        (_live_lacks, "illegal", "None in the live state"),
        (_journal_lacks, "illegal", "are not the journal's"),
        (_skips_a_state, "illegal", "led from queued to assigned"),
        (_taken_by_another, "illegal", "by bob, while ann had it"),
        (_over_capacity, "illegal", "ann holds 6 of 4 units"),
        (_over_capacity, "illegal", "ann holds 3 contacts of chat, of 2"),
        (_undone, "illegal", "was acknowledged and did not happen"),
        (_failed, "illegal", "was answered 500"),
        (_refused, "illegal", "handshake was answered 500"),
        (_broken, "illegal", "internal_error"),
        (_pending, "illegal", "still pending"),
        (_miscounted, "illegal", "1 wait by the queues' counts, 0 by the ledger"),
        (_held, "illegal", "ann still holds con_1"),
        (_misreported, "illegal", "reports: stays"),
    ],
)
def test_what_is_wrong_is_found(wrong: Callable[[Story], None], kind: str, words: str) -> None:
    """Each kind of harm, alone, is said in words that name it."""
    story = _story()
    wrong(story)
    found: list[str] = getattr(story.verdict(), kind)
    assert any(words in line for line in found), found


def test_a_live_state_that_was_emptied_may_take_its_last_moment_along() -> None:
    """What a desk heard just before is forgiven; what it heard long before is not."""
    story = _story()
    story.desks[0].accepted["asg_7"] = 10.0
    assert story.verdict(Allowed(forgot=10.5)).clean
    assert not story.verdict(Allowed(forgot=15)).clean
