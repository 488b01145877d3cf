"""The environment of adapters: their settings, and a log without what is private."""

import logging
from collections.abc import Iterable, Sequence
from typing import TypeVar

import click
from pydantic import ValidationError

from mci_router.adapters.settings import AdapterSettings
from mci_router.cli.faults import words_of

Settings = TypeVar("Settings", bound=AdapterSettings)

TALKATIVE = ("httpx",)  # it writes down whole URLs


def settings_of(kind: type[Settings]) -> Settings:
    """Returns an adapter's settings. Raises ClickException, which names the variables that are not right."""
    try:
        return kind()
    except ValidationError as error:
        prefix = kind.model_config["env_prefix"]
        faults = "; ".join(f"{_variable(fault['loc'], prefix)}{words_of(fault)}" for fault in error.errors())
        raise click.ClickException(f"the environment is not right: {faults}") from error


def log_to_stderr(talkative: Iterable[str] = ()) -> None:
    """Writes the log to standard error; of libraries that are `talkative` only warnings."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in (*TALKATIVE, *talkative):
        logging.getLogger(name).setLevel(logging.WARNING)


def _variable(place: Sequence[str | int], prefix: str) -> str:
    """Returns the environment variable of a fault, by the setting's name or by the variable's; nothing for one of all
    together.
    """
    setting = str(place[0]).upper() if place else ""
    return f"{setting if setting.startswith('MCI_') else f'{prefix}{setting}'}: " if setting else ""
