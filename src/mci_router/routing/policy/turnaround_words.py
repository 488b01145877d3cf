"""Words of a turnaround, and of an acknowledgement, in the customer's language. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from mci_router.vocabulary import CaseStatus

DEFAULT = "en"
DAYS: Mapping[str, tuple[str, ...]] = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
}
MONTHS: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
        *("November", "December"),
    ),
    "de": (
        *("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober"),
        *("November", "Dezember"),
    ),
}
CLEAR = timedelta(days=180)  # within that nobody takes a day for that of another year
TODAY, TOMORROW, LATER = "today", "tomorrow", "later"
FORMS: Mapping[str, Mapping[str, str]] = {
    "en": {
        TODAY: "today by {time}",
        TOMORROW: "by tomorrow at {time}",
        LATER: "by {weekday}, {day} {month}{year} at {time}",
    },
    "de": {
        TODAY: "heute bis {time} Uhr",
        TOMORROW: "bis morgen um {time} Uhr",
        LATER: "bis {weekday}, {day}. {month}{year}, um {time} Uhr",
    },
}
TEXTS: Mapping[str, str] = {
    "en": "Thank you for writing to us. Your message has arrived, and we answer it {by}. "
    "Your reference is {reference}: please name it if you contact us about this again.",
    "de": "Vielen Dank für Ihre Nachricht. Sie ist bei uns angekommen, und wir antworten {by}. "
    "Ihre Vorgangsnummer ist {reference}: Bitte nennen Sie sie, wenn Sie sich dazu wieder melden.",
}
"""What is written where a queue has no text of its own, and about a sensitive matter: it names none."""

STATUSES: Mapping[str, Mapping[CaseStatus, str]] = {
    "en": {
        CaseStatus.WAITING: "Your request is in line.",
        CaseStatus.IN_PROGRESS: "Your request is being worked on. We will answer you.",
        CaseStatus.WAITING_FOR_CUSTOMER: "We have answered you, and wait for your reply.",
        CaseStatus.WAITING_FOR_FIX: "A known problem is being fixed. We will tell you when it is.",
        CaseStatus.WITH_COMMUNITY: "Your question is with our community. You will be told of the answers.",
        CaseStatus.CLOSED: "Your request is closed. If you contact us again, please name its reference.",
    },
    "de": {
        CaseStatus.WAITING: "Ihr Anliegen ist in der Warteschlange.",
        CaseStatus.IN_PROGRESS: "Ihr Anliegen wird bearbeitet. Wir antworten Ihnen.",
        CaseStatus.WAITING_FOR_CUSTOMER: "Wir haben Ihnen geantwortet und warten auf Ihre Rückmeldung.",
        CaseStatus.WAITING_FOR_FIX: "Eine bekannte Störung wird behoben. Wir sagen Ihnen dann Bescheid.",
        CaseStatus.WITH_COMMUNITY: "Ihre Frage liegt bei unserer Community. Über Antworten werden Sie informiert.",
        CaseStatus.CLOSED: "Ihr Anliegen ist abgeschlossen. Melden Sie sich wieder, nennen Sie bitte seine Nummer.",
    },
}
ANSWERED_BY: Mapping[str, str] = {"en": "We answer it {by}.", "de": "Wir antworten {by}."}

PLACEHOLDER = re.compile(r"\{(\w*)\}")


def by_words(by: datetime, now: datetime, zone: ZoneInfo, language: str | None) -> str:
    """Returns until when, as its reader says it: "by tomorrow at 10:00". In a language that has no words here as
    figures: "2026-12-07 10:00".
    """
    local, today = by.astimezone(zone), now.astimezone(zone).date()
    if language is None or language not in FORMS:
        return local.strftime("%Y-%m-%d %H:%M")
    when = {today: TODAY, today + timedelta(days=1): TOMORROW}.get(local.date(), LATER)
    return FORMS[language][when].format(
        time=local.strftime("%H:%M"),
        weekday=DAYS[language][local.weekday()],
        day=local.day,
        month=MONTHS[language][local.month - 1],
        year=f" {local.year}" if local.date() - today > CLEAR else "",
    )


def status_words(status: CaseStatus, by: datetime | None, now: datetime, zone: ZoneInfo, language: str | None) -> str:
    """Returns where a case stands and what happens next, as a voice menu speaks it; in English unless in German."""
    spoken = language if language in STATUSES else DEFAULT
    said = STATUSES[spoken or DEFAULT][status]
    return f"{said} {ANSWERED_BY[spoken or DEFAULT].format(by=by_words(by, now, zone, spoken))}" if by else said


def acknowledgement(
    texts: Mapping[str, str], language: str | None, *, by: datetime, now: datetime, zone: ZoneInfo, reference: str
) -> str:
    """Returns what a customer is written: the queue's text in that language, else ours, else in English."""
    known = {**TEXTS, **texts}
    spoken = language if language in known else DEFAULT
    values = {"by": by_words(by, now, zone, spoken), "reference": reference}
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), known[spoken or DEFAULT])
