"""A public text tells neither secrets nor who wrote it. Pure."""

import re

from mci_router.intake.redaction.masking import PHONE_MASK, MaskingPolicy, mask

PRIVATE_MASK = "[removed]"
SHORTEST_PRIVATE = 3  # a shorter name is a part of too many words

_WHERE_TO_REACH = MaskingPolicy(phone=True, email=True)
_PHONE = re.compile(r"(?<![\w.])\+?[0-9][0-9 ()/.\-]{6,18}[0-9](?!\w)")  # rather a date too many than a telephone number too few


def mask_public(text: str, *known: str | None) -> str:
    """For a public text: e-mail addresses, phone numbers and what is `known` of the customer, as name and id, are taken out as well."""
    for private in known:
        if private and len(private) >= SHORTEST_PRIVATE:
            text = re.sub(rf"(?<!\w){re.escape(private)}(?!\w)", PRIVATE_MASK, text, flags=re.IGNORECASE)
    return _PHONE.sub(PHONE_MASK, mask(text, _WHERE_TO_REACH).text)
