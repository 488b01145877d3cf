"""Files that customers send: fetched from Twilio, bounded, and kept by the router.

A request names a file by its URL. Only its path counts, and only where it is one of our account's files: the host that
is asked is the configured one. Where Twilio leads on from there, our credentials do not go.
"""

import asyncio
import logging
import mimetypes
import re
from collections import OrderedDict
from typing import Any
from urllib.parse import urlsplit

import httpx

from mci_router.adapters.fetching import at_most
from mci_router.adapters.router import Refused, Router
from mci_router.adapters.twilio.api import TwilioApi
from mci_router.adapters.twilio.door import Form
from mci_router.adapters.twilio.inbound import files_of
from mci_router.adapters.twilio.settings import TwilioSettings

log = logging.getLogger(__name__)

MOST_REDIRECTS = 3
AT_ONCE = 4
KNOWN = 1_000  # messages whose files were taken: Twilio, and we, may ask again
TYPE = re.compile(r"[\w.+-]+/[\w.+-]+")


class NotFetched(Exception):
    """A file that could not be had, and why."""


class Media:
    """Fetches files."""

    def __init__(self, settings: TwilioSettings, router: Router, twilio: TwilioApi) -> None:
        self._settings = settings
        self._router = router
        self._twilio = twilio
        account = re.escape(settings.account_sid)
        self._path = re.compile(
            rf"/2010-04-01/Accounts/{account}/Messages/[A-Z]{{2}}[0-9a-f]{{32}}/Media/ME[0-9a-f]{{32}}"
        )
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._taken: OrderedDict[tuple[str, int], dict[str, str]] = OrderedDict()

    async def of(self, form: Form) -> tuple[list[dict[str, str]], list[str]]:
        """Returns the files of a message as the router takes them, and why others are not there. Raises RouterAway."""
        files, missing = [], []
        for number in range(files_of(form)):
            try:
                files.append(await self._file(form, number))
            except (NotFetched, Refused) as error:
                log.warning("file %d of message %s was not taken: %s", number, form["MessageSid"], error)
                missing.append(f"(A file could not be taken: {error})")
        return files, missing

    async def _file(self, form: Form, number: int) -> dict[str, str]:
        """Returns `{id}` of a file that the router has. Raises NotFetched, Refused, RouterAway."""
        key = (form["MessageSid"], number)
        if key not in self._taken:
            said = form.get(f"MediaContentType{number}", "")
            kind = said if TYPE.fullmatch(said) and len(said) <= 100 else "application/octet-stream"
            async with self._turns:
                content = await self._fetched(form.get(f"MediaUrl{number}", ""))
                name = f"file-{number + 1}{mimetypes.guess_extension(kind) or ''}"
                self._taken[key] = {"id": await self._router.upload(name, kind, content)}
            while len(self._taken) > KNOWN:
                self._taken.popitem(last=False)
        return self._taken[key]

    async def _fetched(self, url: str) -> bytes:
        """Returns the bytes of a file. Raises NotFetched."""
        path = urlsplit(url).path
        if not self._path.fullmatch(path):
            raise NotFetched("it is not of our account at Twilio")
        url, auth = f"{self._settings.api_url}{path}", httpx.BasicAuth(*self._twilio.auth)
        credentials: httpx.BasicAuth | None = auth
        try:
            for _ in range(MOST_REDIRECTS + 1):
                async with self._twilio.http.stream("GET", url, auth=credentials) as answer:
                    if not answer.has_redirect_location:
                        return await bounded(answer)
                    url, credentials = self._led_on(answer), None
        except httpx.HTTPError as error:
            raise NotFetched(f"Twilio did not give it ({type(error).__name__})") from error
        raise NotFetched("Twilio led on too often")

    def _led_on(self, answer: httpx.Response) -> str:
        """Returns where Twilio leads on to, if it may. Raises NotFetched."""
        to = answer.url.join(answer.headers["Location"])
        if to.scheme != urlsplit(self._settings.api_url).scheme or to.host not in self._settings.media_hosts:
            raise NotFetched("Twilio led on to a host that MCI_TWILIO_MEDIA_HOSTS does not name")
        return str(to)


async def bounded(answer: httpx.Response) -> bytes:
    """Returns the bytes of an answer. Raises NotFetched."""
    if answer.status_code != 200:
        raise NotFetched(f"Twilio answered {answer.status_code}")
    content = await at_most(answer)
    if content is None:
        raise NotFetched("it is larger than 25 MB")
    return content


def with_files(contact: dict[str, Any], files: list[dict[str, str]], missing: list[str]) -> dict[str, Any]:
    """Returns a contact with its files, and with what there is to say of those that are not there."""
    text = "\n".join([contact["text"], *missing]) if missing else contact["text"]
    return {**contact, "text": text, "attachments": files} if files else {**contact, "text": text}
