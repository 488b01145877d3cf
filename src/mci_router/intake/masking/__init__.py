"""Masking: what must never be stored or logged is masked before anything else sees the text. Pure.

Always: card numbers and the codes beside them, IBANs, identity numbers, passwords and one-time codes. By a workspace's
policy: telephone numbers and e-mail addresses. Each finder reads a plain form of the text (`plain`), so that another
script's digits or a zero-width character hide nothing, and works in time linear in the text.
"""

from mci_router.intake.masking.data import harmless, mask_counted
from mci_router.intake.masking.halves import may_be_part
from mci_router.intake.masking.mask import (
    CARD_MASK,
    DEFAULT,
    EMAIL_MASK,
    MASKS,
    PHONE_MASK,
    PRIVATE_MASK,
    Masked,
    MaskingPolicy,
    mask,
    mask_begun,
    mask_continued,
    mask_reference,
    without_masks,
)
from mci_router.intake.masking.public import mask_public

__all__ = [
    "CARD_MASK",
    "DEFAULT",
    "EMAIL_MASK",
    "MASKS",
    "PHONE_MASK",
    "PRIVATE_MASK",
    "Masked",
    "MaskingPolicy",
    "harmless",
    "mask",
    "mask_begun",
    "mask_continued",
    "mask_counted",
    "mask_public",
    "mask_reference",
    "may_be_part",
    "without_masks",
]
