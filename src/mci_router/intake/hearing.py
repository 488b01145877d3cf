"""What was sent, without its secrets: what triage reads of it, and who wrote."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from mci_router.intake.address_reading import secrets_in
from mci_router.intake.masking import Masked, MaskingPolicy, mask_counted, mask_reference
from mci_router.triage.machines import recognise
from mci_router.triage.machines.sent import CUSTOMER, WRITTEN, Recognised
from mci_router.triage.reading import Words, hear, read
from mci_router.vocabulary import AddressKind, Channel

SAID = ("subject", "text")
KINDS = frozenset(AddressKind)


def hear_sent(
    sent: Mapping[str, Any], channel: Channel, policy: MaskingPolicy
) -> tuple[dict[str, Any], Counter[str], Words, Recognised]:
    """Returns what was sent, masked; the number of secrets of each kind; what triage reads; and who wrote."""
    masked, kinds = _mask(sent, policy)
    language = sent["language"] if sent["topic"] else None  # a topic is guessed in the language that is detected
    said = hear(masked["subject"], masked["text"], channel, language)
    return masked, kinds, said, _recognise(sent, masked, channel)


def _recognise(sent: Mapping[str, Any], masked: Mapping[str, Any], channel: Channel) -> Recognised:
    """Recognises who wrote by the customer's own words, not by those that a mail quotes.

    Headers are read, and not kept.
    """
    if channel not in WRITTEN:
        return CUSTOMER
    own = read(None, masked["text"], channel)
    return recognise(
        channel,
        masked["subject"],
        own,
        headers=sent["headers"],
        sender=sent["customer"]["email"],
        named=sent["topic"] is not None,
    )


def _mask(sent: Mapping[str, Any], policy: MaskingPolicy) -> tuple[dict[str, Any], Counter[str]]:
    """Returns what was sent without its secrets, and the number of secrets of each kind.

    What identifies something elsewhere stays as it was sent, under any policy: an SMS is answered to its number.
    """
    customer = sent["customer"]
    said, kinds = mask_counted({name: sent[name] for name in SAID} | {"name": customer["name"]}, policy)
    facts, more = mask_counted(
        {"context": sent["context"], "attributes": customer["attributes"]}, policy, references=True
    )
    kept, yet_more = _mask_references(sent)
    of_addresses = sum((secrets_in(kind, customer[kind]) for kind in KINDS if customer[kind]), Counter[str]())
    claimed = {"id": customer["id"], "name": said["name"], "attributes": facts["attributes"]}
    masked = {name: said[name] for name in SAID} | {"context": facts["context"], "customer": claimed} | kept
    return masked, kinds + more + yet_more + of_addresses


def _mask_references(sent: Mapping[str, Any]) -> tuple[dict[str, Any], Counter[str]]:
    """Masks ids of other systems and addresses of files, which lose only what can only be a card's number."""
    counts: Counter[str] = Counter()

    def counted(masked: Masked) -> str:
        counts.update(masked.counts)
        return masked.text

    attachments = []
    for attachment in sent["attachments"]:
        if "id" in attachment:
            continue  # its name was masked when it was uploaded
        name, secrets = mask_counted(attachment["name"], references=True)
        counts.update(secrets)
        attachments.append(attachment | {"url": counted(mask_reference(attachment["url"])), "name": name})
    return {
        "channel_ref": sent["channel_ref"] and counted(mask_reference(sent["channel_ref"])),
        "attachments": attachments,
        "call": {name: said and counted(mask_reference(said)) for name, said in (sent.get("call") or {}).items()}
        or None,
    }, counts
