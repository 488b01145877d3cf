"""Texts that come together are read together, off the event loop; nobody waits for ever."""

import asyncio
import threading
from collections.abc import AsyncIterator, Sequence

import pytest

from mci_router.triage.batches import LARGEST_BATCH, LONG_TEXT, MOST_CHARACTERS, MicroBatches
from mci_router.triage.perception import FAILED, Perception
from mci_router.triage.reader import Reader
from mci_router.triage.reading import Words


class Counting(Reader):
    """Tells the size of the batches that it reads, and waits while it is told to."""

    slow = False
    light = True

    def __init__(self, language: str = "en") -> None:
        self.language = language
        self.batches: list[int] = []
        self.named: list[bool] = []
        self.threads: set[int] = set()
        self.go_on = threading.Event()
        self.begun = threading.Event()

    def read(self, texts: Sequence[str | Words], *, named: bool = False) -> list[Perception]:
        self.begun.set()
        self.go_on.wait(10)
        self.batches.append(len(texts))
        self.named.append(named)
        self.threads.add(threading.get_ident())
        return [Perception(language=self.language) for _ in texts]


class TurningSlow(Counting):
    """Is slow from its first text on."""

    def __init__(self) -> None:
        super().__init__("de")
        self.turns_slow = threading.Event()

    def read(self, texts: Sequence[str | Words], *, named: bool = False) -> list[Perception]:
        if self.slow:
            return super().read(texts, named=named)
        self.begun.set()
        self.turns_slow.wait(10)
        self.slow = True
        return [Perception(language=self.language) for _ in texts]


@pytest.fixture
async def batches() -> AsyncIterator[MicroBatches]:
    made = MicroBatches()
    yield made
    made.close()


async def begin(batches: MicroBatches, reader: Counting) -> "asyncio.Task[Perception]":
    """A first text under way, so that those which follow wait."""
    first = asyncio.create_task(batches.read(reader, "first"))
    await asyncio.to_thread(reader.begun.wait, 10)
    return first


async def test_what_comes_while_others_are_read_is_read_together(batches: MicroBatches) -> None:
    """Off the event loop's thread, in batches of a bounded size, each caller with its own perception."""
    reader = Counting()
    first = await begin(batches, reader)
    more = [asyncio.create_task(batches.read(reader, str(number))) for number in range(LARGEST_BATCH + 10)]
    await asyncio.sleep(0)
    reader.go_on.set()
    found = await asyncio.gather(first, *more)
    assert reader.batches == [1, LARGEST_BATCH, 10]
    assert {one.language for one in found} == {"en"}
    assert reader.threads.isdisjoint({threading.get_ident()})


async def test_texts_whose_topic_is_named_are_read_apart(batches: MicroBatches) -> None:
    """No model of topics is asked about them, and none of them holds the others up for longer than its turn."""
    reader = Counting()
    first = await begin(batches, reader)
    more = [asyncio.create_task(batches.read(reader, "text", named=number % 2 == 0)) for number in range(6)]
    await asyncio.sleep(0)
    reader.go_on.set()
    await asyncio.gather(first, *more)
    assert reader.batches == [1, 3, 3]
    assert reader.named == [False, True, False]


async def test_texts_of_one_turn_that_need_no_topic_and_no_language_are_read_at_once(batches: MicroBatches) -> None:
    """In one call, on the event loop's own thread, whatever the other lanes are at; a long one waits for its thread."""
    reader, busy = Counting(), Counting()
    first = await begin(batches, busy)
    reader.go_on.set()
    short = [Words(text, text, language="en") for text in ("one", "two", "three")]
    long = Words("x", "x" * (LONG_TEXT + 1), language="en")
    await asyncio.gather(*(batches.read(reader, words, named=True) for words in short))
    assert (reader.batches, reader.threads) == ([3], {threading.get_ident()})
    await batches.read(reader, long, named=True)
    assert (reader.batches, len(reader.threads)) == ([3, 1], 2)
    busy.go_on.set()
    await first


async def test_each_workspace_is_read_by_its_own_reader(batches: MicroBatches) -> None:
    """In one go each."""
    first, other = Counting("en"), Counting("de")
    begun = await begin(batches, first)
    waiting = [asyncio.create_task(batches.read(reader, "text")) for reader in (first, other, other, first)]
    await asyncio.sleep(0)
    first.go_on.set()
    other.go_on.set()
    found = await asyncio.gather(*waiting)
    assert (await begun).language == "en"
    assert [one.language for one in found] == ["en", "de", "de", "en"]
    assert (first.batches, other.batches) == ([1, 2], [2])


async def test_a_text_that_takes_too_long_goes_to_a_person() -> None:
    """A failed perception, not a stall; the next text is read as ever."""
    batches, reader = MicroBatches(patience_s=0.05), Counting()
    assert await batches.read(reader, "slow") is FAILED
    reader.go_on.set()
    quick = MicroBatches()
    assert (await quick.read(reader, "quick")).language == "en"
    batches.close()
    quick.close()


async def test_a_caller_that_leaves_harms_nobody(batches: MicroBatches) -> None:
    """Its text may be read; the others' perceptions come."""
    reader = Counting()
    first = await begin(batches, reader)
    leaving, staying = (asyncio.create_task(batches.read(reader, "text")) for _ in range(2))
    await asyncio.sleep(0)
    leaving.cancel()
    reader.go_on.set()
    assert (await staying).language == (await first).language == "en"


async def test_a_flood_of_one_workspace_makes_another_wait_for_one_batch_only(batches: MicroBatches) -> None:
    """The readers take turns, and a batch has a bounded length."""
    first, flood, other = Counting("en"), Counting("de"), Counting("fr")
    begun = await begin(batches, first)
    order: list[str] = []

    async def read(reader: Counting, text: str) -> None:
        order.append(str((await batches.read(reader, text)).language))

    texts = [asyncio.create_task(read(flood, "x" * (MOST_CHARACTERS // 5))) for _ in range(20)]
    await asyncio.sleep(0)
    texts.append(asyncio.create_task(read(other, "short")))
    await asyncio.sleep(0)
    for reader in (first, flood, other):
        reader.go_on.set()
    await asyncio.gather(begun, *texts)
    assert order.index("fr") == 5
    assert max(flood.batches) == 5


async def test_long_texts_keep_no_short_one_waiting(batches: MicroBatches) -> None:
    """They have a thread of their own; and so has other work on them, one at a time, the workspaces in turn."""
    slow, quick = Counting("de"), Counting("en")
    long = asyncio.create_task(batches.read(slow, "x" * (LONG_TEXT + 1)))
    await asyncio.to_thread(slow.begun.wait, 10)
    quick.go_on.set()
    assert (await batches.read(quick, "short")).language == "en"
    assert not long.done()
    slow.go_on.set()
    assert (await long).language == "de"
    done: list[str] = []
    whose = ["much"] * 5 + ["little"]
    await asyncio.gather(*(batches.alone(one, lambda one=one: done.append(one)) for one in whose))  # type: ignore[misc]
    assert done.index("little") <= 2


async def test_slow_rules_of_one_workspace_keep_no_other_waiting(batches: MicroBatches) -> None:
    """Their texts have a thread of their own, those too that wait when they turn out to be slow."""
    slow, quick = TurningSlow(), Counting("en")
    quick.go_on.set()
    first = await begin(batches, slow)
    late = [asyncio.create_task(batches.read(slow, "waits already"))]
    await asyncio.sleep(0)
    slow.turns_slow.set()
    await first
    late += [
        asyncio.create_task(batches.read(slow, Words("named", "named", language="en"), named=True)),
        asyncio.create_task(batches.read(slow, "x" * (LONG_TEXT + 1))),
        asyncio.create_task(batches.alone("of the slow", lambda: slow.read(["a reply"])[0], slow)),
    ]
    for text in ("short", "x" * (LONG_TEXT + 1)):
        assert (await batches.read(quick, text)).language == "en"
    assert not any(one.done() for one in late)
    slow.go_on.set()
    await asyncio.gather(*late)
    assert len(slow.threads) == 1


async def test_many_rules_are_not_read_on_the_event_loop(batches: MicroBatches) -> None:
    """They may take longer for a text than others should wait."""
    heavy = Counting()
    heavy.light = False
    heavy.go_on.set()
    await batches.read(heavy, Words("short", "short", language="en"), named=True)
    assert heavy.threads.isdisjoint({threading.get_ident()})
