"""A caller's telephone at the double of Twilio: it fetches instructions and walks them, as Twilio does for a call."""

import asyncio
from dataclasses import dataclass, field
from xml.etree import ElementTree

import httpx

from tests.adapters.twilio_double import Double, sid
from tests.support.service import eventually

OURS = "+4930901820"


@dataclass
class Phone:
    """A call. `at` is the instruction at which it waits for somebody: a Gather, a Pause or a Dial; None once it is over."""

    twilio: Double
    number: str
    sid: str = field(default_factory=lambda: sid("CA"))
    heard: list[str] = field(default_factory=list)
    voices: set[str] = field(default_factory=set)
    at: ElementTree.Element | None = None
    talk: ElementTree.Element | None = None
    behind: list[ElementTree.Element] = field(default_factory=list)
    _walking: set[asyncio.Task[None]] = field(default_factory=set)

    async def ring(self, **form: str) -> None:
        """Calls."""
        self.twilio.calls[self.sid] = {"sid": self.sid, "status": "in-progress", "updated": self._updated}
        await self._fetch("/voice", **form)

    async def minute(self) -> None:
        """Hears nothing else until the next instruction."""
        assert self.at is not None
        assert self.at.tag in ("Gather", "Pause"), self.at.tag
        await self._walk(self.behind)

    async def press(self, digit: str) -> None:
        """Presses a key where one is asked for."""
        assert self.at is not None
        assert self.at.tag == "Gather", self.at.tag
        await self._fetch(self.at.attrib["action"], Digits=digit)

    async def agent(self, came: str) -> str:
        """The agent's telephone rings, and something comes of it: `completed`, `busy`, `no-answer`. The action's URL."""
        assert self.at is not None
        assert self.at.tag == "Dial", self.at.tag
        action = self.at.attrib["action"]
        await self._fetch(action, DialCallStatus=came)
        return action

    async def hang_up(self) -> None:
        """The caller hangs up."""
        at, self.at = self.at, None
        self.twilio.calls[self.sid]["status"] = "completed"
        if at is not None and at.tag == "Dial":
            await self._ask(at.attrib["action"], DialCallStatus="completed", CallStatus="completed")
        await self._ask("/voice/status", CallStatus="completed")

    async def recorded(self, url: str, status: str) -> httpx.Response:
        """Twilio records the talk, or has done so."""
        assert self.talk is not None
        assert self.talk.attrib["record"] == "record-from-answer-dual"
        assert status in self.talk.attrib["recordingStatusCallbackEvent"].split()
        callback = self.talk.attrib["recordingStatusCallback"]
        form = {"RecordingSid": url[-34:], "RecordingUrl": url, "RecordingStatus": status}
        return await self._ask(callback, **form)

    async def dialling(self) -> str:
        """The telephone that rings, once one does, with what kind it is: `Number +4930…`."""

        async def one() -> str | None:
            at = self.at
            return f"{at[0].tag} {at[0].text}" if at is not None and at.tag == "Dial" else None

        return str(await eventually(one))

    async def until(self, tag: str | None) -> None:
        """Waits until the call is at an instruction; None: over."""

        async def there() -> bool:
            return (self.at.tag if self.at is not None else None) == tag

        await eventually(there)

    def _updated(self, form: dict[str, str]) -> None:
        """The REST API tells the call to go on elsewhere."""
        task = asyncio.create_task(self._fetch(form["Url"]))
        self._walking.add(task)
        task.add_done_callback(self._walking.discard)

    async def _ask(self, url: str, **form: str) -> httpx.Response:
        said: dict[str, str] = {
            "CallSid": self.sid,
            "From": self.number,
            "To": OURS,
            "Direction": "inbound",
            "CallStatus": "in-progress",
            **form,
        }
        answer = await self.twilio.webhook(url, said)
        assert answer.status_code < 300, answer.status_code
        return answer

    async def _fetch(self, url: str, **form: str) -> None:
        answer = await self._ask(url, **form)
        await self._walk(list(ElementTree.fromstring(answer.text)))  # noqa: S314 — it is ours

    async def _walk(self, instructions: list[ElementTree.Element]) -> None:
        for number, one in enumerate(instructions):
            self.behind = instructions[number + 1 :]
            for said in one.iter("Say"):
                self.heard.append(said.text or "")
                self.voices.add(said.attrib["language"])
            if one.tag in ("Gather", "Pause", "Dial"):
                self.at, self.talk = one, one if one.tag == "Dial" else self.talk
                return
            if one.tag == "Redirect":
                await self._fetch(str(one.text))
                return
        self.at = None
        await self.hang_up()
