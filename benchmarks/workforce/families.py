"""The families of rows, in the order of the table: the function `rows` of a module each, those that are there."""

from collections.abc import Callable, Iterator
from importlib import import_module
from importlib.util import find_spec

from benchmarks.table import Row

MODULES = {"accuracy": "benchmarks.workforce.accuracy", "staffing": "benchmarks.workforce.staffing"}


def family(name: str) -> Callable[[], Iterator[Row]]:
    """Returns the function that measures a family, and yields its rows."""
    measure: Callable[[], Iterator[Row]] = import_module(MODULES[name]).rows
    return measure


FAMILIES = [name for name, module in MODULES.items() if find_spec(module)]
"""The names of the families."""
