"""Articles: the answers automation gives."""

from mci_router.api.configuration import resource_router

router = resource_router("article")
