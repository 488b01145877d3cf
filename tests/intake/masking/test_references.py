"""References of other systems, and numbers that are something else than a card's, stay as they were written."""

import random
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from stdnum import ean, luhn

from mci_router.intake.masking import mask, mask_counted, mask_reference
from tests.support.proof import FULL
from tests.support.rows import every

MANY = 2_000 if FULL else 200
MOST_DESTROYED = 0.01
CHANCE = random.Random()  # noqa: S311 - each test seeds it: the same numbers in every run, in any order


def digits(how_many: int) -> str:
    return "".join(CHANCE.choices("0123456789", k=how_many))


def checked(body: str) -> str:
    return body + str(luhn.calc_check_digit(body))


KINDS: dict[str, tuple[Callable[[], str], tuple[str, ...]]] = {
    "IMEI": (
        lambda: checked(CHANCE.choice(["35", "86", "01", "49", "99"]) + digits(12)),
        ("the IMEI is {}", "IMEI: {}", "imei {} blocked?"),
    ),
    "ICCID": (lambda: checked("89" + digits(16)), ("my SIM card {}", "ICCID {}", "neue SIM-Karte {} geht nicht")),
    "DHL, 12 digits": (lambda: digits(12), ("parcel {} is late", "Sendungsnummer {}")),
    "DHL, 20 digits": (lambda: "00340434" + digits(12), ("parcel {} is late", "wo ist das Paket {}")),
    "UPS": (
        lambda: "1Z" + "".join(CHANCE.choices("0123456789ABCEFRTWXY", k=6)) + digits(10),
        ("tracking {}", "parcel {} lost"),
    ),
    "FedEx, 12 digits": (lambda: digits(12), ("tracking number is {}", "FedEx {}")),
    "FedEx, 15 digits": (lambda: digits(15), ("tracking number is {}", "colis {} perdu")),
    "SSCC": (lambda: digits(18), ("pallet {}", "the SSCC is {}")),
    "post of a network": (lambda: str(CHANCE.randrange(10**18, 19 * 10**17)), ("see tweet {}", "it says {} there")),
    "older post of a network": (lambda: str(CHANCE.randrange(10**17, 10**18)), ("see tweet {}", "it says {} there")),
    "seconds": (lambda: str(CHANCE.randrange(14 * 10**8, 19 * 10**8)), ("error at {} in the app", "it says {} there")),
    "milliseconds": (
        lambda: str(CHANCE.randrange(14 * 10**11, 19 * 10**11)),
        ("error at {} in the app", "it says {} there"),
    ),
    "microseconds": (lambda: str(CHANCE.randrange(14 * 10**14, 19 * 10**14)), ("log says {} us", "it says {} there")),
    "nanoseconds": (lambda: str(CHANCE.randrange(14 * 10**17, 19 * 10**17)), ("log says {} ns", "it says {} there")),
    "order": (
        lambda: digits(16),
        ("order {} never came", "Bestellung {} fehlt", "mi pedido es {}", "order no. {}", "{} is my order number"),
    ),
    "ticket": (lambda: "20261128" + digits(8), ("ticket {}", "your ticket number from May is {}")),
    "request": (lambda: digits(16), ("request {} failed", "request id: {}", "the log has {} in it")),
    "UUID": (lambda: str(uuid.UUID(int=CHANCE.getrandbits(128), version=4)), ("request {} failed", "it says {} there")),
    "UUID of digits": (lambda: f"{digits(8)}-{digits(4)}-{digits(4)}-{digits(4)}-{digits(12)}", ("it says {} there",)),
    "order of a market place": (lambda: f"{digits(3)}-{digits(7)}-{digits(7)}", ("order {} never came",)),
    "article": (
        lambda: (lambda body: body + ean.calc_check_digit(body))(digits(12)),
        ("the box says {} below", "EAN {}"),
    ),
}


@every("kind", KINDS)
def test_what_is_no_card_stays_in_free_text(kind: str) -> None:
    """With its word beside it, or where its form is its own: of many at most one in a hundred is taken for a card's."""
    CHANCE.seed(kind)
    make, texts = KINDS[kind]
    destroyed = [text for text in (CHANCE.choice(texts).format(make()) for _ in range(MANY)) if mask(text).count]
    assert len(destroyed) <= MOST_DESTROYED * MANY, destroyed[:5]


@every("kind", KINDS)
@every("field", ["channel_ref", "address of a file", "context", "number in context", "name in context"])
def test_references_come_back_as_they_were_sent(kind: str, field: str) -> None:
    """Of many at most one in a hundred is destroyed, whatever its digits."""
    CHANCE.seed(f"{kind} as {field}")
    make, _ = KINDS[kind]
    changed: Callable[[str], bool] = {
        "channel_ref": lambda sent: mask_reference(sent).text != sent,
        "address of a file": lambda sent: bool(mask_reference(f"https://media.example.com/{sent}/photo.jpg").count),
        "context": lambda sent: (
            mask_counted({"ref": sent, "of": [sent]}, references=True)[0] != {"ref": sent, "of": [sent]}
        ),
        "number in context": lambda sent: (
            sent.isdigit() and mask_counted({"ref": int(sent)}, references=True)[0] != {"ref": int(sent)}
        ),
        "name in context": lambda sent: mask_counted({sent: True}, references=True)[0] != {sent: True},
    }[field]
    destroyed = [sent for sent in (make() for _ in range(MANY)) if changed(sent)]
    assert len(destroyed) <= MOST_DESTROYED * MANY, destroyed[:5]


@every(
    "text",
    [
        "gone from 24.12.2026 - 31.12.2026, 05.01.2027",
        "gone 24.01.26 25.01.26 26.01.26, 24/01/26 - 25/01/26",
        "ring (415) 555-2671, (415) 555-2672 or (415) 555-2673",
        "offline 2026-03-02 04.15.36 - 2026-03-02 05.01.11",
        "since 20260302 041536 nothing, ticket 20260302041536",
        "used 4200 3410 5130 1627 1710 MB in five months",
        "used 5100 3400 2700 1620 in four months",
        "monthly usage 4213 3382 5110 1627",
        "billed 51.99 51.99 44.99 12.50 in may june july august",
        "charged 51,99 / 51,99 / 44,99 / 12,50",
        "the mast at 51.507351, 11.127758 is down",
        "router 51.168.178.1 10.0.0.138 84.200.69.80 51.8.8.8",
        "firmware 4.0.45.12.7782.1120.4.1",
        "speeds of 451 512 489 503 624 ms",
        "modem mac 40:1A:2B:3C:4D:5E",
        "call +44 7911 123456, +44 7911 123457",
        "tel 0049 30 901820, 0171 2345678",
        "error at 1769430896.123456",
        "my case 4026-0128-4421-0007 of May",
        "card 3 of 4, page 12 of 20",
        "log 4539148803436467, log 4716108999716531",
        "bus pass 24.50, I pass 3 shops",
        "my passport is lost, the passport office is closed since 2019",
        "the promo code you sent is 123456",
        "the error code you sent me is 504313",
        "one of two phones, three to four days",
        "use api key rotation, bearer of bad news",
        "the security code never came",
        "I sent you three mails: code red",
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen, and it still rings",
        "número de serie 5105105105105100",
        "mi número de cliente 5105105105105100",
        "numéro de commande 5105105105105100",
        "Buchungsnummer 5105105105105100",
    ],
)
def test_rows_of_times_prices_places_and_machines_stay(text: str) -> None:
    """Whole, to the last character."""
    assert mask(text).text == text


@every(
    "value",
    [
        {"order_id": "4716108999716531"},
        {"orderId": 4716108999716531},
        {"imei": "490154203237518", "iccid": "8949020000000000007"},
        {"payment": {"reference": "4716108999716531"}},
        {"card": {"order_id": "4716108999716531"}},
        {"usage_mb": [4213, 3382, 5110, 1627]},
        {"usage": ["4539", "1488", "0343", "6467"]},
        {"page": "https://shop.example/orders/4716108999716531/track"},
        {"tracking": "00340434161094042557"},
    ],
)
def test_ids_in_context_stay(value: Any) -> None:
    """Nothing says that they are a card's, even where one could have their digits."""
    assert mask_counted(value, references=True) == (value, {})


@every(
    "value",
    [
        {"card_number": "4716108999716531"},
        {"pan": 4716108999716531},
        {"payment": {"card": {"number": "4716108999716531"}}},
        {"creditCard": "4716108999716531"},
        {"note": "4716 1089 9971 6531"},
        {"note": "pays by visa, 4716108999716531"},
        {"note": "reads 4716108999716531 aloud"},
        {"url": "/pay?card=4716108999716531"},
        {"ref": "chat-4716108999716531"},
        {"order_id": "4716-1089-9971-6531"},
        {"field1": "4716", "field2": "1089", "field3": "9971", "field4": "6531"},
        {"card": [4716, 1089, 9971, 6531]},
    ],
)
def test_cards_in_context_go(value: Any) -> None:
    """Where an issuer could have made the number, and a gap or a word for cards, also of a name above it, says that it
    is one.
    """
    masked, counts = mask_counted(value, references=True)
    assert counts == {"card": 1}
    assert not any(group in str(masked) for group in ("1089", "9971"))


@pytest.mark.parametrize(
    "reference",
    [
        "4716 1089 9971 6531",
        "4716-1089-9971-6531",
        "card4716 1089 9971 6531",
        "https://x.example/?pan=4716108999716531",
    ],
)
def test_cards_in_references_go(reference: str) -> None:
    """Also where the reference is an address."""
    assert mask_reference(reference).counts == {"card": 1}


@pytest.mark.parametrize(
    "reference",
    [
        "https://files.example/a?X-Amz-Credential=AKIAIOSFODNN7EXAMPLE&X-Amz-Signature=aaf1",
        "https://files.example/a?token=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
        "https://files.example/4716108999716531/a.jpg",
        "4716108999716531",
        "+49 1512 3456789",
    ],
)
def test_an_address_of_a_file_stays_one_that_opens_it(reference: str) -> None:
    """The system that stored the file needs all of it."""
    assert mask_reference(reference).text == reference
