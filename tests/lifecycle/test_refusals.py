"""A refusal of the live state becomes the problem that the caller can mend."""

from mci_router.errors import AgentNoRoom, AgentNotWorking, AgentUnable, Problem, QueueClosed, UnknownAgent, WrongState
from mci_router.lifecycle.refusals import refusal
from mci_router.routing.calls import CallResult, Status
from mci_router.vocabulary import ContactState
from tests.support.rows import every


@every(
    ("status", "problem"),
    [
        (Status.UNABLE, AgentUnable),
        (Status.NOT_WORKING, AgentNotWorking),
        (Status.NO_ROOM, AgentNoRoom),
        (Status.UNKNOWN, UnknownAgent),
        (Status.CLOSED, QueueClosed),
    ],
)
def test_each_status_is_a_problem_of_its_own(status: Status, problem: type[Problem]) -> None:
    """About the agent, or what the live state does not know yet."""
    assert type(refusal(CallResult(status))) is problem


def test_any_other_status_says_where_the_contact_stands() -> None:
    """In the detail and as a member."""
    problem = refusal(CallResult(Status.WRONG_STATE, state=ContactState.COMPLETED))
    assert isinstance(problem, WrongState)
    assert problem.document()["state"] == ContactState.COMPLETED
    assert "completed" in problem.detail
