"""Addresses: no form is refused, spellings of one address are one, and what names nobody is told apart. Pure."""

import pytest

from mci_router.intake.addresses import Reading, read_address
from mci_router.vocabulary import AddressKind, AddressStatus
from tests.support.rows import every

EMAIL, PHONE, EXTERNAL_ID = AddressKind.EMAIL, AddressKind.PHONE, AddressKind.EXTERNAL_ID


def value(kind: AddressKind, sent: str, country: str | None = None, *, same_plus: bool = False) -> str | None:
    reading = read_address(kind, sent, country=country, same_plus=same_plus)
    assert reading.status is AddressStatus.KEPT, reading
    return reading.value


@every(
    "sent",
    [
        "ivo@intranet",
        "ivo@printer.lan",
        "ivo..b@carrier.example.jp",
        ".ivo@example.org",
        "ivo@lager_sued.example.org",
        "ivo@[192.0.2.44]",
        "ivo@[IPv6:2001:db8::1]",
        "postmaster@example.org",
        "ivo at work",
        "ivo",
        "@example.org",
        "ivo@",
        "a" * 242 + "@example.org",
    ],
)
def test_whatever_stands_for_an_email_address_is_one(sent: str) -> None:
    """What no mail server of the public internet would take is still how a company knows somebody."""
    assert value(EMAIL, sent) == sent.lower()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ivo.Bern@Example.org", "ivo.bern@example.ORG"),
        ("ivo@bücher.example", "IVO@xn--bcher-kva.example"),
        ("ivo@BÜCHER.example", "ivo@bücher.example."),
        ("Ivo Bern <ivo@example.org>", "<ivo@example.org>"),
        ("mailto:ivo@example.org?subject=hello", "ivo@example.org"),
        ("mailto:ivo@example.org?cc=eva@example.org", "ivo@example.org"),
        ("ivo@example.org (Ivo Bern)", "ivo@example.org"),
        ("ｉｖｏ＠ｅｘａｍｐｌｅ．ｏｒｇ", "ivo@example.org"),
        ("\u200bivo@example.org\u00a0", "ivo@example.org"),
        ("re\u0301ne@example.org", "réne@example.org"),
    ],
)
def test_one_email_address_however_it_is_written(one: str, other: str) -> None:
    """Case, brackets, invisible characters and the two forms of an internationalised domain make no difference."""
    assert value(EMAIL, one) == value(EMAIL, other)


def test_a_question_mark_in_a_name_is_a_part_of_it() -> None:
    """Two people stay two; no part of a link is an address."""
    assert value(EMAIL, "ivo?a@example.org") == "ivo?a@example.org"
    assert value(EMAIL, "ivo?b@example.org") != value(EMAIL, "ivo?a@example.org")
    assert read_address(EMAIL, "mailto:?to=ivo@example.org").status is AddressStatus.NONE


@pytest.mark.parametrize(("same", "kept"), [(True, "ivo@example.org"), (False, "ivo+news@example.org")])
def test_plus_addresses_are_as_the_workspace_says(same: bool, kept: str) -> None:
    """`same`: what stands behind the plus is no part of the person; a plus with nothing before it stays."""
    assert value(EMAIL, "Ivo+news@example.org", same_plus=same) == kept
    assert value(EMAIL, "+news@example.org", same_plus=same) == "+news@example.org"


@every(
    ("sent", "country", "kept"),
    [
        ("0043 1 588 58", "AT", "+43158858"),
        ("+43 1 58858", "AT", "+43158858"),
        ("01 58858", "AT", "+43158858"),
        ("+43 (0)1 588-58", None, "+43158858"),
        ("0043 1 58858", None, "+43158858"),
        ("011 43 1 58858", "US", "+43158858"),
        ("(415) 555-2671", "US", "+14155552671"),
        ("1-415-555-2671", "US", "+14155552671"),
        ("tel:+43-1-58858", None, "+43158858"),
        ("tel:+43-1-58858;phone-context=example.org", None, "+43158858"),
        ("whatsapp:+43 1 58858", None, "+43158858"),
        ("sip:+43158858@gateway.example.org;user=phone", None, "+43158858"),
        ("SIP:0158858@gateway.example.org:5060", "AT", "+43158858"),
        ("Ivo <sip:+43158858@gateway.example.org>", None, "+43158858"),
        ("+43158858;ext=12", None, "+43158858;ext=12"),
        ("+43 1 58858 ext. 12", None, "+43158858;ext=12"),
        ("01 58858 DW 12", "AT", "+43158858;ext=12"),
        ("+43158858,,12", None, "+43158858;ext=12"),
        ("01 58858", None, "0158858"),
        ("sip:ivo@pbx.example.org", None, "ivo@pbx.example.org"),
        ("telegram:ivo.k", None, "ivo.k"),
        ("1234567890123456789", None, "1234567890123456789"),
    ],
)
def test_one_number_however_it_is_written(sent: str, country: str | None, kept: str) -> None:
    """E.164 where the number or the workspace's country says it, the extension kept: behind one number sit many people."""
    assert value(PHONE, sent, country) == kept


@pytest.mark.parametrize(
    ("sent", "country"),
    [("43158858", "AT"), ("43158858", "DE"), ("43158858", None), ("447700900123", "AT"), ("58858", "AT")],
)
def test_a_number_that_may_be_two_is_said_to_be_unclear(sent: str, country: str | None) -> None:
    """A plus that is missing, or an area: it is kept as it came, and told; it is no other number's customer."""
    reading = read_address(PHONE, sent, country=country)
    assert (reading.status, reading.value) == (AddressStatus.UNCLEAR, sent)
    assert reading.why


@pytest.mark.parametrize("sent", ["CLIR", "Front Door", "Numéro masqué", "asterisk", "P"])
def test_words_for_a_telephone_number_prove_nobody(sent: str) -> None:
    """Exchanges have more words for a hidden number than anybody lists: all their callers would be one customer."""
    reading = read_address(PHONE, sent)
    assert (reading.status, reading.value) == (AddressStatus.UNCLEAR, sent.lower())
    assert reading.why


def test_a_national_number_without_its_first_zero_is_clear_where_it_can_be_nothing_else() -> None:
    """Spreadsheets lose it."""
    assert value(PHONE, "6641234567", "AT") == "+436641234567"


@every("kind", AddressKind)
@every(
    "sent", ["", "  ", "Anonymous", "UNKNOWN", "private", "restricted", "withheld", "N/A", "-", "null", "<>", "\u200b"]
)
def test_what_names_nobody_is_no_address(kind: AddressKind, sent: str) -> None:
    """In whatever field it stands, and it says why."""
    reading = read_address(kind, sent)
    assert (reading.status, reading.value, bool(reading.why)) == (AddressStatus.NONE, None, True)


@every(
    "sent",
    [
        "22",
        "1234",
        "ext. 22",
        "DW 7",
        "x101",
        "sip:anonymous@anonymous.invalid",
        "Anonymous Caller",
        "No Caller ID",
        "+266696687",
        "000000",
    ],
)
def test_an_extension_and_a_hidden_number_name_nobody(sent: str) -> None:
    """Fewer than five digits are an extension of some exchange; carriers spell ANONYMOUS on the keys."""
    assert read_address(PHONE, sent, country="DE").status is AddressStatus.NONE


@pytest.mark.parametrize("kind", AddressKind)
def test_254_characters_identify_and_more_do_not(kind: AddressKind) -> None:
    """Cut short, two long addresses could be one person's: the longer identifies nobody, and that is said."""
    assert value(kind, "k9" * 127) == "k9" * 127
    assert read_address(kind, "k9" * 127 + "k") == Reading(AddressStatus.NONE, None, "it is longer than 254 characters")


@pytest.mark.parametrize("sent", ["0", "000", "-1", "00000000-0000-0000-0000-000000000000", "NaN", "[object Object]"])
def test_what_programs_send_for_no_id_names_nobody(sent: str) -> None:
    """Else all whom a program does not know were one customer; a nought within an id is a digit like others."""
    assert read_address(EXTERNAL_ID, sent).status is AddressStatus.NONE
    assert value(EXTERNAL_ID, f"crm-{sent}") == f"crm-{sent}"
    assert value(EXTERNAL_ID, "10") == "10"


def test_an_external_id_is_kept_as_it_is() -> None:
    """It is the adapter's own: case and inner blanks are its business."""
    assert value(EXTERNAL_ID, " CRM  17 ") == "CRM  17"
