"""The escalation matrix: where contacts of each severity go, and how soon somebody must respond."""

from mci_router.api.configuration import resource_router

router = resource_router("escalation")
