"""Stopgaps: what is written where somebody has no address names nobody, and what somebody may have is kept. Pure."""

from typing import Any

import pytest

from mci_router.conversations.outbound_messages import addresses_of
from mci_router.intake.addresses import GivenAddress, read_address
from mci_router.intake.identity import claimed_by, identity_data
from mci_router.vocabulary import AddressKind, AddressStatus, Channel, Trust
from tests.intake.test_identity import Contacts, contacts
from tests.support.rows import every

__all__ = ["contacts"]

EMAIL, PHONE = AddressKind.EMAIL, AddressKind.PHONE


@every(
    "sent",
    [
        *(
            "9999999999",
            "0000000000",
            "+10000000000",
            "+33 0000000000",
            "1111111",
            "(999) 999-9999",
            "tel:+15555555555",
        ),
        *("1234567890", "0123456789", "9876543210", "+1 123 456 7890", "0044 1234567890", "+49 1111111111;ext=2"),
    ],
)
@pytest.mark.parametrize("country", [None, "DE"])
def test_numbers_that_only_fill_a_field_name_nobody(sent: str, country: str | None) -> None:
    """With a country's code and without, however they are written."""
    assert read_address(PHONE, sent, country=country).status is AddressStatus.NONE


@every(
    "sent",
    [
        *("none@none.com", "test@test.com", "na@na.com", "null@null", "x@x.com", "asdf@gmail.com", "test@example.com"),
        *("test@test.co.uk", "none@none.com.au"),
        *("keine@keine.de", "noemail@gmail.com", "no-email@shop.example", "sincorreo@sincorreo.es", "pasdemail@web.fr"),
        *("noreply@shop.example", "No-Reply@shop.example", "donotreply@shop.example", "noreply+4711@shop.example"),
        *("orders-noreply@shop.example", "noreply-orders@shop.example", "nicht-antworten@laden.example"),
        *("ne-pas-repondre@shop.example", "no-responder@tienda.example", "nao-responda@loja.example"),
        *("non-rispondere@negozio.example", "Shop <no_reply@shop.example>"),
    ],
)
def test_mail_addresses_that_only_fill_a_field_name_nobody(sent: str) -> None:
    """They say that there is no address, or that nobody reads there; in six languages."""
    assert read_address(EMAIL, sent).status is AddressStatus.NONE


@every(
    ("kind", "sent"),
    [
        *((EMAIL, one) for one in ("sam@example.com", "test@shop.example", "na@shop.example", "anna@test.com")),
        *(
            (EMAIL, one)
            for one in ("noah@gmail.com", "reply@shop.example", "schmidt@schmidt.de", "sam@no-reply.example")
        ),
        *((EMAIL, one) for one in ("info@shop.example", "norepine@shop.example", "nobody@shop.example")),
        *((EMAIL, one) for one in ("mail@mail.smith.example", "test@web.mycorp.example", "1@1.smith.example")),
        *((PHONE, one) for one in ("+47 98765432", "+47 22222222", "+65 98765432", "+852 98765432", "+45 12345678")),
        *((PHONE, one) for one in ("+43 664 1234567", "+49 151 12345678", "+1 800 777 7777", "77777", "+43 1 58858")),
    ],
)
def test_what_somebody_may_have_is_kept(kind: AddressKind, sent: str) -> None:
    """A company's own test account, a short code, a number with a few equal digits."""
    assert read_address(kind, sent).status is AddressStatus.KEPT


@pytest.mark.parametrize(
    "address", [{"phone": "9999999999"}, {"email": "none@none.com"}, {"email": "noreply@shop.example"}]
)
def test_all_who_give_a_stopgap_stay_apart(contacts: Contacts, address: dict[str, Any]) -> None:
    """Even as authenticated, and as claims: else each would see what the others wrote."""
    for trust in (Trust.AUTHENTICATED, Trust.CLAIMED):
        assert contacts.tell(trust, **address) != contacts.tell(trust, **address)
    eva = contacts.tell(external_id="no-1", **address)
    assert contacts.tell(external_id="no-2", **address) != eva
    assert contacts.tell(external_id="no-1", **address) == eva


def test_a_stopgap_leaves_a_conversation_to_its_reference(contacts: Contacts) -> None:
    """Who gives nothing else is known by the conversation, as who gives no address is."""
    assert claimed_by([], Channel.CHAT, "web", "talk-1") != claimed_by([], Channel.CHAT, "web", "talk-2")
    eva = contacts.tell(phone="9999999999", email="eva@example.org")
    assert contacts.tell(email="eva@example.org") == eva


@pytest.mark.parametrize(
    ("kind", "channel", "sent"),
    [
        (EMAIL, Channel.EMAIL, "abc@gmail.com"),
        (PHONE, Channel.SMS, "+17777777777"),
        (PHONE, Channel.VOICE, "+17777777777"),
    ],
)
def test_who_writes_from_a_stopgap_is_answered_there(kind: AddressKind, channel: Channel, sent: str) -> None:
    """Somebody has it after all, for it came from there; also whom to call in an emergency is told there. What was
    written into a field of the help pages is not trusted so far: its reply would be a stranger's to read.
    """
    given = GivenAddress(kind, Trust.CLAIMED, read_address(kind, sent))
    identity = identity_data([given], None, {})
    assert given.value is None
    assert [one.value for one in addresses_of({"channel": channel, "serves": [], "identity": identity})] == [sent]
    assert not list(addresses_of({"channel": Channel.WEB, "serves": [channel], "identity": identity}))
