"""Policies: the ladder of each cell of the matrix."""

from mci_router.api.configuration import resource_router

router = resource_router("policy")
