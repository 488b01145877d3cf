"""A whole agent desk: takes what is offered, shows the conversation, sends what is typed, and survives a lost line."""

import asyncio
import json
import os
import sys
from functools import partial
from signal import SIGINT, raise_signal
from typing import Any
from uuid import uuid4

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

URL, TOKEN = (os.environ.get(name) or sys.exit(f"Set {name} first") for name in ("MCI_URL", "MCI_TOKEN"))
URL, HEADERS = URL + "/v1/agent-socket", {"Authorization": f"Bearer {TOKEN}"}
FINAL = (4401, 4409)  # the token no longer holds; another desk has taken over
seq: int | None = None  # of the last frame that had one: where to resume
now: dict[str, str] = {}  # the offer or the assignment that is shown
say = partial(print, flush=True)


def hear(frame: dict[str, Any]) -> None:
    global seq, now
    kind, data, seq = frame["type"], frame["data"], frame.get("seq", seq)
    if kind == "offer.created":
        now = now or {"offer_id": data["offer_id"]}
        say(f"OFFER {data['customer']['name'] or 'somebody'}: {data['contact']['text']}")
    elif kind == "assignment.started":
        now = {"assignment_id": data["assignment_id"], "contact_id": data["contact"]["id"]}
        say(f"YOURS {data['contact']['topic']}")
    elif kind == "message.created":
        say(f"{data['message']['kind'].upper()} {data['message']['text']}")
    elif kind == "error":
        say(f"NO {data['problem']['detail']}")
    elif kind == "offer.revoked" or data.get("assignment_ended") or data.get("state") == "wrapping_up":
        now = {}
        say("OVER")


def frame_of(line: str) -> tuple[str, dict[str, str]]:
    """Returns what a typed line means: anything accepts an offer; then a reply, `/note …` or `/done solved …`."""
    word, _, rest = line.partition(" ")
    if "contact_id" not in now:
        return ("offer.accept", now) if now else ("heartbeat", {})
    if word == "/done":
        done, _, notes = rest.partition(" ")
        return "assignment.complete", {"assignment_id": now["assignment_id"], "disposition": done, "notes": notes}
    kind, text = ("note", rest) if word == "/note" else ("agent", line)
    return "message.send", {"contact_id": now["contact_id"], "client_id": uuid4().hex, "kind": kind, "text": text}


def typed(socket: ClientConnection, sending: set[asyncio.Future[None]]) -> None:
    text = os.read(sys.stdin.fileno(), 65_536).decode() or raise_signal(SIGINT)  # at its end, as by Ctrl-C
    for line in (text or "").splitlines():
        kind, data = frame_of(line)
        sending.add(asyncio.ensure_future(socket.send(json.dumps({"type": kind, "id": uuid4().hex, "data": data}))))


async def serve() -> None:
    """Serves until the router says that it is over; comes back after any other end, and hears what it missed."""
    loop, sending, keys = asyncio.get_running_loop(), set[asyncio.Future[None]](), sys.stdin or os.open(os.devnull, 0)
    while True:
        try:
            async with connect(f"{URL}?resume={seq}" if seq else URL, additional_headers=HEADERS) as socket:
                await socket.send('{"type": "presence.set", "id": "here", "data": {"state": "available"}}')
                loop.add_reader(keys, typed, socket, sending)
                async for text in socket:
                    hear(json.loads(text))
        except PermissionError:  # a file, such as /dev/null, cannot be waited for; nor can what is closed
            sys.exit("NO INPUT start the desk in a terminal, or with a pipe to type into")
        except (OSError, ConnectionClosed) as lost:
            if isinstance(lost, ConnectionClosed) and lost.rcvd and lost.rcvd.code in FINAL:
                return say(f"SIGNED OUT {lost.rcvd.reason}")
        except InvalidStatus as refused:
            if refused.response.status_code in (401, 403):
                sys.exit("REFUSED MCI_TOKEN is no agent's token, or its time is over: make another")
        finally:
            loop.remove_reader(keys)
        await asyncio.sleep(1)


try:
    asyncio.run(serve())
except KeyboardInterrupt:
    sys.exit(130)
