"""One matter there and back, played by all who take part in it: a customer, two agents, and a system that pays.

A public post with a card number is taken to a private chat; a refund of $310 waits for a colleague; the answer goes
back into the thread, without anything that was said in private; the customer is asked how it was, and comes back by
e-mail. It takes `MCI_URL`, and in `MCI_KEY` a key of the workspace in `there_and_back.yaml` with all scopes.
"""

import asyncio
import base64
import hashlib
import hmac
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import httpx
import uvicorn
from fastapi import FastAPI, Request, Response
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

NEEDED, PAGE = ("MCI_URL", "MCI_KEY"), "docs/tutorials/there-and-back.md"
URL, KEY = (os.environ.get(name) or sys.exit(f"Set {name} first, as {PAGE} does") for name in NEEDED)
PORT = int(os.environ.get("PAYER_PORT", "9100"))
KIM = {"external_id": "kim-77", "name": "Kim Roe", "email": "kim@post.example", "trust": "authenticated"}
ASKED = "I was charged twice for my voicemail, my card is 4111 1111 1111 1111"
SUMMARY = "A double charge like this one is paid back within three days.\nNothing has to be sent in for it."
ONCE_MORE = "name another in examples/there_and_back.yaml, apply that, and make a key for it"
PATIENCE_S = 30

payer = FastAPI()
paid: dict[str, float] = {}  # by the key of the call: however often it comes, it is paid once
secret = b""


def say(what: str, more: str) -> None:
    print(f"{what:<9} {more}", flush=True)  # noqa: T201


@payer.post("/refund")
async def refund(request: Request) -> Response:
    """Pays back what a signed call asks for."""
    body, head = await request.body(), request.headers
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    if f"v1,{expected}" not in head["webhook-signature"].split():
        return Response(status_code=401)
    paid.setdefault(head["Idempotency-Key"], json.loads(body)["input"]["amount"])
    done = {"status": "succeeded", "message": "Your money is on its way.", "steps": [{"name": "paid", "status": "ok"}]}
    return Response(json.dumps(done), media_type="application/json")


class Desk:
    """An agent's desk."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.unread: list[dict[str, Any]] = []

    async def do(self, kind: str, /, **data: Any) -> dict[str, Any]:
        """Sends a frame, and returns what its answer says."""
        frame_id = uuid4().hex
        await self.socket.send(json.dumps({"type": kind, "id": frame_id, "data": data}))
        return await self._find(lambda frame: frame.get("id") == frame_id)

    async def hear(self, kind: str) -> dict[str, Any]:
        """Returns what the next frame of a kind says."""
        return await self._find(lambda frame: frame["type"] == kind)

    async def _find(self, wanted: Any) -> dict[str, Any]:
        async with asyncio.timeout(PATIENCE_S):
            while True:
                for frame in self.unread:
                    if wanted(frame):
                        self.unread.remove(frame)
                        data: dict[str, Any] = frame["data"]
                        return data
                self.unread.append(json.loads(await self.socket.recv()))


@asynccontextmanager
async def desk(api: httpx.AsyncClient, agent: str) -> AsyncIterator[Desk]:
    """A desk whose agent is there."""
    token = (await answer(api.post(f"/v1/agents/{agent}/token")))["token"]
    headers = {"Authorization": f"Bearer {token}"}
    socket_url = URL.replace("http", "ws", 1) + "/v1/agent-socket"
    async with connect(socket_url, subprotocols=["mci.v1"], additional_headers=headers) as socket:  # type: ignore[list-item]
        made = Desk(socket)
        await made.do("presence.set", state="available")
        yield made


async def answer(request: Awaitable[httpx.Response]) -> dict[str, Any]:
    """Returns the body of an answer. Raises SystemExit for a problem, with its words."""
    response = await request
    body: dict[str, Any] = response.json()
    if response.is_error:
        raise SystemExit(f"{response.status_code} {body['detail']}")
    return body


async def key_of(api: httpx.AsyncClient, **body: Any) -> dict[str, str]:
    """The header of a new key."""
    made = await answer(api.post("/v1/api-keys", json={"name": "there and back", **body}))
    return {"Authorization": f"Bearer {made['key']}"}


async def play(api: httpx.AsyncClient) -> None:
    """Plays all parts, and says what each step shows."""
    global secret
    made = (await answer(api.post("/v1/workflows/refund/rotate-secret")))["secret"]
    secret = base64.b64decode(made.removeprefix("whsec_"))
    forum = await key_of(
        api, scopes=["contacts:write", "messages:write", "messages:deliver"], adapter="forum", trust="authenticated"
    )
    visitor = await key_of(api, scopes=["community:read"])

    body = {"channel": "community", "text": ASKED, "topic": "voicemail", "customer": KIM}
    contact = await answer(api.post("/v1/contacts", json=body, headers=forum))
    if not (posted := contact["route"]["post"]):
        raise SystemExit(f"This story plays once in a workspace, and was played here: {ONCE_MORE}")
    post = f"/v1/posts/{posted['id']}"
    say("POSTED", (await api.get(post, headers=visitor)).json()["body"])

    async with desk(api, "ann") as ann, desk(api, "fred") as fred:
        move = {"contact_id": contact["id"], "reason": "a card number"}
        await ann.do("contact.modality", **move, to="one_to_one")
        say("PRIVATE", f"and the thread answers {(await api.get(post, headers=visitor)).status_code}")
        offer = await ann.hear("offer.created")
        assignment = (await ann.do("offer.accept", offer_id=offer["offer_id"]))["assignment_id"]
        words = {"contact_id": contact["id"], "client_id": "1", "kind": "agent", "text": "Kim, you get $310 back."}
        await ann.do("message.send", **words)

        asked = {"workflow": "refund", "client_id": "r", "input": {"order": "A1234", "amount": 310}}
        run = (await ann.do("run.start", contact_id=contact["id"], **asked))["run"]
        task = await fred.hear("offer.created")
        await fred.do("offer.accept", offer_id=task["offer_id"])
        about = (await fred.do("run.list", contact_id=task["contact"]["id"]))["approves"]
        say("APPROVE?", f"{about['amount']:.2f} {about['currency']}; paid so far: {sum(paid.values()):.2f}")
        looked_at = {"contact_id": task["contact"]["id"], "run_id": run["id"], "input_hash": about["input_hash"]}
        await fred.do("run.approve", **looked_at)
        while (seen := await answer(api.get(f"/v1/runs/{run['id']}")))["state"] not in ("succeeded", "failed"):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
        say("REFUND", f"{seen['state']}; paid {len(paid)} time: {sum(paid.values()):.2f}")

        back = {**move, "to": "many_to_many"}
        refused = await ann.do("contact.modality", **back, summary={"text": f"Kim Roe got 310 dollars. {SUMMARY}"})
        say("REFUSED", ", ".join(f"{one['kind']} at {one['offset']}" for one in refused["problem"]["places"]))
        asked = (await ann.do("contact.modality", **back, summary={"text": SUMMARY, "accept": True}))["asked"]
        say("ASKED", f"{asked['state']}, and the thread answers {(await api.get(post, headers=visitor)).status_code}")
        yes = {"summary_id": asked["id"], "agree": True}
        summary = f"/v1/contacts/{contact['id']}/summary"
        say("AGREED", (await answer(api.post(summary, json=yes, headers=forum)))["state"])
        await ann.do("assignment.complete", assignment_id=assignment, disposition="solved")
    thread = await answer(api.get(post, headers=visitor))
    say("ANSWERED", thread["replies"][-1]["body"].replace("\n", " "))

    score = {"contact_id": contact["id"], "score": 5}
    async with asyncio.timeout(PATIENCE_S):
        while (await api.post("/v1/survey-answers", json=score, headers=forum)).is_error:  # noqa: ASYNC110
            await asyncio.sleep(0.2)  # it is sent in a moment
    (given,) = (await answer(api.get("/v1/survey-answers")))["items"]
    say("SURVEY", f"{given['score']} of 5")

    async with asyncio.timeout(PATIENCE_S):
        while not (rows := (await answer(api.get("/v1/reports/fcr")))["rows"]):  # noqa: ASYNC110
            await asyncio.sleep(0.2)  # judged a moment after its end
    say("COUNTED", f"{rows[0]['contacts']} contact; {rows[0]['grey']} too young to say whether it is settled")
    mail = {"channel": "email", "text": "my voicemail was charged twice again", "topic": "voicemail", "customer": KIM}
    again = await answer(api.post("/v1/contacts", json=mail))
    same = "the same customer" if again["customer_id"] == contact["customer_id"] else "somebody else"
    say("RETURNED", f"{same}, by e-mail, to the queue {again['route']['queue']}")


async def main() -> None:
    server = uvicorn.Server(uvicorn.Config(payer, host="127.0.0.1", port=PORT, log_level="warning"))
    serving = asyncio.create_task(server.serve())
    headers = {"Authorization": f"Bearer {KEY}"}
    async with httpx.AsyncClient(base_url=URL, headers=headers, timeout=30) as api:
        try:
            await play(api)
        finally:
            server.should_exit = True
            with suppress(asyncio.CancelledError):
                await serving


try:
    asyncio.run(main())
except KeyboardInterrupt:
    sys.exit(130)
except (httpx.HTTPError, OSError, WebSocketException) as lost:
    sys.exit(f"The router at {URL} does not answer: {type(lost).__name__} {lost}")
