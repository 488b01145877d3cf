"""What a customer and an agent write to each other once the agent has the contact: the words, and how many. Pure.

A call is talked about, and nothing is written. In a chat both sides write a few times; a mail gets one answer.
"""

from random import Random

from mci_router.vocabulary import Channel

AT_ONCE = (Channel.CHAT, Channel.SMS, Channel.MESSAGING, Channel.PRODUCT)
"""Channels where the customer sits there and writes back."""

OPENINGS = (
    "Hello, this is {agent}. I have read what you wrote, one moment.",
    "Hi, {agent} here. Let me look into this for you.",
    "Good day, my name is {agent}. I take care of it.",
)
QUESTIONS = (
    "Since when has it been like this?",
    "Could you tell me your customer number, please?",
    "Have you tried it once more since?",
    "Is it the same on another device?",
)
CLOSINGS = (
    "That should do it. Is there anything else?",
    "I have set it right from here. Please write again if it comes back.",
    "Done. You will get a confirmation by mail.",
)
ANSWERS = (
    "since yesterday evening",
    "My customer number is 20417.",
    "Yes, twice. The same again.",
    "only on my phone",
    "I am not sure, where would I see that?",
)
THANKS = ("Great, thank you!", "ok, it works now", "Thanks, that was quick.", "no, that is all")
SILENT_SHARE = 0.15  # of customers: they read, and do not write back


def lines_of_agent(dice: Random, agent: str, channel: Channel) -> list[str]:
    """Returns what an agent writes on a channel, in order; nothing on a call."""
    if channel is Channel.VOICE:
        return []
    opening = dice.choice(OPENINGS).format(agent=agent.split("_")[0].capitalize())
    if channel not in AT_ONCE:
        return [f"{opening} {dice.choice(CLOSINGS)}"]
    return [opening, *dice.sample(QUESTIONS, dice.randint(0, 2)), dice.choice(CLOSINGS)]


def lines_of_customer(dice: Random, channel: Channel) -> list[str]:
    """Returns what a customer writes back, an answer to each of the agent's lines but the first, for as long as there
    are such.
    """
    if channel not in AT_ONCE or dice.random() < SILENT_SHARE:
        return []
    return [*dice.sample(ANSWERS, dice.randint(0, 2)), dice.choice(THANKS)]
