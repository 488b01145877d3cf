"""Sign-in to the desk by a link.

Only `mci-router dev` has this route: the service that it starts is for one person, on one machine.
"""

from typing import Annotated

from pydantic import Field

from mci_router.access.sign_in import SignInCode
from mci_router.api.parts import Service
from mci_router.api.router import Router
from mci_router.api.schemas.common import Body
from mci_router.api.schemas.keys import TokenOut


class SignIn(Body):
    """The code that the desk found in its address."""

    code: Annotated[str, Field(min_length=1, max_length=100)]


def router(codes: SignInCode) -> Router:
    """Returns the route that exchanges a code for an agent's token. It is not part of the public API."""
    routes = Router(include_in_schema=False)

    @routes.post("/dev/sign-in", status_code=201, response_model=TokenOut)
    async def post_sign_in(body: SignIn, parts: Service) -> object:
        """Exchanges a code, once. Raises NotAuthenticated."""
        identity = codes.redeem(body.code)
        token, expires = parts.tokens.make(identity)
        return {"agent": identity.agent, "token": token, "expires_at": expires}

    return routes
