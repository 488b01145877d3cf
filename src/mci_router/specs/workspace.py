"""The workspace itself: what holds for all its contacts."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self, TypeAlias
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from mci_router.specs.attachments import AttachmentsSpec
from mci_router.specs.bars import Bars
from mci_router.specs.bars_spec import BarsSpec
from mci_router.specs.base import CALENDAR, Example, Language, LongText, Name, Reference, Spec, Text, refers
from mci_router.specs.chat import ChatOrigins, ShowAgentNames
from mci_router.specs.community import Community
from mci_router.specs.costs import Currency
from mci_router.specs.crm import CrmUrl
from mci_router.specs.daily_report import DailyReport
from mci_router.specs.forecast import ForecastSpec
from mci_router.specs.machine_notice import MachineNotice
from mci_router.specs.moments import CalendarDay
from mci_router.specs.portal import Portal
from mci_router.specs.rates import RateSpec
from mci_router.specs.returns import SILENT_AFTER_S, SilentAfter
from mci_router.specs.serving import MessagesKeep
from mci_router.specs.status_page import StatusPage
from mci_router.specs.summaries import SummariesSpec
from mci_router.specs.targets import Targets, TargetsSpec
from mci_router.specs.working import WorkRules
from mci_router.specs.zones import Country, Timezone
from mci_router.vocabulary import Channel, LineChoice, PlusAddresses, SensitiveKind, VolumeWeight

CONVERSING = frozenset({"chat", "product", "messaging"})
"""Channels whose customers are present, and wait for the next message."""

ASK_CONVERSING_S, ASK_WRITING_S = 120, 14_400

SensitivityExamples: TypeAlias = dict[
    SensitiveKind | Literal["harmless"], Annotated[list[Example], Field(max_length=500)]
]


class MaskingSpec(Spec):
    """The secrets masked in customers' words besides cards, accounts, passwords and the like, which always are."""

    phone: Annotated[bool, Field(description="Phone numbers in texts. The customer's own address is kept.")] = False
    email: Annotated[bool, Field(description="E-mail addresses in texts. The customer's own address is kept.")] = False


class MachinesSpec(Spec):
    """The queue for contacts that a machine sent, as their headers say."""

    queue: Annotated[Name | None, Field(description="The queue that they join. Null: they end as they come.")] = None


class WorkspaceSpec(Spec):
    """The workspace itself: its name and the thresholds of triage."""

    name: Name
    title: Text
    confidence_threshold: Annotated[
        float | None,
        Field(ge=0, le=1, description="Below it a topic is unknown, hence high touch. Null: found from the examples."),
    ] = None
    certainty_threshold: Annotated[
        float | None,
        Field(ge=0, le=1, description="Below it a topic is only suggested, hence high touch. Null: `bars.agent`."),
    ] = None
    bars: Annotated[BarsSpec, Field(description="The lowest confidence at which each outcome may serve a contact.")] = (
        BarsSpec()
    )
    sensitive_threshold: Annotated[
        float,
        Field(gt=0, le=1, description="A contact is sensitive if its sensitive topics' probabilities add up to this."),
    ] = 0.2
    masking: MaskingSpec = MaskingSpec()
    machines: MachinesSpec = MachinesSpec()
    country: Annotated[
        Country | None,
        Field(
            description="Whose telephone numbers need not say their country. Null: only numbers that say it.",
            examples=["DE"],
        ),
    ] = None
    timezone: Annotated[
        Timezone, Field(description="IANA name. The days of reports are days of this zone.", examples=["Europe/Berlin"])
    ] = "UTC"
    coaching_sample: Annotated[
        int, Field(ge=1, le=20, description="Conversations of an agent's week that are drawn to be looked at.")
    ] = 5
    plus_addresses: Annotated[
        PlusAddresses,
        Field(description="Whether `sam+shop@…` and `sam@…` are the same e-mail address or different ones."),
    ] = PlusAddresses.DIFFERENT
    high_volume_share: Annotated[
        float, Field(gt=0, lt=1, description="High-volume topics are the fewest that make up this share of contacts.")
    ] = 0.8
    high_volume_leave_share: Annotated[
        float,
        Field(
            gt=0, le=1, description="A high-volume topic stays so while it is among the fewest that make up this share."
        ),
    ] = 0.9
    volume_weight: Annotated[
        VolumeWeight, Field(description="Whether shares are of contacts, or of the time that agents handle them.")
    ] = VolumeWeight.CONTACTS
    volume_minimum_stay_s: Annotated[
        float,
        Field(ge=0, le=7 * 86_400, description="Seconds that a topic keeps a volume before it may have the other."),
    ] = 1_800
    surge_detection: Annotated[bool, Field(description="Whether a surge of a topic proposes an incident.")] = True
    declare_incidents: Annotated[
        bool, Field(description="Whether a surge's incident is declared by itself, with `incident_status`.")
    ] = False
    incident_status: Annotated[
        dict[Language, LongText],
        Field(
            max_length=100,
            description="What customers read about an incident that has no text of its own, by language.",
        ),
    ] = {}
    emergency: Annotated[
        dict[Language, LongText],
        Field(
            max_length=100,
            description="What a customer whose life may be in danger reads at once, by language: "
            "the emergency numbers of your country.",
            examples=[{"en": "If a life is in danger, call 999 now."}],
        ),
    ] = {}
    sensitivity_examples: Annotated[
        SensitivityExamples,
        Field(
            description="Texts that a person has to see, by kind, and `harmless` ones that were taken for such: "
            "the model learns from them."
        ),
    ] = {}
    messages_keep_s: MessagesKeep = 0
    silent_after_s: SilentAfter = SILENT_AFTER_S
    incident_keep_s: Annotated[
        float,
        Field(
            gt=0,
            le=30 * 86_400,
            description="Seconds after the fix in which a customer may say that it is still broken.",
        ),
    ] = 86_400
    ask_limit_s: Annotated[
        dict[Channel, Annotated[float, Field(gt=0, le=30 * 86_400)]],
        Field(
            description="Seconds in which a customer who wrote in private may agree to a public post, by channel. "
            "Left out: 120 for chat, product and messaging, 14,400 for the other written ones.",
            examples=[{"chat": 60}],
        ),
    ] = {}
    line_choice: Annotated[
        LineChoice,
        Field(
            description="Which line a free agent takes from: by service level, the oldest contact, "
            "or the queue's position."
        ),
    ] = LineChoice.SERVICE_LEVEL
    show_readers: Annotated[bool, Field(description="The agent who serves a conversation sees who reads it along.")] = (
        True
    )
    shorter_first: Annotated[
        float,
        Field(
            ge=0,
            le=1,
            description="How much short contacts go before long ones: "
            "1 serves the most in time, 0 is fairest to long ones.",
        ),
    ] = 1
    language_skills: Annotated[
        dict[Language, Name],
        Field(
            max_length=100,
            description="The skill that a contact's language asks of an agent.",
            examples=[{"de": "german"}],
        ),
    ] = {}
    holiday_calendars: Annotated[
        dict[Name, Annotated[list[CalendarDay], Field(max_length=1_000)]],
        Field(
            max_length=100,
            description="Days closed, by name, for queues' hours to share.",
            examples=[{"germany": ["2026-12-25"]}],
        ),
    ] = {}
    volume_floor: Annotated[
        int,
        Field(ge=1, le=1_000_000, description="Contacts an hour below which topics keep their expected volume."),
    ] = 100
    currency: Currency = None
    crm_url: CrmUrl | None = None
    rate_limit: Annotated[RateSpec | None, Field(description="Of all its keys. Null: the service's.")] = None
    chat_origins: ChatOrigins = []
    attachments: AttachmentsSpec = AttachmentsSpec()
    show_agent_names: ShowAgentNames = False
    show_survey_scores: Annotated[
        bool, Field(description="Agents see how a customer has scored earlier contacts. The words stay out of sight.")
    ] = False
    portal: Portal = None
    status_page: StatusPage = None
    community: Community = None
    machine_notice: MachineNotice = {}
    summaries: SummariesSpec = SummariesSpec()
    forecast: ForecastSpec = ForecastSpec()
    targets: Targets = TargetsSpec()
    work_rules: WorkRules = WorkRules()
    adherence_grace_s: Annotated[
        float,
        Field(ge=0, le=3_600, description="Seconds by which an activity may begin or end before or after its time."),
    ] = 300
    daily_report: DailyReport = None

    def references(self) -> Iterator[Reference]:
        yield from refers("queue", self.machines.queue, "machines", "queue")
        for language, skill in self.language_skills.items():
            yield from refers("skill", skill, "language_skills", language)
        for number, calendar in enumerate(self.forecast.holiday_calendars):
            yield from refers(CALENDAR, calendar, "forecast", "holiday_calendars", number)
        yield from self.portal.references() if self.portal else ()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of its days."""
        return ZoneInfo(self.timezone)

    def time_to_agree_s(self, channel: Channel) -> float:
        """Returns how long a customer of the channel has to answer whether a text may be posted, in seconds."""
        return self.ask_limit_s.get(channel, ASK_CONVERSING_S if channel in CONVERSING else ASK_WRITING_S)

    @field_validator("ask_limit_s")
    @classmethod
    def voice_is_not_asked(cls, value: dict[Channel, float]) -> dict[Channel, float]:
        if Channel.VOICE in value:
            raise ValueError("names voice: nobody is shown a text there, so nobody is asked")
        return value

    @model_validator(mode="after")
    def thresholds_in_order(self) -> Self:
        """Raises ValueError for thresholds that contradict each other."""
        if self.high_volume_leave_share < self.high_volume_share:
            raise ValueError(
                "high_volume_leave_share is below high_volume_share: a topic would leave before it entered"
            )
        low, high = self.confidence_threshold, self.certainty_threshold
        if low is not None and high is not None and high < low:
            raise ValueError(
                "certainty_threshold is below confidence_threshold: what is not even suggested cannot be certain"
            )
        return self

    @model_validator(mode="after")
    def bars_in_order(self) -> Self:
        """Raises ValueError for bars that do not rise."""
        if self.certainty_threshold is not None and self.bars.agent not in (None, self.certainty_threshold):
            raise ValueError("certainty_threshold and bars.agent are the same bar: set one of them")
        bars = self.bars_in_force()
        if not (self.confidence_threshold or 0) <= bars.agent <= bars.automation <= bars.community:
            raise ValueError(
                "the bars must rise: confidence_threshold ≤ agent (certainty_threshold) ≤ automation ≤ community"
            )
        return self

    def bars_in_force(self) -> Bars:
        """Returns the bars in force. With `confidence_threshold` alone, all above it is acted on."""
        own = self.certainty_threshold
        return self.bars.over(own if own is not None else self.confidence_threshold)
