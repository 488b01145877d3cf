"""`mci-router adapter email`: carries e-mails between customers and a router."""

import asyncio
import logging
import sys

import click
from pydantic import ValidationError


@click.command("email")
def command() -> None:
    """Carry e-mails: in by LMTP or from an IMAP mailbox, out by SMTP.

    MCI_EMAIL_ADDRESS and MCI_EMAIL_SECRET say who we are; docs/how-to/e-mail.md has all settings.
    """
    from mci_router.adapters.email.process import run
    from mci_router.adapters.email.settings import EmailSettings
    from mci_router.adapters.router import Refused

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for noisy in ("mail.log", "httpx"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    try:
        settings = EmailSettings()
    except ValidationError as error:
        for one in error.errors():
            click.echo(f"{'.'.join(map(str, one['loc'])) or 'MCI_EMAIL_…'}: {one['msg']}", err=True)
        sys.exit(2)
    try:
        asyncio.run(run(settings))
    except Refused as refused:
        click.echo(f"The router refuses this adapter: {refused}", err=True)
        sys.exit(1)
