"""What all tests of the workforce need."""

import pytest

from mci_router.api.parts import Parts


@pytest.fixture
def parts(service: tuple[str, Parts]) -> Parts:
    return service[1]
