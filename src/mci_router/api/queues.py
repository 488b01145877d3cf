"""Queues: whom they take and the service level they hold."""

from mci_router.api.configuration import resource_router

router = resource_router("queue")
