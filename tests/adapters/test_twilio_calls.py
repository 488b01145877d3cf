"""Calls by Twilio's adapter: a caller waits, hears the place in line, is put through or called back, and hangs up."""

from contextlib import AsyncExitStack
from typing import Any, get_args

import pytest

from mci_router.adapters.twilio import calls
from mci_router.adapters.twilio.settings import Language
from mci_router.adapters.twilio.speech import WORDS, where
from tests.adapters.twilio_adapter import Make, carrying, phones, running, settings_for
from tests.adapters.twilio_double import twilio
from tests.adapters.twilio_phone import Phone
from tests.support.conversations import accepted
from tests.support.documents import closed_now
from tests.support.rows import every
from tests.support.service import Workspace

KIM, LEE = "+4915112345678", "+447700900123"
FAST = {"look_s": 0.05, "languages": {"+4930901820": "de"}, "record": True, "menu": {"1": "complaint"}}


async def voice(workspace: Workspace, **query: Any) -> list[dict[str, Any]]:
    """The contacts of calls, the newest first."""
    return [
        one
        for one in (await workspace.api.get("/v1/contacts", params=query)).json()["items"]
        if one["channel"] == "voice"
    ]


async def test_a_caller_waits_is_put_through_and_hangs_up(make: Make) -> None:
    """The place and the expected wait in the caller's language, each minute; the agent's telephone on accept; one that
    does not answer puts the caller back in line, as old as before; the link to the recording stays with the contact."""
    workspace = await make(phones())
    async with carrying(workspace, **FAST) as double, AsyncExitStack() as desks:
        first, second = Phone(double, LEE), Phone(double, KIM)
        await first.ring(StirVerstat="TN-Validation-Passed-A")
        await second.ring(StirVerstat="TN-Validation-Passed-B")
        later, earlier = await voice(workspace)
        assert earlier["call"] == {"from": LEE, "to": "+4930901820", "provider_id": first.sid}
        assert (earlier["trust"], later["trust"], later["channel_ref"]) == ("authenticated", "claimed", second.sid)
        assert (first.voices, first.heard[0]) == ({"de-DE"}, "Sie sind als Nächstes an der Reihe.")
        assert second.heard[0] == "Sie sind Nummer 2 in der Warteschlange."

        ann = await desks.enter_async_context(workspace.desk("ann"))
        await accepted(ann, earlier["id"])
        assert await first.dialling() == "Number +4930555001"
        ringing = await first.agent("no-answer")
        assert "nicht erreicht" in first.heard[-3]
        requeued = await workspace.until_state(earlier["id"], "queued")
        assert requeued["enqueued_at"] == earlier["enqueued_at"]
        await accepted(ann, later["id"])
        assert await second.dialling() == "Number +4930555001"

        fred = await desks.enter_async_context(workspace.desk("fred"))
        talk = await accepted(fred, earlier["id"])
        assert await first.dialling() == "Sip sip:fred@phones.example"
        assert "Dieses Gespräch wird aufgezeichnet." in first.heard
        late = {"CallSid": first.sid, "DialCallStatus": "no-answer", "From": LEE, "CallStatus": "in-progress"}
        assert (await double.webhook(ringing, late)).status_code == 200
        assert (await workspace.contact(earlier["id"]))["agent"] == "fred"

        url = f"https://api.twilio.com/2010-04-01/Accounts/{'AC' + '5a' * 16}/Recordings/{'RE' + '4' * 32}"
        await first.recorded(url, "in-progress")
        await first.hang_up()
        await workspace.until_state(earlier["id"], "wrapping_up")
        await fred.do("assignment.complete", assignment_id=talk, disposition="solved")
        await workspace.until_state(earlier["id"], "completed")
        for _ in range(2):
            await first.recorded(url, "completed")
        messages = (await workspace.api.get(f"/v1/cases/{earlier['case_id']}/messages")).json()["items"]
        assert [(one["kind"], one["text"]) for one in messages if one["author"] == "Twilio"] == [
            ("note", f"Recording: {url}")
        ]
        await second.agent("completed")  # the agent hangs up
        await workspace.until_state(later["id"], "wrapping_up")
        assert second.at is None


async def test_a_call_that_the_router_refuses_for_good_is_told_so(make: Make, caplog: pytest.LogCaptureFixture) -> None:
    """In the caller's language, and hung up; where only the key is wrong, Twilio hears of a fault and goes elsewhere."""
    workspace = await make(phones())
    async with carrying(workspace, **{**FAST, "menu": {"1": "no_such_topic"}}) as double:
        phone = Phone(double, KIM)
        await phone.ring(Digits="1")
        assert phone.heard == [WORDS["de"].refused]
        assert phone.at is None
        assert f"call {phone.sid} was refused for good" in caplog.text
        assert await voice(workspace) == []
    async with carrying(workspace, adapter_key="mci_wrong") as double:
        call = {"CallSid": "CA" + "3" * 32, "From": KIM, "To": "+4930901820", "CallStatus": "ringing"}
        assert (await double.webhook("/voice", call)).status_code == 502


async def test_who_would_rather_be_called_back_keeps_the_place_and_who_leaves_has_left(make: Make) -> None:
    """Pressing another key does nothing; a number that is withheld is offered no callback."""
    workspace = await make(phones())
    async with carrying(workspace, **FAST) as double:
        kim, lee, unknown = Phone(double, KIM), Phone(double, LEE), Phone(double, "+266696687")
        for phone in (kim, lee, unknown):
            await phone.ring()
        silent, left, back = await voice(workspace)
        assert (silent["call"]["from"], unknown.at is not None and unknown.at.tag) == (None, "Pause")
        await unknown.minute()
        assert unknown.heard == [f"Sie sind Nummer {place} in der Warteschlange." for place in (3, 3)]

        await lee.press("7")
        await lee.hang_up()
        await workspace.until_state(left["id"], "abandoned")

        await kim.press("1")
        assert (kim.at, kim.heard[-1]) == (None, "Vielen Dank. Wir rufen Sie zurück.")
        waits = await workspace.contact(back["id"])
        assert (waits["state"], waits["callback_phone"]) == ("queued", KIM)

        await workspace.api.post(f"/v1/contacts/{silent['id']}/cancel")
        await unknown.until(None)
        assert unknown.heard[-1].endswith("Auf Wiederhören.")


async def test_a_call_follows_its_contact_over_a_transfer_and_a_restart_of_the_adapter(make: Make) -> None:
    """And a line that is dead, of which nobody has said so, ends the talk once the caller is to be put through."""
    workspace = await make(phones())
    async with twilio() as double, workspace.desk("ann") as ann:
        settings = await settings_for(workspace, double, **FAST)
        kim = Phone(double, KIM)
        async with running(settings, double):
            await kim.ring(Digits="1")
            (contact,) = await voice(workspace)
        assert contact["topic"] == "complaint"
        await accepted(ann, contact["id"])
        async with running(settings, double), workspace.desk("fred") as fred:
            await kim.minute()
            assert await kim.dialling() == "Number +4930555001"

            to = {"agent": "fred", "reason": "knows the matter", "keep_skills": False}
            moved = await workspace.api.post(f"/v1/contacts/{contact['id']}/transfer", json=to)
            assert moved.status_code == 200, moved.text
            await kim.until("Gather")
            double.calls[kim.sid]["status"] = "completed"  # Twilio's word of it was lost
            await accepted(fred, contact["id"])
            await workspace.until_state(contact["id"], "wrapping_up")
            assert (await workspace.contact(contact["id"]))["agent"] == "fred"


async def test_what_operators_write_is_said_and_does_nothing_else(make: Make) -> None:
    """A queue that is closed says that a machine speaks, and its message, offers a callback, and lets the caller go."""
    evil = "</Say><Dial>+1900</Dial> & closed"
    document = phones()
    document["queues"][0]["hours"] = closed_now()
    document["queues"][0]["when_closed"] = {"message": evil}
    workspace = await make(document)
    async with carrying(workspace, **FAST) as double:
        kim = Phone(double, KIM)
        await kim.ring()
        assert kim.heard[0] == f"Dies ist eine automatische Nachricht.\n\n{evil}"
        assert kim.at is not None and kim.at.tag == "Gather"  # noqa: PT018
        await kim.minute()
        assert kim.heard[-1] == "Vielen Dank für Ihren Anruf. Auf Wiederhören."
        (contact,) = await voice(workspace)
        await workspace.until_state(contact["id"], "abandoned")


async def test_of_many_callers_who_is_accepted_is_put_through_out_of_turn(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here none has a turn."""
    monkeypatch.setattr(calls, "LOOKS", 0)
    workspace = await make(phones())
    async with carrying(workspace, **FAST) as double, workspace.desk("ann") as ann:
        kim = Phone(double, KIM)
        await kim.ring()
        (contact,) = await voice(workspace)
        await accepted(ann, contact["id"])
        assert await kim.dialling() == "Number +4930555001"


async def test_a_caller_who_is_gone_without_a_word_has_left(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no instruction was asked for in a while, Twilio is asked whether the call is still there."""
    monkeypatch.setattr(calls, "SILENT_S", -60)
    workspace = await make(phones())
    async with carrying(workspace, **FAST) as double:
        kim = Phone(double, KIM)
        await kim.ring()
        (contact,) = await voice(workspace)
        assert contact["state"] == "queued"
        double.calls[kim.sid]["status"] = "completed"
        await workspace.until_state(contact["id"], "abandoned")


@every(
    ("waiting", "said"),
    [
        ({"position": None, "expected_wait_s": None}, "You are next."),
        ({"position": 3, "expected_wait_s": None}, "You are number 3 in line."),
        ({"position": 1, "expected_wait_s": {"low": 5.0, "high": 50.0}}, f"You are next. {WORDS['en'].soon}"),
        ({"position": 2, "expected_wait_s": {"low": 0.0, "high": 61.0}}, "is 1 to 2 minutes."),
        ({"position": 2, "expected_wait_s": {"low": 130.0, "high": 500.0}}, "is 2 to 9 minutes."),
        ({"position": 2, "expected_wait_s": {"low": 120.0, "high": 120.0}}, "is 2 to 3 minutes."),
    ],
)
def test_a_wait_is_said_in_minutes(waiting: dict[str, Any], said: str) -> None:
    """As a range, and only where it is known."""
    assert where(WORDS["en"], waiting).endswith(said)


def test_every_language_that_may_be_set_is_spoken() -> None:
    """With what is filled in."""
    assert set(WORDS) == set(get_args(Language))
    for words in WORDS.values():
        assert "7" in where(words, {"position": 7, "expected_wait_s": None})
        assert "9" in where(words, {"position": 7, "expected_wait_s": {"low": 1.0, "high": 540.0}})
