"""Imports of libraries that a process may never use, or not for a while: it starts without them."""

import sys
from importlib.util import LazyLoader, find_spec, module_from_spec
from types import ModuleType


def later(name: str) -> ModuleType:
    """Returns a module that is loaded when something in it is first used. Raises ModuleNotFoundError."""
    if name in sys.modules:
        return sys.modules[name]
    found = find_spec(name)
    if found is None or found.loader is None:
        raise ModuleNotFoundError(name)
    found.loader = LazyLoader(found.loader)
    module = sys.modules[name] = module_from_spec(found)
    found.loader.exec_module(module)
    return module
