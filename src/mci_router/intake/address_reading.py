"""Reading addresses as a workspace has them, and without their secrets. Pure.

Addresses distinguish customers, so one that contains a secret is kept as its fingerprint, not as a common mask.
"""

from collections import Counter
from dataclasses import replace

from mci_router.intake.addresses import Reading, read_address
from mci_router.intake.fingerprints import PREFIX, Fingerprints
from mci_router.intake.masking import mask_counted
from mci_router.intake.numbers import is_number
from mci_router.specs.snapshot import Snapshot
from mci_router.specs.workspace import WorkspaceSpec
from mci_router.values import value
from mci_router.vocabulary import AddressKind, PlusAddresses


@value
class AddressReader:
    """Reads addresses for one workspace."""

    snapshot: Snapshot
    fingerprints: Fingerprints

    @property
    def workspace_id(self) -> str:
        return self.snapshot.workspace_id

    @property
    def spec(self) -> WorkspaceSpec:
        return self.snapshot.spec

    def read(self, kind: AddressKind, sent: str) -> Reading:
        """Reads an address of a kind, in any form."""
        reading = read_address(
            kind, sent, country=self.spec.country, same_plus=self.spec.plus_addresses is PlusAddresses.SAME
        )
        at = reading.answered_at
        if at and secrets_in(kind, at):
            return replace(reading, answered_at=None)
        if reading.value is None or not secrets_in(kind, reading.value):
            return reading
        return replace(reading, value=f"{PREFIX}{self.fingerprints.of(f'{self.workspace_id} {kind}', reading.value)}")


def secrets_in(kind: str, address: str) -> Counter[str]:
    """Counts the secrets in an address by kind.

    A phone number has none: it has 15 digits at most, whatever they look like.
    """
    return Counter() if kind == AddressKind.PHONE and is_number(address) else mask_counted(address, references=True)[1]
