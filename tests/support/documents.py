"""Small workspaces for tests."""

from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

SMALL: dict[str, Any] = {
    # Five examples a topic cannot prove that what is found is right often enough for a public post: the bars are low.
    "workspace": {
        "name": "small",
        "title": "Small",
        "confidence_threshold": 0.4,
        "bars": {"automation": 0.6, "community": 0.7},
    },
    "skills": [{"name": "fraud"}, {"name": "billing"}],
    "queues": [
        {
            "name": "voice",
            "position": 10,
            "channels": ["voice"],
            "service_level": {"goal": 0.8, "target_s": 20},
            "units": 6,
        },
        {"name": "desk", "position": 20, "service_level": {"goal": 0.8, "target_s": 120}, "units": 2, "wrap_up_s": 30},
        {
            "name": "fraud_desk",
            "position": 30,
            "service_level": {"goal": 0.9, "target_s": 20},
            "units": 6,
            "skills": [{"skill": "fraud", "min": 3}],
        },
    ],
    "topics": [
        {
            "name": "sign_in",
            "title": "Cannot sign in",
            "expected_volume": "high",
            "examples": [
                "I cannot sign in",
                "my password is wrong and I can not log in",
                "login does not work",
                "forgot my password",
                "locked out of my account, please help me log in",
            ],
        },
        {
            "name": "how_to",
            "title": "How to set up voicemail",
            "examples": [
                "how do I set up my voicemail",
                "where can I change the voicemail greeting",
                "voicemail setup instructions please",
                "record a new voicemail message",
                "turn voicemail off, how?",
            ],
        },
        {
            "name": "card_fraud",
            "title": "Card fraud",
            "touch": "high",
            "sensitive": True,
            "queue": "fraud_desk",
            "examples": [
                "someone stole my card and bought things",
                "fraud on my card, payments I never made",
                "my card was used by a thief",
                "unknown card payments, I think it is fraud",
                "stolen card, please block the payments",
            ],
        },
        {
            "name": "complaint",
            "title": "Complaint",
            "touch": "high",
            "skills": [{"skill": "billing"}],
            "examples": [
                "I want to complain about your service",
                "this is outrageous, I demand a manager",
                "a formal complaint about how you treated me",
                "worst company ever, complaint",
                "I am complaining again",
            ],
        },
    ],
    "articles": [
        {
            "name": "reset",
            "topic": "sign_in",
            "title": "You forgot your password",
            "body": "Open the sign-in page and choose Forgotten password.",
        },
        {
            "name": "locked",
            "topic": "sign_in",
            "title": "Your account is locked",
            "body": "A locked account opens again after an hour.",
        },
    ],
    "agents": [
        {
            "name": "ann",
            "title": "Ann",
            "skills": [{"skill": "billing", "proficiency": 3}],
            "capacity": {"units": 6, "channels": {"voice": 1, "chat": 3}},
        },
        {
            "name": "fred",
            "title": "Fred",
            "skills": [{"skill": "fraud", "proficiency": 4}],
            "capacity": {"units": 6, "channels": {"voice": 1, "chat": 3, "email": 2}},
        },
    ],
}


HANDOFF = {
    "expectation": "an apology and the fee back",
    "tried": "explained the fee",
    "next_steps": "decide about the fee",
}
ESCALATION: dict[str, Any] = {"severity": "P1", "reason": "threatens to sue", "handoff": HANDOFF}


def small(**changes: Any) -> dict[str, Any]:
    """A small workspace with a name of its own; `changes` replace sections."""
    document = deepcopy(SMALL | changes)  # also what tests hand in: it may be of `SMALL`, and another test changes it
    document["workspace"] = {**document["workspace"], "name": f"w{uuid4().hex[:16]}"}
    return document


def with_queue(name: str, **changes: Any) -> dict[str, Any]:
    """The small workspace with one queue changed."""
    document = small()
    for queue in document["queues"]:
        if queue["name"] == name:
            queue.update(changes)
    return document


DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def closed_now(**more: Any) -> dict[str, Any]:
    """Hours that are closed at this moment, and open in about a day: one minute of yesterday and of tomorrow."""
    now = datetime.now(UTC)
    days = [DAYS[(now + timedelta(days=shift)).weekday()] for shift in (-1, 1)]
    return {"timezone": "UTC", "week": {day: [{"open": "12:00", "close": "12:01"}] for day in days}, **more}
