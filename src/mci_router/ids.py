"""Identifiers: a prefix that names the noun, then a UUIDv7 in hex, so that ids sort by the time they were made."""

from uuid_utils import uuid7

NOUNS = {
    "agent": "agt",
    "api_key": "key",
    "article": "art",
    "case": "cas",
    "contact": "con",
    "correction": "cor",
    "customer": "cus",
    "escalation": "esc",
    "incident": "inc",
    "merge": "mrg",
    "message": "msg",
    "monitor": "mon",
    "policy": "pol",
    "post": "pst",
    "queue": "que",
    "reply": "rpl",
    "rule": "rul",
    "skill": "skl",
    "topic": "top",
    "webhook": "whk",
    "workspace": "wsp",
}


def new_id(noun: str) -> str:
    """A fresh identifier such as `con_0198c7…`; `noun` is a key of `NOUNS`."""
    return f"{NOUNS[noun]}_{uuid7().hex}"
