"""A company's own system as workflows call it: unlocks accounts, sends activations again, refunds, and diagnoses lines.

It verifies each call, does each thing once, however often it is asked with the same key, and answers a diagnosis later.
Run it with the secrets that `POST /v1/workflows/{name}/rotate-secret` has shown, and a key with `runs:result`:

    MCI_WORKFLOW_SECRETS='whsec_… whsec_…' MCI_API_KEY=mci_… MCI_URL=http://127.0.0.1:8000 \\
        uvicorn examples.workflow_target:app --port 9100

`examples/workflows.yaml` has the workflows that lead here.
"""

import asyncio
import json
import os
import sys
from typing import Any

import httpx
from fastapi import BackgroundTasks, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from standardwebhooks import Webhook, WebhookVerificationError

NEEDED = ("MCI_WORKFLOW_SECRETS", "MCI_API_KEY", "MCI_URL")
SECRETS, KEY, URL = (os.environ.get(name) or sys.exit(f"Set {name} first") for name in NEEDED)
app = FastAPI()
done: dict[str, dict[str, Any]] = {}
"""What came of each run, by its key; a real system writes it in the transaction that does the thing."""

STEP_S = float(os.environ.get("STEP_S", "0.5"))  # how long a step of a diagnosis takes


async def verified(request: Request) -> dict[str, Any] | None:
    """Returns what a call says; None if it is not signed with one of our secrets."""
    body = await request.body()
    for secret in SECRETS.split():
        try:
            Webhook(secret).verify(body, dict(request.headers))
        except WebhookVerificationError:
            continue
        call: dict[str, Any] = json.loads(body)
        return call
    return None


@app.post("/diagnosis")
async def diagnosis(request: Request, later: BackgroundTasks) -> Response:
    """Answers 202 at once, and reports the result when all steps are done."""
    call = await verified(request)
    if call is None:
        return Response(status_code=401)
    if call["run"] not in done:
        done[call["run"]] = {}
        later.add_task(diagnose, call)
    return Response(status_code=202)


@app.post("/{act}")
async def once(act: str, request: Request) -> Response:
    """Does one of the short acts, and says what came of it: the same again for the same key."""
    call = await verified(request)
    if call is None:
        return Response(status_code=401)
    if act not in ACTS:
        return Response(status_code=404)
    key = request.headers["Idempotency-Key"]
    if key not in done:
        done[key] = ACTS[act](call["input"])
    return JSONResponse(done[key])


def unlock_account(given: dict[str, Any]) -> dict[str, Any]:
    """Unlocks an account."""
    return succeeded(f"Your account {given['account']} is unlocked: please sign in again.", "unlocked")


def resend_activation(given: dict[str, Any]) -> dict[str, Any]:
    """Sends an activation again."""
    return succeeded(f"We have sent the activation of order {given['order']} again.", "sent")


def refund(given: dict[str, Any]) -> dict[str, Any]:
    """Pays an amount back, unless it is more than the order was worth."""
    if given["amount"] > 1_000:
        return {
            "status": "failed",
            "message": "We could not pay that back.",
            "steps": [step("compared with the order")],
        }
    return succeeded(f"{given['amount']:.2f} USD for order {given['order']} are on their way to you.", "paid back")


ACTS = {"unlock_account": unlock_account, "resend_activation": resend_activation, "refund": refund}


async def diagnose(call: dict[str, Any]) -> None:
    """Looks at the service, at its provisioning and at the device, and reports what was found."""
    steps = []
    for name, found in (
        ("service status", "no outage where the line ends"),
        ("provisioning", "the line has its profile"),
        ("device log", "the device lost its signal 14 times today"),
    ):
        await asyncio.sleep(STEP_S)
        steps.append({"name": name, "status": "ok" if name != "device log" else "fault", "message": found})
    result = {
        "status": "failed",
        "message": "Your line is fine, but your device loses its signal. A colleague takes over, and knows what we "
        "found.",
        "steps": steps,
    }
    headers = {"Authorization": f"Bearer {KEY}"}
    url = f"{URL}/v1/runs/{call['run']}/result"
    async with httpx.AsyncClient(headers=headers) as client:
        for attempt in range(10):  # a real system keeps on until it is taken: to report again changes nothing
            try:
                answer = await client.post(url, json=result)
            except httpx.HTTPError:
                answer = None
            if answer is not None and answer.status_code < 500:
                if answer.is_error:
                    print(f"REFUSED {answer.status_code}: {answer.json()['detail']}", flush=True)  # noqa: T201
                break
            await asyncio.sleep(2**attempt / 10)
    done[call["run"]] = result


def succeeded(message: str, what: str) -> dict[str, Any]:
    """Returns the answer to a call whose act is done."""
    return {"status": "succeeded", "message": message, "steps": [step(what)]}


def step(name: str) -> dict[str, Any]:
    """Returns a step that went well."""
    return {"name": name, "status": "ok"}
