"""Changes that are applied, and after which contacts would wait for nobody: the answer warns of it."""

from tests.support.documents import small
from tests.support.service import Workspace

WARNING = "MCI-Warning"
CARD = {"title": "Cards", "queue": "fraud_desk", "skills": [{"skill": "fraud", "min": 4}]}


async def test_a_topic_that_overflows_to_where_nobody_can_serve_it(workspace: Workspace) -> None:
    """By a rule of overflow, or while its queue is closed; what can go there, or has no skills of its own, is not named."""
    await workspace.api.put("/v1/topics/card", json=CARD)
    level = {"service_level": {"goal": 0.8, "target_s": 60}, "units": 1}
    await workspace.api.put("/v1/queues/bills", json={**level, "skills": [{"skill": "billing"}]})
    overflow = [{"wait_s": 5, "to_queue": "desk"}, {"wait_s": 60, "to_queue": "bills"}]
    over = await workspace.api.patch("/v1/queues/fraud_desk", json={"overflow": overflow})
    why = "0 of 2 agents can serve it in bills, where queue fraud_desk sends it: billing 1 or better, fraud 4 or better"
    assert over.headers[WARNING] == f"topic card: {why}, units 1"
    mended = await workspace.api.patch("/v1/queues/fraud_desk", json={"overflow": overflow[:1]})
    assert WARNING not in mended.headers
    hours = {"timezone": "UTC", "week": {"mon": [{"open": "08:00", "close": "17:00"}]}}
    closed = {"hours": hours, "when_closed": {"action": "queue", "queue": "bills"}}
    assert why in (await workspace.api.patch("/v1/queues/fraud_desk", json=closed)).headers[WARNING]


async def test_an_agent_is_deleted_without_whom_nobody_can_serve_a_queue(workspace: Workspace) -> None:
    """Only what has become so is named: the agents who are left serve the rest."""
    assert "fred" in {agent["name"] for agent in small()["agents"]}
    gone = await workspace.api.delete("/v1/agents/fred")
    assert (gone.status_code, gone.content) == (204, b"")
    assert gone.headers[WARNING] == "queue fraud_desk: 0 of 1 agents can serve it: fraud 3 or better, units 6"
    assert WARNING not in (await workspace.api.delete("/v1/articles/reset")).headers
