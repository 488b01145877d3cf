"""Characters: how much of a text is read, and which of its characters nobody sees. Pure."""

from mci_router.patterns import lazy_pattern

LONGEST_READ = 60_000  # rules read everything that a contact may have, subject and masks included

UNSEEN = lazy_pattern(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\u2800\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
