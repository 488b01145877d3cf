"""What a request costs, in units of the rate limits: what it makes the service do, roughly."""

from starlette.requests import Request

UNIT_BYTES = 4_096  # of a body: each begun costs a unit
LONGEST = "262144"  # what a body that does not say its length is taken for

FACTORS = {
    "/v1/decisions": 10,  # a text is read whole, and nothing is kept of it
    "/v1/decisions/replay": 100,  # up to thousands of texts are read
    "/v1/reports/service-level": 10,  # adds up segments
    "/v1/reports/contacts": 10,
    "/v1/reports/queues": 10,
    "/v1/reports/arrivals": 10,
    "/v1/reports/agents": 10,
    "/v1/reports/backlog": 10,
    "/v1/reports/evenness": 10,
    "/v1/reports/retention": 10,
    "/v1/reports/ladder": 10,
    "/v1/coaching/cohorts": 10,
    "/v1/workforce/forecast": 10,
    "/v1/reports/times-of-day": 10,
    "/v1/scorecard": 10,
    "/v1/service-levels/interim": 10,
    "/v1/service-levels/proposal": 10,
    "/v1/trends/digest": 50,
    "/v1/trends": 50,  # reads texts, and shuffles days
    "/v1/workforce/adherence": 10,
    "/v1/reports/interval-history": 100,
    "/v1/staffing": 100,  # up to thousands of lines are summed; a list of jobs is rare
    "/v1/triage/lint": 10,  # compares all examples
}
"""Routes whose requests cost this many times what others do."""

EXPORT = 100
"""The same for a whole report or all records: many pages in one."""


def cost_of(request: Request) -> int:
    """Returns the units of a request: 1, more for a long body, times the factor of its route."""
    scope = request.scope
    cost = 1
    if scope["method"] != "GET":
        length = request.headers.get("content-length") or (LONGEST if "transfer-encoding" in request.headers else "0")
        cost += int(length) // UNIT_BYTES if length.isdigit() else 0
    path = scope["path"]
    return cost * (EXPORT if path.startswith("/v1/exports/") else FACTORS.get(path, 1))
