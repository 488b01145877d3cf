"""A receiver of completed contacts, as a CRM would have one: it verifies each event, takes it once, and logs it.

Run it with the webhook's secret, and point a webhook with `events: [contact.completed]` and `in_full: true` at it:

    MCI_WEBHOOK_SECRET=whsec_… uvicorn examples.crm_receiver:app --port 9000
"""

import json
import os
import sys
from typing import Any

from fastapi import FastAPI, Request, Response
from standardwebhooks import Webhook, WebhookVerificationError

SECRET = os.environ.get("MCI_WEBHOOK_SECRET") or sys.exit("Set MCI_WEBHOOK_SECRET first")
app = FastAPI()
log: list[str] = []
"""What the CRM would keep; a real one writes to its database, and the ids of events with it."""

_taken: set[str] = set()


@app.post("/contacts")
async def completed(request: Request) -> Response:
    """Takes one event. Answers 401 to what is not signed, and 204 to what is logged, or was before."""
    body = await request.body()
    try:
        Webhook(SECRET).verify(body, dict(request.headers))
    except WebhookVerificationError:
        return Response(status_code=401)
    event = json.loads(body)
    if event["id"] not in _taken and "record" in event["data"]:
        log.append(line_of(event["data"]))
        print(log[-1], flush=True)  # noqa: T201
    _taken.add(event["id"])
    return Response(status_code=204)


def line_of(data: dict[str, Any]) -> str:
    """Returns the line that stands in the customer's record afterwards."""
    record, times = data["record"], data["record"]["times"]
    who = record["customer"].get("external_id", "unknown customer")
    how = record.get("disposition", {"title": "no disposition"})["title"]
    handoffs = "".join(f"; passed on by {one.get('by', 'a supervisor')}: {one['reason']}" for one in record["handoffs"])
    return (
        f"{times['ended_at']} {who}: {data['channel']} with {data['agent']}, {times['talked_s']:.0f} s, "
        f"waited {times['waited_s']:.0f} s, {how}{handoffs}. {record['notes']}".strip()
    )
