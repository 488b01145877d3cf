"""The worked numbers of `docs/matching.md` are what the plain model and the code say."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from mci_router.routing import engine
from mci_router.routing.calls import LAST_MS, LineFigures, Placement, line_id
from mci_router.routing.engine.live_settings import skill_stakes
from mci_router.routing.policy.expected_wait import expected_wait, recent_s, share_s
from mci_router.specs import QueueSpec, ServiceLevel, SkillRequirement, WorkspaceSpec
from tests.docs.pages import DOCS
from tests.routing.engine import choice
from tests.routing.engine.choice import Chooser
from tests.routing.engine.facts import Agent, Contact, Line, Place, Queue, Share
from tests.support.rows import every

PAGE = (DOCS / "matching.md").read_text(encoding="utf-8")
LUA = "\n".join(path.read_text(encoding="utf-8") for path in sorted(Path(engine.__file__).parent.rglob("*.lua")))
NOW = 10**9
Row = dict[str, str]


def table(first: str) -> list[Row]:
    """Returns the rows of the table whose headings begin with `first`."""
    lines = f"{first}{PAGE.partition(f'{chr(10)}| {first}')[2]}".splitlines()
    heads = [cell.strip() for cell in lines[0].strip("| ").split("|")]
    body = []
    for line in lines[2:]:
        if not line.startswith("|"):
            break
        cells = [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        body.append(dict(zip(heads, cells, strict=True)))
    assert body, f"no table begins with {first}"
    return body


def number(cell: str) -> float:
    found = re.match(r"[−-]?[\d.]+", cell)
    assert found, cell
    return float(found[0].replace("−", "-"))


def skills(cell: str) -> dict[str, int]:
    return {name: int(level) for name, level in re.findall(r"(\w+) (\d+)", cell)}


@pytest.fixture
def chooser() -> Chooser:
    """The queues of the page's example, in a workspace that sets nothing."""
    model = Chooser()
    model.now = NOW
    model.settings = {
        "line_choice": "service_level",
        "eta": WorkspaceSpec(name="w", title="W").shorter_first,
        "stakes": {},
    }
    for row in table("queue | weight"):
        settings = {
            "weight": number(row["weight"]),
            "target_ms": number(row["T"]) * 1000,
            "goal": number(row["g"]),
            "handle_ms": number(row["mean handle time"]) * 1000,
            "deferrable": row["deferrable"] == "yes",
        }
        model.queues[row["queue"]] = Queue(row["queue"], settings, level_at=NOW)
    return model


def waiting(queue: str, waited_s: float, model: Chooser) -> Contact:
    """A contact that has waited for so long."""
    line, since = Line(queue, "voice", 1), round(model.now - waited_s * 1000)
    contact = Contact("con_1", "voice", Place(line, since, since, since, 0), line, state="queued")
    model.waiting[contact.id] = contact
    return contact


@pytest.mark.parametrize("row", table("queue | channel"), ids=lambda row: row["line"])
def test_a_line_is_called_so(row: Row) -> None:
    """By the function that names lines."""
    wants = [
        [{"skill": skill, "min": least} for skill, least in skills(part).items()] for part in row["wants"].split(" or ")
    ]
    assert f"`{line_id(row['queue'], row['channel'], int(row['units']), *wants)}`" == row["line"]


@pytest.mark.parametrize("row", table("head | waited"), ids=lambda row: f"{row['head']} {row['waited']}")
def test_a_head_is_worth_so_much(row: Row, chooser: Chooser) -> None:
    """f, B and S."""
    queue, waited = chooser.queues[row["head"]], number(row["waited"])
    queue.good, queue.all = map(float, row["lately"].split(" of "))
    rank, score = chooser.pull(waiting(queue.name, waited, chooser))
    if row["S"] == "first":
        assert (rank, score) == (1, waited * 1000)
        return
    plain = score / queue.settings["weight"] * queue.handle / 1000  # B f
    queue.good, queue.all = 0, 0
    urgency = chooser.pull(waiting(queue.name, waited, chooser))[1] * queue.handle / 1000
    assert (rank, row["f"], row["B"], row["S"]) == (
        0,
        f"{urgency:.3f}",
        f"{plain / urgency:.2f}",
        f"{score * 1000:.2f}",
    )


@pytest.mark.parametrize("row", table("T | bound"), ids=lambda row: row["T"])
def test_the_starvation_bound_is_there(row: Row, chooser: Chooser) -> None:
    """A head that has waited so long is before all; a second less, and it is not."""
    voice = chooser.queues["voice"]
    voice.settings = {**voice.settings, "target_ms": number(row["T"]) * 1000}
    ranks = [chooser.pull(waiting("voice", number(row["bound"]) - less, chooser))[0] for less in (1, 0)]
    assert ranks == [0, 1]


def test_the_cheapest_agent_is_asked(chooser: Chooser) -> None:
    """Costs to three places, and Cid, then Bob."""
    asked = {"fraud": 0.9, "sales": 0.8}
    specs = [
        QueueSpec(name=name, service_level=ServiceLevel(goal=goal, target_s=20), skills=[SkillRequirement(skill=name)])
        for name, goal in asked.items()
    ]
    chooser.settings = {**chooser.settings, "stakes": skill_stakes(specs, [])}
    rows = table("agent | skills")
    for row in rows:
        chooser.agents[row["agent"]] = Agent(
            row["agent"], skills(row["skills"]), 1, {"voice": 1}, wants="available", reachable=True
        )
    line = Line("voice", "voice", 1, ({"billing": 1},))
    costs = {
        name: chooser.cost(agent, line) if line.served_by(agent) else None for name, agent in chooser.agents.items()
    }
    said = {name: "unable" if cost is None else f"{cost:.3f}".replace("-", "−") for name, cost in costs.items()}
    assert said == {row["agent"]: row["cost"] for row in rows}
    able = sorted((cost, name) for name, cost in costs.items() if cost is not None)
    assert [name for _, name in able] == ["cid", "bob", "ann"]


@pytest.mark.parametrize(
    "row", table("live contacts being served | it starts"), ids=lambda row: row["live contacts being served"]
)
def test_the_reserve_is_so_large(row: Row, chooser: Chooser) -> None:
    """With so many idle it does not start, with one more it does."""
    live, kept = map(int, row.values())
    busy = Agent("busy", {}, 1, {"voice": 1}, wants="available", reachable=True)
    busy.shares = {str(place): Share("voice", 1, live=True, queue="voice") for place in range(live)}
    chooser.lines["live"] = Line("voice", "voice", 1)
    may = []
    for idle in (kept, kept + 1):
        free = {
            f"idle {place}": Agent(f"idle {place}", {}, 1, {"voice": 1}, wants="available", reachable=True)
            for place in range(idle)
        }
        chooser.agents = {**({"busy": busy} if live else {}), **free}
        asked = next(iter(free.values()), busy)
        may.append(chooser.may_start(waiting("email", 60, chooser), asked))
    assert may == [False, True]


def test_deferrable_work_starts_late_in_its_target_anyway(chooser: Chooser) -> None:
    """The page's example, to the second."""
    found = re.search(r"An e-mail with the target (\d+) s therefore starts after (\d+) s", PAGE)
    assert found
    email = chooser.queues["email"]
    assert email.settings["target_ms"] == int(found[1]) * 1000
    agent = Agent(
        "busy",
        {},
        9,
        {"voice": 9},
        wants="available",
        reachable=True,
        shares={"x": Share("voice", 1, live=True, queue="voice")},
    )
    chooser.agents, chooser.lines["live"] = {"busy": agent}, Line("voice", "voice", 1)
    assert [chooser.may_start(waiting("email", int(found[2]) - less, chooser), agent) for less in (1, 0)] == [
        False,
        True,
    ]


@pytest.mark.parametrize("row", table("contact | counts as older by"), ids=lambda row: row["contact"])
def test_a_credit_is_worth_so_much_age(row: Row) -> None:
    """In the arguments of `enqueue`."""
    machine = row["contact"].startswith("seems")
    priority = int(row["contact"].removeprefix("priority ")) if row["contact"].startswith("priority") else 0
    place = Placement(
        contact="con_1",
        queue="voice",
        channel="voice",
        requirement=[],
        units=1,
        enqueued_at=NOW,
        due_at=NOW,
        priority=priority,
        rung=0,
        urgent=row["contact"] == "urgent",
        clock_from=NOW + LAST_MS if machine else None,
    )
    assert NOW - place.arguments()["age"] == number(row["counts as older by"]) * 1000


@pytest.mark.parametrize(
    "row",
    table("ahead | servers"),
    ids=lambda row: f"{row['ahead']} ahead, {row['servers']} servers, {row['theta per s']}",
)
def test_the_expected_wait_is_so_long(row: Row) -> None:
    """Share and range, in whole seconds."""
    figures = LineFigures(
        ahead=int(row["ahead"]),
        waiting=int(row["ahead"]),
        queue_waiting=int(row["ahead"]),
        servers=number(row["servers"]),
        ready=0,
        staffed=2,
        handle_ms=round(number(row["handle time"]) * 1000),
        abandoned_per_s=number(row["theta per s"]),
        head_wait_ms=round(number(row["recent"]) * 1000),
        last_waits_ms=(),
    )
    wait = expected_wait(figures)
    assert wait
    assert recent_s(figures) == number(row["recent"])
    assert f"{share_s(figures):.0f} s" == row["share"]
    assert f"{wait.low_s:.0f} to {wait.high_s:.0f} s" == row["range"]


def constants() -> Mapping[str, float]:
    """Every number that a Lua file gives a name."""
    found: dict[str, float] = {}
    for names, values in re.findall(r"^local ([A-Z_][A-Z_, ]*) = ([\d., ]+?)(?: *--.*)?$", LUA, re.M):
        numbers = values.split(", ")
        found |= dict(zip(names.split(", "), map(float, numbers), strict=True))
    return found


@every("row", table("name | value"))
def test_a_constant_is_that_of_the_engine_and_of_the_model(row: Row) -> None:
    """The Lua files, the plain model and the page have the same."""
    name = row["name"].strip("`")
    assert constants()[name] == float(row["value"])
    assert getattr(choice, name, float(row["value"])) == float(row["value"])
