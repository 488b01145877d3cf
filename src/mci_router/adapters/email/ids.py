"""Ids: how a thread is called, and the Message-IDs of what we send. Computed with a secret, so nothing is remembered.

A thread's token is made from the Message-ID of its first mail: a mail that is taken twice gets the same one. What we
send carries the router's id of the message, the thread's token and a signature in its Message-ID, so that an answer
names its thread, a bounce its message, and nobody else can make one. Its return path is a message's own, too: everybody
who is answered sees Message-IDs, and nobody can report by these alone what is believed.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import re2

TOKEN_LENGTH = 22  # of 32 letters: 110 bits. Lower case, because servers on the way may make it so
_SIGNATURE_LENGTH = 16
_RETURN_LENGTH = 20  # behind `r-`: as long as a token together, and never one
_SHAPE = rf"(msg_[0-9a-f]{{32}})\.([a-z2-7]{{{TOKEN_LENGTH}}})\.([a-z2-7]{{{_SIGNATURE_LENGTH}}})"
_ID = re2.compile(rf"(?i){_SHAPE}@([A-Za-z0-9.-]{{1,253}})")
_TOKEN = re2.compile(rf"[a-z2-7]{{{TOKEN_LENGTH}}}")


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that we sent: the router's id of the message, and the token of its thread."""

    message: str
    token: str


class Ids:
    """Makes and reads ids, with the secret of one adapter."""

    def __init__(self, secret: str, domain: str) -> None:
        self._secret = secret.encode()
        self._domain = domain

    def token(self, key: str) -> str:
        """Returns the token of the thread that a mail begins, by the mail's own key."""
        return self._sign("thread", key)[:TOKEN_LENGTH]

    def message_id(self, sent: Sent) -> str:
        """Returns the Message-ID, without its brackets, of a mail that we send."""
        return f"{sent.message}.{sent.token}.{self._signature(sent)}@{self._domain}"

    def return_path(self, message: str, ours: str) -> str:
        """Returns the address at which a mail server reports that a message has not arrived."""
        local, _, domain = ours.partition("@")
        return f"{local}+{self._returns(message)}@{domain}"

    def came_back(self, message: str, addresses: Iterable[str], ours: frozenset[str]) -> bool:
        """Returns whether something came to the return path of a message, by the addresses that it came to."""
        return any(hmac.compare_digest(self._returns(message), _detail(one, ours)) for one in addresses)

    def read(self, text: str) -> list[Sent]:
        """Returns the mails of ours whose Message-IDs stand in a text, in its order; what is not signed by us is not
        ours.
        """
        return list(dict.fromkeys(self._found(text)))

    def loops(self, message_id: str) -> bool:
        """Returns whether a Message-ID has the form of ours and our domain: the mail would be our own."""
        found = _ID.fullmatch(message_id)
        return found is not None and found.group(4).lower() == self._domain

    def _found(self, text: str) -> Iterator[Sent]:
        for message, token, signature, _ in _ID.findall(text):
            sent = Sent(message.lower(), token.lower())
            if hmac.compare_digest(self._signature(sent), signature.lower()):
                yield sent

    def _returns(self, message: str) -> str:
        return f"r-{self._sign('return', message)[:_RETURN_LENGTH]}"

    def _signature(self, sent: Sent) -> str:
        return self._sign("message", f"{sent.message} {sent.token}")[:_SIGNATURE_LENGTH]

    def _sign(self, purpose: str, text: str) -> str:
        digest = hmac.digest(self._secret, f"{purpose} {text}".encode(), hashlib.sha256)
        return base64.b32encode(digest).decode().lower().rstrip("=")


def token_of(address: str, ours: frozenset[str]) -> str | None:
    """Returns the token in an address of ours, as in `support+token@example.com`; None where there is none."""
    detail = _detail(address, ours)
    return detail if _TOKEN.fullmatch(detail) else None


def _detail(address: str, ours: frozenset[str]) -> str:
    """Returns what stands behind the `+` of an address of ours, in lower case; empty of any other."""
    local, _, domain = address.lower().rpartition("@")
    base, _, detail = local.partition("+")
    return detail if f"{base}@{domain}" in ours and detail.isascii() else ""


def is_ours(address: str, ours: frozenset[str]) -> bool:
    """Returns whether an address is one of ours, whatever stands behind its `+`."""
    local, _, domain = address.lower().rpartition("@")
    return f"{local}@{domain}" in ours or f"{local.partition('+')[0]}@{domain}" in ours
