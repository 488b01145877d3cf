"""Numbers of the command line."""

from typing import Any

import click


class NumberRange(click.FloatRange):
    """A number in a range, which `nan` is not: it is neither below the one end nor above the other."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Returns the number. Fails for what is none."""
        number = super().convert(value, param, ctx)
        return self.fail(f"{value!r} is not a number.", param, ctx) if number != number else number
