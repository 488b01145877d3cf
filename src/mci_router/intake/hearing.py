"""What was sent, without its secrets: what triage reads of it, and who wrote."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from mci_router.intake.address_reading import secrets_in
from mci_router.intake.masking import DEFAULT, Masked, MaskingPolicy, harmless, mask_counted, mask_reference
from mci_router.triage.machines import recognise
from mci_router.triage.machines.sent import CUSTOMER, WRITTEN_TO, Recognised
from mci_router.triage.reading import Words, hear, read
from mci_router.vocabulary import AddressKind, Channel

SAID = ("subject", "text")
REFERENCES = ("channel_ref", "attachments", "call")
KINDS = frozenset(AddressKind)


def warm_up() -> None:
    """Compiles what hearing needs, so that no contact waits for it. Takes a twentieth of a second."""
    harmless("The service has only just begun.")
    recognise(Channel.EMAIL, "Hello", "Please stop.", headers={}, sender=None)


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
    if channel not in WRITTEN_TO:
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
    said = {name: sent[name] for name in SAID} | {"name": customer["name"]}
    facts = {"context": sent["context"], "attributes": customer["attributes"]}
    counts = Counter[str]()
    if policy == DEFAULT and harmless([said, facts, *map(sent.get, REFERENCES), *map(customer.get, KINDS)]):
        kept = _references(sent)  # as of most contacts
    else:
        (said, of_words), (facts, of_facts) = mask_counted(said, policy), mask_counted(facts, policy, references=True)
        kept, of_references = _mask_references(sent)
        of_addresses = sum((secrets_in(kind, customer[kind]) for kind in KINDS if customer[kind]), counts)
        counts = of_words + of_facts + of_references + of_addresses
    claimed = {"id": customer["id"], "name": said["name"], "attributes": facts["attributes"]}
    return {name: said[name] for name in SAID} | {"context": facts["context"], "customer": claimed} | kept, counts


def _references(sent: Mapping[str, Any]) -> dict[str, Any]:
    """Returns ids of other systems and addresses of files. A file that was uploaded has had its name masked."""
    attachments = [attachment for attachment in sent["attachments"] if "id" not in attachment]
    return {"channel_ref": sent["channel_ref"], "attachments": attachments, "call": sent.get("call") or None}


def _mask_references(sent: Mapping[str, Any]) -> tuple[dict[str, Any], Counter[str]]:
    """Masks ids of other systems and addresses of files, which lose only what can only be a card's number."""
    counts: Counter[str] = Counter()
    kept = _references(sent)

    def counted(masked: Masked) -> str:
        counts.update(masked.counts)
        return masked.text

    attachments = []
    for attachment in kept["attachments"]:
        name, secrets = mask_counted(attachment["name"], references=True)
        counts.update(secrets)
        attachments.append(attachment | {"url": counted(mask_reference(attachment["url"])), "name": name})
    return {
        "channel_ref": kept["channel_ref"] and counted(mask_reference(kept["channel_ref"])),
        "attachments": attachments,
        "call": kept["call"] and {name: said and counted(mask_reference(said)) for name, said in kept["call"].items()},
    }, counts
