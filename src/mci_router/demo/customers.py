"""Customers: who writes what on which channel, and how they will behave. Pure, and the same for the same seed.

Everything a customer will do is drawn beforehand, so that two runs with one seed differ only in what the service does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from mci_router.demo.conversation import lines_of_customer
from mci_router.demo.workspace import DemoTopic
from mci_router.vocabulary import Channel, Outcome, Trust, Volume

CHANNEL_SHARES = {
    Channel.VOICE: 24,
    Channel.CHAT: 30,
    Channel.EMAIL: 17,
    Channel.PRODUCT: 9,
    Channel.WEB: 3,
    Channel.SMS: 4,
    Channel.MESSAGING: 3,
    Channel.SOCIAL: 6,
    Channel.COMMUNITY: 4,
}
HIGH_VOLUME_WEIGHT, LOW_VOLUME_WEIGHT, SENSITIVE_WEIGHT = 9.0, 1.0, 0.6
VIP_SHARE = 0.05
HELPED = {Outcome.AUTOMATION: 0.7, Outcome.COMMUNITY: 0.6}
"""The share of customers whose matter an answer of each kind settles."""
SAYS_SO = 0.6
"""The share of those whom an answer does not help who say so; the others take it for settled, and come back."""
BACK_S = (60.0, 900.0)  # from what seemed settled until the customer is back, over another channel
AGREES, REWORDS = 0.65, 0.2
"""The share of asked customers who let the question be posted, and the share of these who reword it."""
CONSENT_S = (8.0, 45.0)  # from the draft to the customer's answer
REWORDED = "Does anybody know this? "
MEAN_PATIENCE_S = 372  # Erlang-A's theta in the project's reference simulator
IMPATIENT = (Channel.VOICE, Channel.CHAT)  # a customer on the line leaves it some time; one who wrote waits
READING_S = (15.0, 80.0)  # from automation's answer to the customer's verdict
ANSWER_S = (5.0, 30.0)  # from an agent's message to what the customer writes back
REPLY_S = (40.0, 240.0)  # from a post to another member's reply

FIRST_NAMES = [
    "Amina",
    "Bastian",
    "Carla",
    "Dmitri",
    "Elin",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jakub",
    "Keiko",
    "Leon",
    "Mara",
    "Nils",
    "Olga",
    "Pavel",
    "Quentin",
    "Rosa",
    "Stefan",
    "Tomasz",
    "Uma",
    "Viktor",
    "Wanda",
    "Xenia",
    "Yara",
    "Zoltan",
]
LAST_NAMES = [
    "Abara",
    "Birkeland",
    "Castellan",
    "Dorn",
    "Eklund",
    "Falk",
    "Granger",
    "Holub",
    "Ivers",
    "Jansky",
    "Kestrel",
    "Lindqvist",
    "Marlow",
    "Novotny",
    "Okafor",
    "Pell",
    "Quist",
    "Rowan",
    "Sandoval",
    "Thorne",
    "Ulrich",
    "Varga",
    "Wexford",
    "Yilmaz",
    "Zeller",
]
GREETINGS = ("Hi, ", "Hello, ", "hey, ", "Good morning, ", "Hi there! ", "Sorry to bother you, ")
CLOSINGS = (" Thanks!", " thank you", " Please help.", " Regards", " thx", " Can you help?")
TYPO_SHARE, SHORTEST_WITH_TYPO = 0.25, 24


@dataclass(frozen=True, slots=True)
class SimulatedCustomer:
    """One contact to come: what is sent, when, and how its customer behaves. Times are simulated seconds."""

    number: int
    moment: float
    """When in the run it comes: 0 at its start, 1 at its end."""
    name: str
    vip: bool
    channel: Channel
    topic: DemoTopic
    text: str
    content: frozenset[Outcome]
    """The outcomes whose answer will settle the matter."""
    reading_s: float
    reply_s: float
    patience_s: float | None
    agrees: bool
    """Whether the question may be posted, should the customer be asked."""
    rewords: bool
    consent_s: float
    lines: tuple[str, ...] = ()
    """What is written back to an agent, in order."""
    answer_s: float = 0.0
    """The time until it is."""
    says_so: bool = True
    """Whether an answer that does not help is called that; else the customer comes back."""
    back_s: float = 0.0
    back_by: Channel | None = None
    returns: int = 0
    """How often this customer has come back with the matter."""

    def back(self) -> "SimulatedCustomer":
        """Returns the same customer with the same matter, over the other channel; this time nothing is let pass."""
        by = self.back_by or self.channel
        patience = self.patience_s if self.patience_s is not None else MEAN_PATIENCE_S
        return replace(
            self,
            channel=by,
            returns=self.returns + 1,
            content=frozenset(),
            says_so=True,
            patience_s=patience if by in IMPATIENT else None,
            lines=(),
        )

    def contact(self, run: str) -> dict[str, Any]:
        """Returns the body to post. `run` makes the customer a new one in each run."""
        handle = f"{run}-{self.number}"
        email = f"{self.name.lower().replace(' ', '.')}.{handle}@example.com"
        return {
            "channel": self.channel,
            "customer": {
                "external_id": f"demo-{handle}",
                "name": self.name,
                "email": email,
                "trust": Trust.AUTHENTICATED,
                "attributes": {"vip": True} if self.vip else {},
            },
            "subject": _subject(self.text) if self.channel is Channel.EMAIL else None,
            "text": self.text,
            "can_ask": self.channel is not Channel.VOICE,
            "channel_ref": f"demo-{handle}-{self.returns}" if self.returns else f"demo-{handle}",
            "context": {"demo": run},
        }

    def consent(self) -> dict[str, Any]:
        """Returns the answer to the question whether the contact may be posted."""
        words = {"text": REWORDED + self.text} if self.agrees and self.rewords else {}
        return {"to": "post_publicly", "agree": self.agrees, **words}


def plan(
    topics: Sequence[DemoTopic],
    channels: Sequence[Channel],
    contacts: int,
    seed: int,
    helped: Mapping[Outcome, float] = HELPED,
) -> list[SimulatedCustomer]:
    """Returns the customers in order of arrival: Poisson arrivals, given how many. `helped` says how good answers are:
    whom a worse one helps, a better one does, too.
    """
    dice = Random(f"mci_router demo {seed}")  # noqa: S311 — a simulation, not a secret
    moments = sorted(dice.random() for _ in range(contacts))
    return [_customer(dice, number, moment, topics, channels, helped) for number, moment in enumerate(moments, 1)]


def _customer(
    dice: Random,
    number: int,
    moment: float,
    topics: Sequence[DemoTopic],
    channels: Sequence[Channel],
    helped: Mapping[Outcome, float],
) -> SimulatedCustomer:
    topic = dice.choices(topics, [_weight(topic) for topic in topics])[0]
    channel = dice.choices(channels, [CHANNEL_SHARES[channel] for channel in channels])[0]
    patience = dice.expovariate(1 / MEAN_PATIENCE_S)
    return SimulatedCustomer(
        number=number,
        moment=moment,
        name=f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)}",
        vip=dice.random() < VIP_SHARE,
        channel=channel,
        topic=topic,
        text=vary(dice, dice.choice(topic.examples), channel),
        content=frozenset(outcome for outcome, share in helped.items() if dice.random() < share),
        reading_s=dice.uniform(*READING_S),
        reply_s=dice.uniform(*REPLY_S),
        patience_s=patience if channel in IMPATIENT else None,
        agrees=dice.random() < AGREES,
        rewords=dice.random() < REWORDS,
        consent_s=dice.uniform(*CONSENT_S),
        lines=tuple(lines_of_customer(dice, channel)),
        answer_s=dice.uniform(*ANSWER_S),
        says_so=dice.random() < SAYS_SO,
        back_s=dice.uniform(*BACK_S),
        back_by=dice.choice([other for other in channels if other is not channel] or [channel]),
    )


def _weight(topic: DemoTopic) -> float:
    if topic.sensitive:
        return SENSITIVE_WEIGHT
    return HIGH_VOLUME_WEIGHT if topic.expected_volume is Volume.HIGH else LOW_VOLUME_WEIGHT


def vary(dice: Random, text: str, channel: Channel) -> str:
    """Returns the same words as another person would write them.

    A call is a transcript: it has no typing errors and no capitals.
    """
    if channel is Channel.VOICE:
        return text
    if dice.random() < TYPO_SHARE and len(text) >= SHORTEST_WITH_TYPO:
        text = _with_typo(dice, text)
    if dice.random() < 0.3:
        text = dice.choice(GREETINGS) + text
    if dice.random() < 0.2:
        text += dice.choice(CLOSINGS)
    manner = dice.random()
    return text.lower() if manner < 0.15 else text.upper() if manner > 0.97 else text


def _with_typo(dice: Random, text: str) -> str:
    """Returns the text with two neighbouring letters of a word swapped, or one left out."""
    inside = [index for index in range(1, len(text) - 2) if text[index - 1 : index + 3].isalpha()]
    if not inside:
        return text
    index = dice.choice(inside)
    swapped = text[index + 1] + text[index] if dice.random() < 0.5 else text[index]
    return text[:index] + swapped + text[index + 2 :]


def _subject(text: str) -> str:
    words = text.split()
    return " ".join(words[:6]) + ("…" if len(words) > 6 else "")
