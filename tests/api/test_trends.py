"""Trends: a planted rise is found among much that only looks like one, with its contacts and its words."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from random import Random
from typing import Any

import pytest

from mci_router.access.keys import Scope, make_key
from mci_router.clock import utc_now
from mci_router.insight.trends.digest import last_week, rows
from tests.support.documents import small
from tests.support.past_contacts import Past, days, write
from tests.support.service import Workspace

Make = Callable[..., Awaitable[Workspace]]

REGIONS = ("north", "south", "east", "west")
PLAIN = ("I cannot sign in", "how do I set up my voicemail", "where is my bill", "please help me with my account")
MONDAY = last_week(UTC)  # type: ignore[arg-type]  # a day of the week on which no test depends, nor on midnight
END = MONDAY + timedelta(days=7)
WEEKS = days(35, before=END)
NOW = WEEKS[28:]


def quiet(drawn: Random, each_day: float = 12) -> Iterator[Past]:
    """Five weeks in which nothing changes, but days differ: Mondays have more, and some days are busy by chance."""
    for day in WEEKS:
        busy = drawn.gammavariate(4, 0.25) * (1.5 if day.weekday() == 0 else 1)
        for _ in range(round(each_day * busy)):
            yield Past(
                day,
                drawn.randrange(200),
                drawn.choice(("sign_in", "how_to", "complaint")),
                drawn.choice(PLAIN),
                {"region": drawn.choice(REGIONS), "version": drawn.choice(("5.1", "5.2"))},
                drawn.choice((None, "reset", "locked")),
            )


def planted(drawn: Random) -> Iterator[Past]:
    """In the last week a new version is there, in the north, and its customers write of a spinning wheel."""
    for day in NOW:
        for _ in range(6):
            context = {"region": "north", "version": "6.0", "plan": {"nested": "no value"}}
            text = "since the update a spinning wheel is all I see"
            yield Past(day, drawn.randrange(200, 300), "app_hangs", text, context, "restart")


async def report(workspace: Workspace, key: str | None = None, **query: Any) -> dict[str, Any]:
    """The trends of `NOW` against the weeks before it, as this key may see them."""
    headers = {"Authorization": f"Bearer {key or workspace.key}"}
    answer = await workspace.api.get("/v1/trends", params={"until": f"{END}T00:00:00Z", **query}, headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def named(found: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(one["dimension"], one["value"]) for one in found}


async def test_a_planted_rise_is_found(make: Make) -> None:
    """The topic, the article, the version, the region and the words of it, with size, certainty and its contacts."""
    drawn = Random(3)  # noqa: S311 — to draw examples
    workspace = await make(small())
    await write(workspace, quiet(drawn))
    behind = await write(workspace, planted(drawn))
    found = await report(workspace)
    assert {
        ("topic", "app_hangs"),
        ("article", "restart"),
        ("context.version", "6.0"),
        ("context.region", "north"),
    } == (named(found["rose"]))
    assert {("word", "spinning"), ("word", "wheel"), ("word", "update")} <= named(found["words_rose"])
    assert ("word", "sign") not in named(found["words_rose"])
    topic = next(one for one in found["rose"] if one["dimension"] == "topic")
    assert (topic["before"], topic["now"], topic["now_per_day"]) == (0, 42, 6)
    assert topic["q"] <= 0.05
    assert topic["size"]["low"] > 1
    assert topic["contacts"] == sorted(behind, reverse=True)[:10]
    word = next(one for one in found["words_rose"] if one["value"] == "wheel")
    assert word["log_odds"] > 1
    assert set(word["contacts"]) <= set(behind)
    assert not any("nested" in one["dimension"] for one in found["rose"])
    listed = (await workspace.api.get(f"{topic['href']}&limit=100")).json()["items"]
    assert {one["id"] for one in listed} == set(behind)


async def test_lists_and_single_values_of_a_member_are_counted_together(make: Make) -> None:
    """A contact has each value of a list, once; numbers and truths are values as well, and what is nested is none."""
    drawn = Random(5)  # noqa: S311 — to draw examples
    workspace = await make(small())
    await write(workspace, quiet(drawn, 24))
    contexts: list[dict[str, Any]] = [
        {"tag": "wheel", "seats": 3},
        {"tag": ["wheel", "spinning", "wheel"], "seats": [3], "beta": True},
        {"tag": ["wheel", ["nested"], {"in": "it"}, None], "seats": {"of": 3}},
    ]
    behind = [Past(day, drawn.randrange(200, 300), context=one) for day in NOW for one in contexts for _ in range(3)]
    await write(workspace, behind)
    found = await report(workspace, words=False)
    counted = {(one["dimension"], one["value"]): one["now"] for one in found["rose"]}
    assert {name: counted.get(name) for name in counted if name[0].startswith("context")} == {
        ("context.tag", "wheel"): 63,
        ("context.tag", "spinning"): 21,
        ("context.seats", "3"): 42,
        ("context.beta", "true"): 21,
    }


async def test_one_busy_monday_is_no_trend(make: Make) -> None:
    """Sixty contacts of a topic on one day, and as many as ever on the others: that is a surge, and no trend."""
    drawn = Random(4)  # noqa: S311 — to draw examples
    workspace = await make(small())
    monday = next(day for day in NOW if day.weekday() == 0)
    burst = [Past(monday, drawn.randrange(200), "outage", "nothing works") for _ in range(60)]
    calm = [Past(day, drawn.randrange(200), "outage", "nothing works") for day in WEEKS for _ in range(2)]
    await write(workspace, [*quiet(drawn), *burst, *calm])
    assert named((await report(workspace))["rose"]) == set()


async def test_what_falls_is_told_apart(make: Make) -> None:
    """A topic that is no longer asked about stands among what fell, not among what rose."""
    drawn = Random(5)  # noqa: S311 — to draw examples
    workspace = await make(small())
    gone = [Past(day, drawn.randrange(200), "old_app", "the old one") for day in WEEKS[:28] for _ in range(5)]
    await write(workspace, [*quiet(drawn), *gone])
    found = await report(workspace)
    assert named(found["fell"]) == {("topic", "old_app")}
    assert found["fell"][0]["size"]["high"] < 1
    assert found["rose"] == []


async def test_no_word_or_value_of_a_few_customers_comes_up(make: Make) -> None:
    """Four customers who write their own number every day do not make it public, however much it rose."""
    drawn = Random(6)  # noqa: S311 — to draw examples
    workspace = await make(small())
    few = [
        Past(day, 900 + number, "sign_in", "my name is Zebedee", {"order": "4711"})
        for day in NOW
        for number in range(4)
    ]
    await write(workspace, [*quiet(drawn), *few])
    found = await report(workspace)
    assert named(found["rose"]) & {("context.order", "4711")} == set()
    assert named(found["words_rose"]) & {("word", "zebedee"), ("word", "name")} == set()


async def test_one_customer_who_writes_again_and_again_is_no_trend(make: Make) -> None:
    """A hundred contacts of one customer in the last week, of a topic and with words that others have as before."""
    drawn = Random(8)  # noqa: S311 — to draw examples
    workspace = await make(small())
    words, version = "my parcel is lost", {"version": "4.0"}
    others = [
        Past(day, drawn.randrange(200), "parcels", words, version)
        for day in WEEKS
        for _ in range(drawn.randrange(1, 6))
    ]
    one = [Past(NOW[number % 7], 900, "parcels", words, version) for number in range(100)]
    await write(workspace, [*quiet(drawn), *others, *one])
    found = await report(workspace)
    assert named(found["rose"]) & {("topic", "parcels"), ("context.version", "4.0")} == set()
    assert named(found["words_rose"]) & {("word", "parcel"), ("word", "lost")} == set()


async def test_sensitive_contacts_need_their_scope(make: Make) -> None:
    """A rise of sensitive contacts is nothing to a key without `contacts:sensitive`: no topic, no word, no count."""
    drawn = Random(7)  # noqa: S311 — to draw examples
    workspace = await make(small())
    private = [
        Past(day, drawn.randrange(300, 400), "card_fraud", "a thief has my card", sensitive=True)
        for day in NOW
        for _ in range(6)
    ]
    await write(workspace, [*quiet(drawn), *private])
    assert ("topic", "card_fraud") in named((await report(workspace))["rose"])
    async with workspace.database.transaction() as session:
        _, key = await make_key(session, workspace.id, "reports only", [Scope.REPORTS_READ])
    found = await report(workspace, key)
    assert "card_fraud" not in str(found)
    assert "thief" not in str(found)
    assert found["everything"]["now"] == (await report(workspace))["everything"]["now"] - len(private)


@pytest.mark.parametrize(
    "wrong",
    [
        {"since": "2026-01-01T00:00:00Z", "until": "2026-06-01T00:00:00Z"},
        {"since": "2026-01-05T00:00:00Z", "until": "2026-01-05T00:00:00Z"},
        {"since": "2026-01-05T00:00:00Z", "until": "2026-01-12T00:00:00Z", "against": "2026-01-02T00:00:00Z"},
        {"against": "2020-01-01T00:00:00Z"},
        {"since": "0001-01-01T00:00:00Z"},
        {"since": "yesterday"},
        {"words": "perhaps"},
    ],
)
async def test_periods_are_bounded(shared: Workspace, wrong: dict[str, str]) -> None:
    """Too long, too short, empty, or no time at all: a problem with words."""
    answer = await shared.api.get("/v1/trends", params=wrong)
    assert answer.status_code == 422, answer.text


async def test_an_empty_workspace_has_no_trends(workspace: Workspace) -> None:
    """And no fault: nothing was tested. Unless asked otherwise, the last seven days are held against 28 before them."""
    before, answer, after = utc_now(), await workspace.api.get("/v1/trends"), utc_now()
    found = answer.json()
    assert (found["rose"], found["fell"], found["words_rose"], found["tested"]) == ([], [], [], 0)
    assert (found["days_before"], found["days_now"]) == (28, 7)
    assert found["until"] in {f"{now.date()}T00:00:00.000Z" for now in (before, after)}


async def test_the_digest_of_a_week_stays_as_it_was_found(make: Make) -> None:
    """The last week that is over, by whatever day of it is named, without sensitive contacts; what comes into it
    afterwards does not change it.
    """
    drawn = Random(8)  # noqa: S311 — to draw examples
    workspace = await make(small())
    more = [Past(day, drawn.randrange(200), "app_hangs", "it hangs") for day in NOW for _ in range(6)]
    await write(workspace, [*quiet(drawn), *more])
    found = (await workspace.api.get("/v1/trends/digest", params={"week": f"{MONDAY}"})).json()
    assert (found["week"], found["days_before"], found["days_now"]) == (f"{MONDAY}", 28, 7)
    assert ("topic", "app_hangs") in named(found["rose"])
    await write(workspace, [replace(one, topic="other") for one in more])
    assert (await workspace.api.get("/v1/trends/digest", params={"week": f"{NOW[-1]}"})).json() == found
    before, latest, after = last_week(UTC), await workspace.api.get("/v1/trends/digest"), last_week(UTC)  # type: ignore[arg-type]
    assert latest.json()["week"] in {f"{before}", f"{after}"}
    lines = rows(found)
    assert ("rose", "topic", "app_hangs") in {(one.direction, one.dimension, one.value) for one in lines}


@pytest.mark.parametrize("week", ["2020-01-06", "2090-01-02", "0001-01-01", "soon"])
async def test_only_weeks_that_are_over_have_a_digest(shared: Workspace, week: str) -> None:
    """And none that is older than a year, for which nobody keeps contacts."""
    answer = await shared.api.get("/v1/trends/digest", params={"week": week})
    assert answer.status_code == 422, answer.text
