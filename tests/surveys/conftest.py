"""What all tests of surveys need."""

import pytest

from mci_router.api.parts import Parts
from tests.support.surveys import PUBLIC


@pytest.fixture(autouse=True)
def public(service: tuple[str, Parts], monkeypatch: pytest.MonkeyPatch) -> None:
    """It is known how customers reach the service."""
    monkeypatch.setattr(service[1].settings, "public_url", PUBLIC)


@pytest.fixture
def parts(service: tuple[str, Parts]) -> Parts:
    return service[1]
