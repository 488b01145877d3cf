"""Chats on web pages: whose pages may open one, by their origin as browsers write it, and what they show."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, StringConstraints

PORTS = {"http": 80, "https": 443}


def normal_origin(value: str) -> str:
    """Returns an origin as browsers send it: lower case, without the scheme's own port. Raises ValueError."""
    parts = urlsplit(value.lower())
    try:
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    plain = f"{parts.scheme}://{parts.netloc}" == value.lower().rstrip("/") and "@" not in parts.netloc
    if not host or not plain or parts.scheme not in PORTS or "*" in host or not value.isascii():
        raise ValueError("is no origin: send scheme, host and port alone, such as https://shop.example")
    named = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{named}" + ("" if port in (None, PORTS[parts.scheme]) else f":{port}")


Origin = Annotated[str, StringConstraints(strip_whitespace=True, max_length=260), AfterValidator(normal_origin)]
ChatOrigins = Annotated[
    list[Origin],
    Field(
        max_length=100,
        description="The sites whose pages may open the customer socket, each exactly: scheme, host and port.",
        examples=[["https://shop.example"]],
    ),
]
ShowAgentNames = Annotated[
    bool,
    Field(
        description="Whether customers read the first name of the agent who serves them, the first word of the agent's "
        "`title`. Otherwise they only read that an agent does."
    ),
]
