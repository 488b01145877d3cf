"""The code that signs in to the desk: once, for five minutes, and not to be guessed."""

import pytest

from mci_router.access.sign_in import MOST_TRIES, VALID_S, SignInCode
from mci_router.access.tokens import AgentIdentity
from mci_router.errors import NotAuthenticated

ANN = AgentIdentity("wsp_1", "ann", "age_1", "key_1")


def test_a_code_opens_its_agents_desk_once() -> None:
    """The second time it is void, as is every other word."""
    codes = SignInCode()
    code = codes.make(ANN)
    assert codes.redeem(code) == ANN
    with pytest.raises(NotAuthenticated, match="was used"):
        codes.redeem(code)


def test_a_code_holds_for_five_minutes() -> None:
    """Not a moment longer: a link that lies about in a terminal opens nothing."""
    now = 0.0
    codes = SignInCode(lambda: now)
    code = codes.make(ANN)
    now = VALID_S + 0.1
    with pytest.raises(NotAuthenticated, match="five minutes"):
        codes.redeem(code)
    code = codes.make(ANN)
    now += VALID_S
    assert codes.redeem(code) == ANN


def test_a_code_is_void_after_ten_wrong_ones() -> None:
    """Also for the right one then, and whatever letters a guess has."""
    codes = SignInCode()
    code = codes.make(ANN)
    for guess in ["é", "", code[:-1]] + [code + "x"] * (MOST_TRIES - 3):
        with pytest.raises(NotAuthenticated, match="not the code"):
            codes.redeem(guess)
    with pytest.raises(NotAuthenticated, match="was used"):
        codes.redeem(code)


def test_where_no_code_was_made_none_is_taken() -> None:
    """And a newer code voids the one before."""
    codes = SignInCode()
    with pytest.raises(NotAuthenticated):
        codes.redeem("")
    before, after = codes.make(ANN), codes.make(ANN)
    with pytest.raises(NotAuthenticated):
        codes.redeem(before)
    assert codes.redeem(after) == ANN
