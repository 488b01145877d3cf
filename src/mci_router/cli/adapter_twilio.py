"""`mci-router adapter twilio`: text messages, WhatsApp and telephone calls by Twilio."""

import click
import uvicorn

from mci_router.adapters.twilio.app import create_app
from mci_router.adapters.twilio.settings import TwilioSettings
from mci_router.cli.adapter_environment import log_to_stderr, settings_of

MOST_REQUESTS = 1_000  # at once: each is held for seconds while the router is away
GRACE_S = 15  # as long as Twilio waits for an answer


@click.command()
def command() -> None:
    """Carry text messages, WhatsApp and calls between Twilio and a router: docs/how-to/twilio.md."""
    settings = settings_of(TwilioSettings)
    log_to_stderr()
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=MOST_REQUESTS,
        timeout_graceful_shutdown=GRACE_S,
    )
