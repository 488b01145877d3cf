"""`mci-router adapter twilio`: text messages, WhatsApp and telephone calls by Twilio."""

import logging

import click
import uvicorn
from pydantic import ValidationError

from mci_router.adapters.twilio.app import create_app
from mci_router.adapters.twilio.settings import TwilioSettings

MOST_REQUESTS = 1_000  # at once: each is held for seconds while the router is away
GRACE_S = 15  # as long as Twilio waits for an answer


@click.command()
def command() -> None:
    """Carry text messages, WhatsApp and calls between Twilio and a router: docs/how-to/twilio.md."""
    try:
        settings = TwilioSettings()
    except ValidationError as error:
        faults = "; ".join(f"{_variable(str(fault['loc'][0]))}: {fault['msg']}" for fault in error.errors())
        raise click.ClickException(f"the environment is not right: {faults}") from error
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it writes down whole URLs
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


def _variable(setting: str) -> str:
    """Returns the environment variable of a setting, by the setting's name or by the variable's."""
    return setting.upper() if setting.upper().startswith("MCI_") else f"MCI_TWILIO_{setting.upper()}"
