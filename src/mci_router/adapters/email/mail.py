"""A mail as it was understood: what the checks, the thread and the router need of it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class File:
    """A file that came with a mail; its bytes are kept beside."""

    name: str
    content_type: str
    size: int


@dataclass(frozen=True, slots=True)
class Signature:
    """A DKIM signature that a mail brings: which one it is, and where its key is."""

    number: int
    domain: str
    selector: str


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail that was parsed.

    `message_id` and `references` are as they stand in the mail, without brackets; `digest` is of what no server on the
    way changes. `headers` are those by which machines are recognised, in lower case, each once. `failed` are the
    addresses that a bounce says take nothing, and `delayed` those that do not yet. `seen` is all of the text that may
    have a Message-ID of ours in it. `left_out` names the files beyond those that one message may have.
    """

    message_id: str
    digest: str
    sender: str
    name: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    references: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    results: tuple[str, ...] = ()
    signatures: tuple[Signature, ...] = ()
    senders: int = 1
    failed: tuple[str, ...] = ()
    delayed: tuple[str, ...] = ()
    seen: str = ""
    files: tuple[File, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def domain(self) -> str:
        """The domain of the address that it says it comes from, in lower case."""
        return self.sender.rpartition("@")[2].lower()

    def data(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return asdict(self)

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """Returns the mail that JSON has."""
        values = {one.name: _frozen(data[one.name]) for one in fields(cls)}
        values["files"] = tuple(File(**one) for one in data["files"])
        values["signatures"] = tuple(Signature(**one) for one in data["signatures"])
        return cls(**values)


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
