"""A workspace that the tests of a file share."""

from tests.api.conftest import make_shared  # noqa: F401 — a fixture
