"""What a customer says of an answer: it helped, or a person is wanted. The same on the socket and in the portal."""

from mci_router.api.parts import Parts
from mci_router.vocabulary import ContactState, EndedBy

HELPED = "the customer says that it helped"
WANTS_A_PERSON = "the customer wants a person"
WITH_AGENT = frozenset({ContactState.ASSIGNED, ContactState.WAITING_FOR_CUSTOMER, ContactState.WRAPPING_UP})


async def helped(parts: Parts, workspace: str, contact: str) -> None:
    """Resolves the contact; where an agent serves it, ends the conversation. Raises NotFound, WrongState."""
    live = await parts.engine.contact(workspace, contact)
    if live and live.state in WITH_AGENT:
        await parts.conversation_ends.end(workspace, contact, EndedBy.CUSTOMER, HELPED)
    else:
        await parts.ending.end(workspace, contact, ContactState.RESOLVED, HELPED)


async def person_please(parts: Parts, workspace: str, contact: str) -> None:
    """Has an agent serve the contact, or has it wait for one. Raises NotFound, WrongState."""
    await parts.ladder.to_person(workspace, contact, WANTS_A_PERSON)
