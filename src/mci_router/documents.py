"""Documents: what is sent as JSON to the ledger, and to sockets."""

import json
from datetime import datetime
from decimal import Decimal

import orjson


def as_json(document: object) -> str:
    """Returns a document as text: by the fast encoder, or by Python's own where that one cannot, as with a number of
    more than 64 bits.
    """
    try:
        return orjson.dumps(document, default=_plain).decode()
    except orjson.JSONEncodeError:
        return json.dumps(document, ensure_ascii=False, default=_plain)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)  # to its last digit: a number in JSON would be a float
    raise TypeError(f"{type(value)} has no form in a document")
