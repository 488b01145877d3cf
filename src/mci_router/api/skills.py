"""Skills: what agents can do and contacts need."""

from mci_router.api.configuration import resource_router

router = resource_router("skill")
