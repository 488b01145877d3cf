"""Seals: what the pages for customers hand out and get back, signed, so that nothing has to be kept of it.

A form's token says when the form was shown and is good for one sending. A pass shows one case for a while: it is the
only cookie, and the tokens of the forms beside it are bound to its case.
"""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from mci_router.clock import utc_now
from mci_router.values import value

FORM_S = 86_400  # a form left open over night still works
PASS_S = 1_800
LONGEST = 5_000  # characters


@value
class FormToken:
    """What a form's token says: its own name, by which it is good once, and its age in seconds."""

    name: str
    age_s: float


@value
class Pass:
    """What its holder may see: one case of a workspace."""

    workspace: str
    case: str


class Seals:
    """Makes and reads what is signed with the service's secret."""

    def __init__(self, secret: str) -> None:
        self._key = hashlib.sha256(b"help portal\0" + secret.encode()).digest()

    def form(self, workspace: str, purpose: str, bound: str = "") -> str:
        """Returns the token of a form for one purpose; `bound` is the case of which alone it is good."""
        return self.sealed({"n": secrets.token_urlsafe(12), "t": _now_s()}, workspace, purpose, bound)

    def read_form(self, token: str, workspace: str, purpose: str, bound: str = "") -> FormToken | None:
        """Returns what a form's token says; None for one that is not ours, of another form, or too old."""
        data = self.opened(token, workspace, purpose, bound)
        age_s = _now_s() - data["t"] if data else FORM_S + 1
        return FormToken(str(data["n"]), age_s) if data and age_s <= FORM_S else None

    def pass_for(self, holder: Pass) -> str:
        """Returns a pass as the cookie has it."""
        data = {"c": holder.case, "t": _now_s()}
        return self.sealed(data, holder.workspace, "pass", "")

    def read_pass(self, cookie: str, workspace: str) -> Pass | None:
        """Returns whose pass it is; None for one that is not ours, of another workspace, or too old."""
        data = self.opened(cookie, workspace, "pass", "")
        return Pass(workspace, str(data["c"])) if data and _now_s() - data["t"] <= PASS_S else None

    def files(self, workspace: str, kept: Sequence[Mapping[str, Any]]) -> str:
        """Returns the files that were taken in, as a field of the form has them."""
        return self.sealed({"f": [[one["id"], one["name"]] for one in kept]}, workspace, "files")

    def read_files(self, field: str, workspace: str) -> list[dict[str, str]]:
        """Returns the files of a field; none for one that is not ours."""
        data = self.opened(field, workspace, "files")
        return [{"id": str(one), "name": str(name)} for one, name in data["f"]] if data else []

    def digest(self, *said: str) -> str:
        """Returns what stands for something that is not to be kept, such as a client's address."""
        return self._mac("\0".join(said).encode())[:22]

    def sealed(self, data: dict[str, Any], *context: str) -> str:
        """Returns data, signed for one use of it."""
        body = base64.urlsafe_b64encode(json.dumps(data, separators=(",", ":")).encode()).decode().rstrip("=")
        return f"{body}.{self._mac(_signed(body, context))}"

    def opened(self, sealed: str, *context: str) -> dict[str, Any] | None:
        """Returns the data that were sealed for this use; None for what was not."""
        body, _, mac = sealed[:LONGEST].partition(".")
        if not sealed.isascii() or not hmac.compare_digest(mac, self._mac(_signed(body, context))):
            return None
        data: dict[str, Any] = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        return data

    def _mac(self, data: bytes) -> str:
        mac = hmac.new(self._key, data, hashlib.sha256).digest()
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")


def _signed(body: str, context: tuple[str, ...]) -> bytes:
    return "\0".join((*context, body)).encode()


def _now_s() -> float:
    return utc_now().timestamp()
