"""Identifiers: a prefix that names the noun, then a UUIDv7 in hex, so that ids sort by the time they were made."""

import time
from datetime import UTC, datetime, timedelta

from uuid_utils import uuid7

NOUNS = {
    "action": "act",
    "adherence_exception": "aex",
    "api_key": "key",
    "attachment": "att",
    "audit_entry": "aud",
    "case": "cas",
    "certificate": "crt",
    "contact": "con",
    "correction": "cor",
    "customer": "cus",
    "customer_key": "cky",
    "erasure": "era",
    "escalation": "epg",
    "flag": "flg",
    "incident": "inc",
    "inserted_answer": "ina",
    "member": "mbr",
    "merge": "mrg",
    "message": "msg",
    "modality_move": "mov",
    "monitor": "mon",
    "move_proposal": "mpr",
    "post": "pst",
    "reply": "rpl",
    "review": "rvw",
    "run": "run",
    "schedule": "sch",
    "shift": "shf",
    "swap": "swp",
    "time_off": "tof",
    "summary_consent": "sco",
    "staffing_job": "stf",
    "transfer": "trf",
    "webhook": "whk",
    "workspace": "wsp",
}

STUCK_MS = 1_000  # a clock that is set back: UUIDs, which never go back, stand still until it catches up

_correction_ms = 0


def correct(by: timedelta) -> None:
    """Adds this to the machine's clock in all identifiers from now on: they are looked for by the time in them."""
    global _correction_ms
    _correction_ms = by // timedelta(milliseconds=1)


def machine_ms() -> int:
    """Returns milliseconds since the epoch by the machine's clock, whether it is right or not."""
    return time.time_ns() // 1_000_000


def new_id(noun: str) -> str:
    """Returns a fresh identifier such as `con_0198c7…`; `noun` is a key of `NOUNS`."""
    return id_with(NOUNS[noun])


def id_with(prefix: str) -> str:
    """Returns a fresh identifier with this prefix. Those of configured resources stand in `specs.KINDS`."""
    made, machines_ms = uuid7().hex, machine_ms()
    made_ms = int(made[:12], 16)
    stuck = made_ms - machines_ms > STUCK_MS
    if stuck or _correction_ms:  # what follows the time keeps those of one millisecond in order
        made = f"{(machines_ms if stuck else made_ms) + _correction_ms:012x}{made[12:]}"
    return f"{prefix}_{made}"


def made_at(identifier: str) -> datetime:
    """Returns when an identifier was made, to the millisecond, by the clock of the process that made it; the epoch for
    what is no identifier.
    """
    try:
        return datetime.fromtimestamp(int(identifier.partition("_")[2][:12], 16) / 1000, UTC)
    except (ValueError, OverflowError):
        return datetime.fromtimestamp(0, UTC)


def earliest(noun: str, moment: datetime) -> str:
    """Returns a text that sorts before all identifiers of a noun made from a moment on, and behind those before."""
    return f"{NOUNS[noun]}_{max(0, int(moment.timestamp() * 1000)):012x}"
