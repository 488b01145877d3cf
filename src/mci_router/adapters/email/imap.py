"""IMAP: a mailbox is read as mails come, on a thread, for its library blocks.

How far it is read is kept in a small file: the mailbox's UIDVALIDITY and the last UID whose fate is settled. Where the
file is lost, or the mailbox was made again, all is read again, and the router knows again what it has.
"""

import asyncio
import imaplib
import json
import logging
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import re2
from imap_tools import BaseMailBox, MailBox, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError

from mci_router.adapters.email.bounds import LARGEST
from mci_router.adapters.email.settings import EmailSettings
from mci_router.adapters.email.taking import Taking
from mci_router.adapters.email.verdicts import Fate, Verdict, never
from mci_router.adapters.state_file import keep

log = logging.getLogger(__name__)

IDLE_S = 600  # then it asks again, so that a dead line is noticed; servers let nobody idle for more than 29 minutes
AGAIN_S = 5.0  # after a mail that could not be taken
TIMEOUT_S = 30
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
FAILURES = (ImapToolsError, imaplib.IMAP4.error, OSError)


@dataclass(frozen=True, slots=True)
class Mark:
    """How far a mailbox is read."""

    validity: int = 0
    uid: int = 0


def read_mark(path: Path) -> Mark:
    """Returns how far a mailbox was read; from its beginning where the file is missing or spoilt."""
    with suppress(OSError, ValueError, TypeError, KeyError):
        found = json.loads(path.read_text(encoding="utf-8"))
        return Mark(int(found["validity"]), int(found["uid"]))
    return Mark()


def keep_mark(path: Path, mark: Mark) -> None:
    """Writes down how far a mailbox is read: all of it, or nothing."""
    keep(path, {"validity": mark.validity, "uid": mark.uid})


class Mailbox:
    """Reads a mailbox for as long as it runs."""

    def __init__(self, settings: EmailSettings, taking: Taking) -> None:
        self._settings = settings
        self._taking = taking
        self._stopping = threading.Event()
        self._ask: Callable[[bytes], Verdict] = lambda _: never("not_running")
        self._note: Callable[[Verdict], object] = lambda _: None

    async def run(self) -> None:
        """Reads until it is cancelled."""
        loop = asyncio.get_running_loop()

        def ask(raw: bytes) -> Verdict:
            return asyncio.run_coroutine_threadsafe(self._taking.take(raw, None, ()), loop).result()

        self._ask, self._note = ask, lambda verdict: loop.call_soon_threadsafe(self._taking.note, verdict)
        reading = asyncio.create_task(asyncio.to_thread(self._read_on))
        try:
            await asyncio.shield(reading)
        finally:
            self._stopping.set()
            await asyncio.wait([reading], timeout=TIMEOUT_S)

    def _read_on(self) -> None:
        pause = FIRST_PAUSE_S
        while not self._stopping.is_set():
            try:
                with self._connected() as box:
                    pause = FIRST_PAUSE_S
                    self._read(box)
            except FAILURES as error:
                log.warning("the mailbox cannot be read: %s", type(error).__name__)
            self._stopping.wait(pause)
            pause = min(LONGEST_PAUSE_S, pause * 2)

    def _connected(self) -> BaseMailBox:
        settings = self._settings
        host, _, port = settings.imap.partition(":")
        box: BaseMailBox
        if settings.imap_tls:
            box = MailBox(host, int(port or 993), timeout=TIMEOUT_S)
        else:
            box = MailBoxUnencrypted(host, int(port or 143), timeout=TIMEOUT_S)
        try:
            return box.login(settings.imap_user, settings.imap_password.get_secret_value(), settings.imap_folder)
        except FAILURES:
            box.client.shutdown()
            raise

    def _read(self, box: BaseMailBox) -> None:
        """Reads what is there, and what comes, until the line breaks or it is told to stop."""
        while not self._stopping.is_set():
            if self._settle(box):
                self._wait(box)
            else:
                self._stopping.wait(AGAIN_S)

    def _settle(self, box: BaseMailBox) -> bool:
        """Has every mail taken that is behind the mark; returns False where one has to be tried again."""
        validity = int(box.folder.status(self._settings.imap_folder, ["UIDVALIDITY"])["UIDVALIDITY"])
        mark = read_mark(self._settings.imap_state)
        last = mark.uid if mark.validity == validity else 0
        while new := _newer(box, last):
            for uid in new:
                if self._stopping.is_set() or self._taken(box, uid).fate is Fate.AGAIN:
                    return False
                keep_mark(self._settings.imap_state, Mark(validity, uid))
                last = uid
        return True

    def _taken(self, box: BaseMailBox, uid: int) -> Verdict:
        size = _fetched(box, uid, "RFC822.SIZE")
        if int(re2.search(rb"RFC822\.SIZE (\d+)", size).group(1)) > LARGEST:
            log.warning("mail %s is larger than %s bytes: it stays in the mailbox", uid, LARGEST)
            self._note(verdict := never("too_large", f"more than {LARGEST} bytes"))
            return verdict
        return self._ask(_fetched(box, uid, "BODY.PEEK[]"))

    def _wait(self, box: BaseMailBox) -> None:
        """Waits until something has come, or a while."""
        with box.idle as idle:
            for _ in range(IDLE_S):
                if self._stopping.is_set() or idle.poll(timeout=1):
                    return


def _newer(box: BaseMailBox, last: int) -> list[int]:
    """Returns the mails behind one. None only if also while it looked none came: of such the server tells once."""
    while True:
        box.client.response("EXISTS")
        found = sorted(uid for uid in map(int, box.uids(f"UID {last + 1}:*")) if uid > last)  # `*` is always one
        if found or box.client.response("EXISTS")[1] == [None]:
            return found


def _fetched(box: BaseMailBox, uid: int, what: str) -> bytes:
    """Returns what the server says of a mail: the literal if there is one. Raises OSError where it is gone."""
    status, data = box.client.uid("FETCH", str(uid), f"({what})")
    if status != "OK" or not data or data[0] is None:
        raise OSError(f"the server has no mail {uid}")
    return said_of(data, what.partition(".")[0].encode())


def said_of(lines: Sequence[object], asked: bytes) -> bytes:
    """Returns what an answer has of what was asked for: not what a server says unasked, as where another program has
    changed a flag. Raises OSError where it has nothing of it.
    """
    for found in lines:
        line = found[0] if isinstance(found, tuple) else found
        if isinstance(line, bytes) and asked in line.upper():
            return bytes(found[1]) if isinstance(found, tuple) else line
    raise OSError("the server has not shown the mail")
