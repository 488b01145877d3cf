"""Taking: a mail becomes a message of the router, or is refused by name. Idempotent by its Message-ID."""

import json
import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mci_router.adapters.email.bounds import beyond
from mci_router.adapters.email.checks import Arrived, Deed, Finding, first_finding
from mci_router.adapters.email.content import Malformed
from mci_router.adapters.email.ids import Ids, Sent
from mci_router.adapters.email.mail import File, Mail
from mci_router.adapters.email.threads import Threads, digest_key, key_of
from mci_router.adapters.email.trust import Judge
from mci_router.adapters.email.verdicts import Verdict, again, never, taken
from mci_router.adapters.email.worker import WorkerGone, Workers
from mci_router.adapters.router import OUR_FAULT, SCANNING, Refused, Router, RouterAway
from mci_router.vocabulary import Trust

log = logging.getLogger(__name__)

LONGEST_SUBJECT = 500
MOST_NAMED = 10  # recipients that an agent is shown
REUSED, BLOCKED = "message_key_reused", "attachment_blocked"
NOTHING = "(no text)"
LONGEST_NOTE = 2_000
LONGEST_LOST = 8_000  # characters of JSON, of the 16,384 that a contact's context may have
LOST = "Not all of the files that came with this mail are here. Left out:"
AWAY, MACHINE = "The customer's mailbox answered that nobody reads it now:", "A program answered our mail:"
BOUNCED = {"slug": "bounced", "detail": "The customer's mail server took it back.", "retryable": False}
CLAIMED = {"slug": "bounce_claimed", "detail": "A report says so that anybody can have written.", "retryable": True}
NOTED = defaultdict(lambda: MACHINE, out_of_office=AWAY)


@dataclass(frozen=True, slots=True)
class Read:
    """A mail that was understood, the bytes of its files, and what the checks found, if no customer wrote it."""

    mail: Mail
    files: Sequence[bytes]
    found: Finding | None


class Taking:
    """Takes mails in, and counts what became of them."""

    def __init__(
        self, router: Router, workers: Workers, ids: Ids, ours: frozenset[str], judge: Judge, most: Trust
    ) -> None:
        """Takes its parts, and the most that a mail is believed."""
        self._router = router
        self._workers = workers
        self._ids = ids
        self._ours = ours
        self._judge = judge
        self._most = most
        self._threads = Threads(ids, ours, router)
        self.counted: Counter[str] = Counter()

    async def take(self, raw: bytes, sender: str | None, recipients: Sequence[str]) -> Verdict:
        """Returns what became of a mail; `sender` is the one that the mail server names."""
        try:
            verdict = await self._taken(raw, sender, recipients)
        except RouterAway:
            verdict = again("router_away")
        except WorkerGone:
            verdict = again("parser_gone")
        except Refused as refused:
            verdict = _refused(refused)
        except Exception:  # whatever it is, the mail is not to blame: its server keeps it
            log.exception("a mail could not be taken")
            verdict = again("failed")
        self.note(verdict)
        return verdict

    def note(self, verdict: Verdict) -> None:
        """Counts what became of a mail, and logs it."""
        self.counted[verdict.name] += 1
        log.info("mail: %s %s", verdict.name, verdict.detail)

    async def read(self, raw: bytes, sender: str | None) -> "Read | Verdict":
        """Returns a mail as it was understood, or why it never will be. Raises WorkerGone."""
        if refusal := beyond(raw):
            return refusal
        try:
            mail, files = await self._workers.parse(raw)
        except Malformed as why:
            return never(str(why))
        if not mail.sender:
            return never("no_sender")
        return Read(mail, files, first_finding(Arrived(mail, sender, self._ids, self._ours)))

    async def _taken(self, raw: bytes, sender: str | None, recipients: Sequence[str]) -> Verdict:
        read = await self.read(raw, sender)
        if isinstance(read, Verdict):
            return read
        mail, files, found = read.mail, read.files, read.found
        if found and found.deed is not Deed.MACHINE:
            return await self._settled(mail, found, recipients)
        if found and (answered := self._ids.read(mail.seen)):
            return await self._noted(mail, found, answered[-1])
        trust = min(await self._judge.trust(mail, raw), self._most, key=lambda one: one.rank)
        token = None if found else await self._threads.token(mail, recipients)
        return await self._posted(mail, files, token, trust, sender, found)

    async def _posted(
        self,
        mail: Mail,
        files: Sequence[bytes],
        token: str | None,
        trust: Trust,
        sender: str | None,
        found: Finding | None,
    ) -> Verdict:
        kept, lost = await self._uploaded(mail, files)
        lost += mail.left_out
        body = self._body(mail, token, trust, sender, found)
        answer = await self._without_harm(mail, body, kept, lost)
        if lost:
            await self._note(answer["contact"]["id"], "\n".join([LOST, *lost]), f"files {key_of(mail)}")
        return taken(found.name if found else "taken", answer["contact"]["id"])

    async def _without_harm(
        self, mail: Mail, body: dict[str, Any], kept: dict[str, str], lost: list[str]
    ) -> dict[str, Any]:
        """Posts a mail without the files in which the scan finds something harmful; these are lost, too."""
        while True:
            try:
                return await self._once(mail, _with_files(body, kept, lost))
            except Refused as refused:
                harmful = kept.pop(str(refused.problem.get("attachment")), None)
                if refused.slug != BLOCKED or harmful is None:
                    raise
                lost.append(f"{harmful}: {refused.slug}")

    async def _once(self, mail: Mail, body: dict[str, Any]) -> dict[str, Any]:
        """Posts a mail by its Message-ID; where another mail had that already, by what is in it."""
        try:
            return await self._router.post_scanned("/v1/messages", {**body, "channel_message_id": key_of(mail)})
        except Refused as refused:
            if refused.slug != REUSED:
                raise
        return await self._router.post_scanned("/v1/messages", {**body, "channel_message_id": digest_key(mail)})

    async def _uploaded(self, mail: Mail, files: Sequence[bytes]) -> tuple[dict[str, str], list[str]]:
        """Returns the files of a mail that the router has, described by their ids, and those that it would not take.
        Raises RouterAway.
        """
        kept, lost = dict[str, str](), list[str]()
        for file, content in zip(mail.files, files, strict=True):
            described = f"{file.name} ({file.content_type}, {file.size} bytes)"
            try:
                kept[await self._upload(file, content)] = described
            except Refused as refused:
                if refused.ours:
                    raise
                lost.append(f"{described}: {refused.slug}")
        return kept, lost

    async def _upload(self, file: File, content: bytes) -> str:
        """Returns the id of a file; mail programs often say wrongly what it is."""
        try:
            return await self._router.upload(file.name, file.content_type, content)
        except Refused as refused:
            if refused.status != 415:
                raise
            return await self._router.upload(file.name, "", content)

    def _body(
        self, mail: Mail, token: str | None, trust: Trust, sender: str | None, found: Finding | None
    ) -> dict[str, Any]:
        facts: dict[str, Any] = {"to": list(mail.recipients[:MOST_NAMED])}
        if found:
            facts["found"] = found.name
        body: dict[str, Any] = {
            "channel": "email",
            "customer": {
                "email": mail.sender,
                "trust": trust,
                **({"name": mail.name[:200]} if mail.name.strip() else {}),
            },
            "text": next(filter(_readable, (mail.text, mail.subject)), NOTHING),
            "headers": _headers(mail, sender),
            "context": {"mail": facts},
        }
        if mail.subject:
            body["subject"] = mail.subject[:LONGEST_SUBJECT]
        if token:
            body |= {"channel_ref": token, "branch_ref": self._ids.token(key_of(mail))}
            body |= {"in_reply_to": sent.message} if (sent := self._threads.sent(mail)) else {}
        return body

    async def _settled(self, mail: Mail, found: Finding, recipients: Sequence[str]) -> Verdict:
        """Does what a mail asks for that becomes no message."""
        return await self._failed(mail, recipients) if found.deed is Deed.FAILED else taken(found.name)

    async def _failed(self, mail: Mail, recipients: Sequence[str]) -> Verdict:
        """Says that a message has not arrived; of its customer's address only where its own return path was told so."""
        sent = [one.message for one in self._ids.read(mail.seen)]
        if not sent:
            return taken("bounce_of_nothing_known")
        told = [*recipients, *mail.recipients]
        proven = next((one for one in sent if self._ids.came_back(one, told, self._ours)), None)
        error, name = (BOUNCED, "bounce") if proven else (CLAIMED, "bounce_claimed")
        try:
            await self._router.receipt_once(proven or sent[0], "failed", error)
        except Refused as refused:
            if refused.status in OUR_FAULT[:2]:
                raise
            return taken("bounce_of_nothing_known")
        return taken(name)

    async def _noted(self, mail: Mail, found: Finding, sent: Sent) -> Verdict:
        """Writes into the case that a machine answered what we sent: a note, which moves nothing."""
        places = (await self._router.get("/v1/messages", message_id=[sent.message]))["items"]
        if not places:
            return taken(f"{found.name}_of_nothing_known")
        said = f"{NOTED[found.name]}\n\n{mail.subject}\n\n{mail.text[:LONGEST_NOTE]}".strip()
        too_late = await self._note(places[0]["contact_id"], said, f"note {key_of(mail)}")
        return taken(f"{found.name}_too_late", too_late) if too_late else taken(f"{found.name}_noted")

    async def _note(self, contact: str, said: str, key: str) -> str:
        """Writes a note for those who serve a contact, once; returns why it is too late for one, if it is."""
        note = {"kind": "note", "author": "e-mail", "text": said, "channel_message_id": key[:255]}
        try:
            await self._router.post(f"/v1/contacts/{contact}/messages", note)
        except Refused as refused:
            if refused.status in OUR_FAULT[:2]:
                raise
            return refused.slug
        return ""


def _with_files(body: Mapping[str, Any], kept: Mapping[str, str], lost: Sequence[str]) -> dict[str, Any]:
    """Returns the body with the files that are kept, and the names of those that are not."""
    files = {"attachments": [{"id": one} for one in kept]} if kept else {}
    if not lost:
        return {**body, **files}
    facts = {**body["context"]["mail"], "attachments_not_kept": _fitting(lost)}
    return {**body, **files, "context": {**body["context"], "mail": facts}}


def _fitting(lost: Sequence[str]) -> list[str]:
    """Returns the files that are not kept, as many as fit beside the mail; the note names all."""
    left, shown = LONGEST_LOST, list[str]()
    for one in lost:
        left -= len(json.dumps(one))
        if left < 0:
            return [*shown, "and others"]
        shown.append(one)
    return shown


def _readable(text: str) -> bool:
    """Returns whether the router takes a text: some programs write nothing but characters that nobody sees."""
    return any(one.isprintable() and not one.isspace() for one in text)


def _headers(mail: Mail, sender: str | None) -> Mapping[str, str]:
    path = {"return-path": f"<{sender}>"[:1000]} if sender is not None else {}
    return {name: value for name, value in {**mail.headers, **path}.items() if value and name != "x-mci-router"}


def _refused(refused: Refused) -> Verdict:
    if refused.ours:
        log.error("the router refuses this adapter: %s", refused)
        return again("router_refuses_us")
    return again(SCANNING) if refused.slug == SCANNING else never("refused", refused.slug)
