"""Tests of access share workspaces as those of the API do."""

from tests.api.conftest import make_shared, shared

__all__ = ["make_shared", "shared"]
