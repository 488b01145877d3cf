"""The function library: its Lua files joined into one text, as Redis loads it."""

from importlib import resources
from importlib.resources.abc import Traversable

LUA = resources.files(__package__) / "lua"
VIRTUAL = resources.files(__package__) / "virtual"


def library() -> str:
    """Returns the source of the function library: a table for each shared file, which fills it, then the transitions.

    Each file is a block, so that what it does not put into its table stays its own. A function resolves what it calls
    when it is called: the shared files may come in any order, as long as none calls another while it is loaded.
    """
    shared, transitions = sources(LUA / "shared"), sources(LUA)
    tables = [f"local {name} = {{}}\n" for name in shared]
    blocks = [f"do\n{source}end\n" for source in (*shared.values(), *transitions.values())]
    return "#!lua name=mci_router\n" + "".join(tables + blocks)


def library_of_days() -> str:
    """Returns the library with a driver of whole days in it, for servers that nothing but simulations uses."""
    head, _, ours = library().partition("\n")
    before, driver = ((VIRTUAL / f"{name}.lua").read_text(encoding="utf-8") for name in ("before", "days"))
    noted = ours.replace("redis.register_function(", "register_function(")
    return f"{head}\n{before}{noted}do\n{driver}end\n"


def sources(folder: Traversable) -> dict[str, str]:
    """Returns the Lua files of a folder by name, in the order of their names."""
    files = {file.name.removesuffix(".lua"): file for file in folder.iterdir() if file.name.endswith(".lua")}
    return {name: files[name].read_text(encoding="utf-8") for name in sorted(files)}
