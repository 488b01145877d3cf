"""Machines and opt-outs, recognised before anybody asks what a contact is about. Pure.

A header that only programs send is certain. Words are not: a contact that is a machine's by its words is still shown to
a person, after all others.
"""

from collections.abc import Mapping

from mci_router.triage.machines.headers import by_headers
from mci_router.triage.machines.no_reply import hears_nobody
from mci_router.triage.machines.opt_outs import opts_in, opts_out
from mci_router.triage.machines.sent import CUSTOMER, WRITTEN, WRITTEN_TO, Recognised, Sent
from mci_router.triage.machines.texts import by_text, folded
from mci_router.vocabulary import Channel, ContactKind

__all__ = ["CUSTOMER", "WRITTEN", "WRITTEN_TO", "Recognised", "Sent", "recognise"]


def recognise(
    channel: Channel,
    subject: str | None,
    text: str,
    *,
    headers: Mapping[str, str],
    sender: str | None,
    named: bool = False,
) -> Recognised:
    """Recognises who wrote.

    `text` is the customer's own words. `named` says that the adapter knows the topic: then words make nobody a machine.
    """
    if channel not in WRITTEN_TO:
        return CUSTOMER
    title, words = folded(subject or ""), folded(text)
    if channel in WRITTEN and opts_out(title, text, words):
        return Recognised(ContactKind.OPT_OUT, reason="the whole text asks for no further messages")
    if known := by_headers(headers, sender):
        sent, header = known
        return Recognised(ContactKind.MACHINE, by_channel=True, reason=f"{sent}, by its header {header}")
    if not named and (by_words := by_text(title, words, no_reply=_no_reply(sender))):
        return Recognised(ContactKind.MACHINE, reason=f"{by_words}, by its words alone")
    return Recognised(opts_in=True) if channel in WRITTEN and opts_in(words) else CUSTOMER


def _no_reply(sender: str | None) -> bool:
    bare = (sender or "").lower().rpartition("<")[2]
    return hears_nobody(bare.partition("@")[0])
