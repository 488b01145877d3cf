"""Rules: patterns that raise a contact's touch, whatever its topic."""

from mci_router.api.configuration import resource_router

router = resource_router("rule")
