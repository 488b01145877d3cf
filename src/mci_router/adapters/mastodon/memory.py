"""Memory: what the adapter has to know after a restart, in one small file. Without it the threads are found again.

A file is replaced as a whole: who is killed while writing has the one before, and reads a few notifications twice.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mci_router.adapters.state_file import keep

MOST = 2_000  # of each kind; the oldest are forgotten
MOST_WATCHED = 200


@dataclass(slots=True)
class Memory:
    """`seen` is the last notification; `threads` has of a thread and customer, as `ref handle`, their last status
    and their last public one; `refs` the thread of a status; `moved` of a customer to whom we wrote directly the
    thread of that; `watched` of a customer's status its message, and when it was edited; `sent` of a message ours.
    """

    path: Path
    seen: str | None = None
    threads: dict[str, dict[str, str]] = field(default_factory=dict)
    refs: dict[str, str] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    watched: dict[str, dict[str, str]] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path) -> "Memory":
        """Returns what the file has; nothing if there is none. Raises ValueError for one that is of something else."""
        if not path.exists():
            return cls(path)
        kept = json.loads(path.read_text("utf-8"))
        if not isinstance(kept, dict):
            raise ValueError(f"{path} is not the state of this adapter")
        names = ("threads", "refs", "moved", "watched", "sent")
        return cls(path, kept.get("seen"), **{name: dict(kept.get(name, {})) for name in names})

    def save(self) -> None:
        """Replaces the file."""
        for kind, most in ((self.threads, MOST), (self.refs, MOST), (self.moved, MOST), (self.sent, MOST)):
            _forget(kind, most)
        _forget(self.watched, MOST_WATCHED)
        keep(self.path, {name: value for name, value in asdict(self).items() if name != "path"})

    def heard(self, ref: str, handle: str, status: str, *, public: bool) -> None:
        """Notes a status of a customer in a thread."""
        thread = dict(self.thread(ref, handle)) | {"last": status} | ({"public": status} if public else {})
        _renew(self.threads, f"{ref} {handle}", thread)
        _renew(self.refs, status, ref)

    def thread(self, ref: str, handle: str) -> Mapping[str, str]:
        """Returns the customer's last status in a thread, `{last, public}`, as far as it is known."""
        return self.threads.get(f"{ref} {handle}", {})

    def said(self, message: str, status: str, ref: str, handle: str, *, direct: bool) -> None:
        """Notes a status of ours."""
        _renew(self.sent, message, status)
        _renew(self.refs, status, ref)
        if direct:
            _renew(self.moved, handle, ref)


def _renew(kind: dict[str, Any], key: str, value: Any) -> None:
    kind.pop(key, None)
    kind[key] = value


def _forget(kind: dict[str, Any], most: int) -> None:
    while len(kind) > most:
        del kind[next(iter(kind))]
