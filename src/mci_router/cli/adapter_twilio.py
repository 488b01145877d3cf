"""`mci-router adapter twilio`: text messages, WhatsApp and telephone calls by Twilio."""

import click
import uvicorn
from pydantic import ValidationError

from mci_router.adapters.twilio.app import create_app
from mci_router.adapters.twilio.settings import TwilioSettings
from mci_router.cli.serve import PortInUse, check_port, configure_logging


@click.command()
def command() -> None:
    """Carry text messages, WhatsApp and calls between Twilio and a router: docs/how-to/twilio.md."""
    try:
        settings = TwilioSettings()
    except ValidationError as error:
        faults = "; ".join(f"{_variable(str(fault['loc'][0]))}: {fault['msg']}" for fault in error.errors())
        raise click.ClickException(f"the environment is not right: {faults}") from error
    configure_logging("info")
    try:
        check_port(settings.host, settings.port)
    except PortInUse as error:
        raise click.ClickException(str(error).replace("MCI_PORT", "MCI_TWILIO_PORT")) from error
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=15,
    )


def _variable(setting: str) -> str:
    """Returns the environment variable of a setting, by the setting's name or by the variable's."""
    return setting.upper() if setting.upper().startswith("MCI_") else f"MCI_TWILIO_{setting.upper()}"
