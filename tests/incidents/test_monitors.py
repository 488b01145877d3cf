"""Which alerts count as signed."""

from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from mci_router.incidents.monitors import Headers, verified
from mci_router.webhooks.signing import new_secret, signed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECRET = new_secret()
BODY = '{"title": "Störung"}'.encode()


def headers(body: bytes = BODY, secrets: tuple[str, ...] = (SECRET,), at: datetime = NOW) -> Headers:
    made = signed(secrets, "msg_1", int(at.timestamp()), body)
    return Headers(made["webhook-id"], made["webhook-timestamp"], made["webhook-signature"])


def test_what_a_library_of_the_standard_signs_is_accepted() -> None:
    """Byte for byte, and with one of two signatures, as while a secret changes."""
    signature = Webhook(SECRET).sign("msg_1", NOW, BODY.decode())
    assert verified(SECRET, Headers("msg_1", str(int(NOW.timestamp())), signature), BODY, NOW)
    assert verified(SECRET, headers(secrets=(new_secret(), SECRET)), BODY, NOW)


@pytest.mark.parametrize("seconds", [-301, 301, 86_400])
def test_an_alert_from_another_time_is_not_accepted(seconds: int) -> None:
    """More than five minutes away, before or after."""
    assert not verified(SECRET, headers(at=NOW + timedelta(seconds=seconds)), BODY, NOW)
    assert verified(SECRET, headers(at=NOW + timedelta(seconds=299 if seconds > 0 else -299)), BODY, NOW)


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": None},
        {"timestamp": None},
        {"signature": None},
        {"id": "msg_2"},
        {"id": "x" * 201},
        {"timestamp": "²"},
        {"timestamp": "1e9"},
        {"timestamp": "9" * 400},
        {"timestamp": "-1"},
        {"signature": ""},
        {"signature": "v1,"},
        {"signature": "v1,ü"},
        {"signature": "v1a," + "x" * 44},
        {"signature": " ".join(["v1,x"] * 10)},
    ],
)
def test_what_is_wrong_with_the_headers_is_never_an_error(wrong: dict[str, str | None]) -> None:
    """It is no signature, that is all; nor is another body's, or another secret's."""
    right = headers()
    given = {"id": right.id, "timestamp": right.timestamp, "signature": right.signature}
    assert verified(SECRET, Headers(**given), BODY, NOW)
    assert not verified(SECRET, Headers(**{**given, **wrong}), BODY, NOW)
    assert not verified(SECRET, right, BODY + b" ", NOW)
    assert not verified(new_secret(), right, BODY, NOW)


def test_another_version_of_the_signature_is_not_taken_for_ours() -> None:
    """Only `v1` is symmetric."""
    right = headers()
    assert not verified(
        SECRET, Headers(right.id, right.timestamp, str(right.signature).replace("v1,", "v2,")), BODY, NOW
    )
