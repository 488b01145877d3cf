"""Topics: what contacts are about, with the examples triage learns from."""

from mci_router.api.configuration import resource_router

router = resource_router("topic")
