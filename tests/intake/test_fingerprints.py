"""Fingerprints tell equal values from others, and reveal nothing else without the key."""

import hashlib

import pytest
from pydantic import SecretStr

from mci_router.intake.fingerprints import Fingerprints
from mci_router.settings import Settings


def test_a_fingerprint_depends_on_value_meaning_and_installation() -> None:
    """Another value, another use of it or another secret: another fingerprint; and never the bare hash."""
    ours, theirs = Fingerprints("a secret of ours"), Fingerprints("a secret of theirs")
    assert ours.of("a key", "5105105105105100") == Fingerprints("a secret of ours").of("a key", "5105105105105100")
    others = {
        ours.of("a key", "5105105105105100"),
        ours.of("a key", "5105105105105118"),
        ours.of("an id", "5105105105105100"),
        theirs.of("a key", "5105105105105100"),
        hashlib.sha256(b"5105105105105100").hexdigest(),
    }
    assert len(others) == 5


def test_the_tokens_secret_serves_until_there_is_one_for_identities() -> None:
    """So that an installation that sets nothing more is safe, and one that wants another tokens' secret keeps its
    fingerprints.
    """
    tokens, other = SecretStr("signs tokens"), SecretStr("signs tokens later")
    before = Settings(_env_file=None, token_secret=tokens, identity_secret=None)
    after = Settings(_env_file=None, token_secret=other, identity_secret=tokens)
    assert before.fingerprint_secret() == after.fingerprint_secret() == "signs tokens"
    with pytest.raises(ValueError, match="MCI_IDENTITY_SECRET"):
        Settings(_env_file=None, token_secret=None, identity_secret=None).fingerprint_secret()
