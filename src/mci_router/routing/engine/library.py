"""The function library: its Lua files joined in order, as Redis loads them."""

from importlib import resources

SHARED = (
    "workspace",
    "records",
    "queues",
    "signatures",
    "agents",
    "contacts",
    "journal",
    "lines",
    "reserve",
    "choosing_lines",
    "choosing_agents",
    "interrupting",
    "matching",
    "service_level",
    "endings",
    "answering",
    "completion",
    "waiting",
    "presence",
    "rungs",
    "functions",
)


def library() -> str:
    """The source of the function library: the shared parts in order, then one block for each transition."""
    root = resources.files(__package__) / "lua"
    shared = [(root / "shared" / f"{name}.lua").read_text() for name in SHARED]
    transitions = sorted(file.name for file in root.iterdir() if file.name.endswith(".lua"))
    blocks = [f"do\n{(root / name).read_text()}end\n" for name in transitions]
    return "#!lua name=mci_router\n" + "\n".join(shared + blocks)
