"""The door for Twilio's webhooks: what comes in is bounded before it is parsed, and signed, or it is refused."""

import asyncio
import logging
from collections.abc import Mapping
from typing import TypeAlias
from urllib.parse import parse_qsl

from fastapi import Request
from starlette.datastructures import QueryParams
from twilio.request_validator import RequestValidator

from mci_router.adapters.twilio.settings import TwilioSettings

log = logging.getLogger(__name__)

LARGEST = 65_536  # bytes: 1,600 characters and ten files are a tenth of it
MOST_FIELDS = 300
BODY_S = 10
FORM = "application/x-www-form-urlencoded"

Form: TypeAlias = Mapping[str, str]
"""What Twilio says, by the names of its fields."""


class Unsigned(Exception):
    """A request that is not Twilio's, or not of our account: it hears nothing else."""


class TooLarge(Exception):
    """A request that is larger than any of Twilio's."""


class Door:
    """Lets Twilio's requests in, and nobody else's."""

    def __init__(self, settings: TwilioSettings) -> None:
        self._account = settings.account_sid
        self._public_url = settings.public_url
        self._validator = RequestValidator(settings.auth_token.get_secret_value())

    async def form(self, request: Request) -> Form:
        """Returns the form of a request. Raises Unsigned, TooLarge."""
        fields = _fields(request, await _body(request))
        query = request.scope["query_string"].decode("latin-1")
        url = f"{self._public_url}{request.scope['path']}{'?' if query else ''}{query}"
        signature = request.headers.get("X-Twilio-Signature", "")
        if not self._validator.validate(url, fields, signature):
            log.warning("%s: a request whose signature is not Twilio's for %s was refused", request.url.path, url)
            raise Unsigned
        if fields.get("AccountSid") != self._account:
            log.warning("%s: a request of another account of Twilio's was refused", request.url.path)
            raise Unsigned
        return fields


async def _body(request: Request) -> bytes:
    """Returns the body. Raises TooLarge as soon as it is longer than any of Twilio's."""
    body = b""
    async with asyncio.timeout(BODY_S):
        async for part in request.stream():
            body += part
            if len(body) > LARGEST:
                raise TooLarge
    return body


def _fields(request: Request, body: bytes) -> QueryParams:
    """Returns the fields of a body. Raises Unsigned if it is no form."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise Unsigned
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS)
    except ValueError as error:
        raise Unsigned from error
    return QueryParams(pairs)
