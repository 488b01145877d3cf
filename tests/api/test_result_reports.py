"""Reports of results: what automation and the community settled counts while the customer stays away, and once."""

from collections import Counter
from datetime import timedelta
from typing import Any

from tests.insight.results import older, rows, some, wrong
from tests.support.documents import small
from tests.support.receiver import receiving
from tests.support.service import TestDesk, Workspace

SIGN_IN = "I forgot my password and cannot log in"
COMPLAINT = "a formal complaint, I demand a manager"
SAM = {"email": "sam@example.com"}
TEN_DAYS = {"since": "2026-01-01T00:00:00Z"}


async def act(workspace: Workspace, contact: str, verb: str, **body: Any) -> dict[str, Any]:
    response = await workspace.api.post(f"/v1/contacts/{contact}/{verb}", json=body or None)
    assert response.status_code == 200, response.text
    answer: dict[str, Any] = response.json()
    return answer


async def test_what_is_confirmed_counts_until_the_customer_returns_on_another_channel(workspace: Workspace) -> None:
    first = await workspace.post(SIGN_IN, customer=SAM)
    await act(workspace, first["id"], "resolve")
    (row,) = await rows(workspace, "resolutions", group_by="served_by,ref,version,topic")
    assert some(row) == {"served": 1, "confirmed": 1}
    assert (row["served_by"], row["ref"], row["version"], row["topic"]) == ("article", "reset", "1", "sign_in")
    assert (row["contained"]["share"], row["contained"]["measured"]) == (1.0, False)
    assert (row["resolved"]["share"], row["resolved"]["n"]) == (None, 0)
    again = await workspace.post(SIGN_IN, customer=SAM, channel="email")
    assert (again["case_id"], again["triage"]["touch"]) == (first["case_id"], "high")
    (row,) = await rows(workspace, "resolutions")
    assert some(row) == {"served": 1, "returned": 1, "returned_confirmed": 1}
    assert await wrong(workspace) == []


async def test_silence_counts_once_the_time_is_over_and_a_return_in_time_takes_it_away(make: Any) -> None:
    """Of three that ended by silence, one customer comes back by another channel in time, one later, one never."""
    document = small()
    document["workspace"]["silent_after_s"] = 48 * 3_600
    document["policies"] = [
        {
            "name": cell,
            "ladder": [{"outcome": "automation", "limit_s": 0.2, "at_limit": "resolve"}, {"outcome": "agent"}],
        }
        for cell in ("high_volume_low_touch", "low_volume_low_touch")
    ]
    workspace: Workspace = await make(document)
    names = ("in_time", "late", "never", "nobody")
    people = {name: {"email": f"{name}@example.com"} for name in names[:3]} | {"nobody": {"trust": "claimed"}}
    settled = {name: (await workspace.post(SIGN_IN, customer=people[name]))["id"] for name in names}
    helpless = await workspace.post(SIGN_IN, customer={"email": "helpless@example.com"})
    await act(workspace, helpless["id"], "unresolved")
    await act(workspace, helpless["id"], "cancel")
    for contact in settled.values():
        await workspace.until_state(contact, "resolved")
    (row,) = await rows(workspace, "resolutions")
    assert some(row) == {"served": 5, "pending": 3, "moved_on": 1, "unrecognised": 1}
    await older(workspace, [*settled.values(), helpless["id"]], timedelta(days=3))
    back = await workspace.post("how do I set up my voicemail", customer=people["late"], channel="email")
    assert back["triage"]["touch"] == "low"
    await workspace.post(SIGN_IN, customer=people["late"], channel="email")
    await older(workspace, [settled["in_time"]], timedelta(days=-2))
    await workspace.post(SIGN_IN, customer=people["in_time"], channel="sms")
    counted = await rows(workspace, "resolutions", **TEN_DAYS, group_by="outcome")
    assert [some(row) for row in counted] == [
        {"served": 4, "silent": 2, "moved_on": 1, "unrecognised": 1},
        {"served": 1, "returned": 1},
    ]
    assert (counted[0]["resolved"]["share"], counted[0]["resolved"]["n"]) == (0.6667, 3)
    assert counted[0]["contained"]["share"] == 0.75
    assert await wrong(workspace) == []


async def fcr(workspace: Workspace, **query: str) -> list[dict[str, Any]]:
    return await rows(workspace, "fcr", **TEN_DAYS, **query)


async def served(workspace: Workspace, desk: TestDesk, who: dict[str, Any], **more: Any) -> str:
    """A contact that the agent of the desk serves to its end."""
    contact = await workspace.post(COMPLAINT, customer=who, **more)
    await completed(workspace, desk, contact["id"])
    return str(contact["id"])


async def completed(workspace: Workspace, desk: TestDesk, contact: str) -> None:
    while (offer := await desk.expect("offer.created"))["contact"]["id"] != contact:
        pass
    assignment = (await desk.do("offer.accept", offer_id=offer["offer_id"]))["assignment_id"]
    await desk.do("assignment.complete", assignment_id=assignment, disposition="solved")
    await desk.do("wrap_up.done", assignment_id=assignment)
    await workspace.until_state(contact, "completed")


async def test_first_contacts_are_grey_for_a_week_and_count_for_who_ended_them(workspace: Workspace) -> None:
    """Another contact within the week counts against the first; who left unserved, or has no address, stands apart."""
    people = [{"email": f"p{number}@example.com"} for number in range(4)]
    async with workspace.desk("ann") as ann:
        old = [await served(workspace, ann, one) for one in people[:3]]
        (row,) = await fcr(workspace, group_by="agent,topic")
        assert some(row) == {"contacts": 3, "grey": 3}
        assert (row["agent"], row["topic"], row["fcr"]["share"], row["provisional"]) == ("ann", "complaint", None, True)
        await older(workspace, old, timedelta(days=8))
        await older(workspace, [old[0]], timedelta(days=-2))  # six days old: grey, and repeated
        again = await served(workspace, ann, people[0])
        left = await workspace.post(COMPLAINT, customer=people[3])
        await act(workspace, left["id"], "abandon")
        first = await served(workspace, ann, people[3])  # who left unserved has not been there
        nobody = await served(workspace, ann, {"trust": "claimed"})
        await workspace.post(COMPLAINT, customer=people[1])  # eight days later
    new = [again, left["id"], first, nobody]
    by_day = {row["starts_at"][:10]: some(row) for row in await fcr(workspace, group_by="")}
    assert sorted(map(str, by_day.values())) == sorted(
        map(
            str,
            [
                {"contacts": 2, "resolved": 2},
                {"contacts": 1, "grey": 1},
                {"contacts": 4, "grey": 1, "repeats": 1, "abandoned": 1, "unmatched": 1},
            ],
        )
    )
    await older(workspace, [*old, *new], timedelta(days=9))
    totals: dict[Any, Counter[str]] = {"ann": Counter(), None: Counter()}
    for row in await fcr(workspace, group_by="agent", interval="P1W"):
        totals[row["agent"]].update(some(row))
    assert totals == {
        "ann": {"contacts": 6, "resolved": 3, "repeated": 1, "repeats": 1, "unmatched": 1},
        None: {"contacts": 1, "abandoned": 1},
    }
    assert await wrong(workspace) == []


async def test_a_return_is_an_event_and_merged_customers_are_judged_again(workspace: Workspace) -> None:
    """What settled it, and the contact of the return, once; a customer who turns out to be another has come back."""
    async with receiving() as crm:
        await workspace.api.put("/v1/webhooks/crm", json={"url": crm.url, "events": ["resolution.*"]})
        first = await workspace.post(SIGN_IN, customer=SAM)
        await act(workspace, first["id"], "resolve")
        other = await workspace.post(SIGN_IN, customer={"external_id": "kim"}, channel="email")
        assert (other["case_id"] == first["case_id"], other["triage"]["touch"]) == (False, "low")
        await act(workspace, other["id"], "cancel")
        guessed = await workspace.post(SIGN_IN, customer={"external_id": "lee"})
        await act(workspace, guessed["id"], "resolve", confirmed=False, reason="an operator thinks so")
        (row,) = await rows(workspace, "resolutions", group_by="")
        assert some(row) == {"served": 3, "confirmed": 1, "pending": 1, "gave_up": 1}
        merged = {"into": first["customer_id"]}
        answer = await workspace.api.post(f"/v1/customers/{other['customer_id']}/merge", json=merged)
        assert answer.status_code == 200, answer.text
        (row,) = await rows(workspace, "resolutions", group_by="")
        assert some(row) == {"served": 3, "returned": 1, "returned_confirmed": 1, "pending": 1, "gave_up": 1}
        (event,) = [one.event for one in await crm.until(1)]
    data = event["data"]
    assert (event["type"], event["subject"]) == ("mci.resolution.returned", first["customer_id"])
    assert (data["resolved"], data["returned"], data["case"]) == (first["id"], other["id"], other["case_id"])
    assert (data["matter"], data["outcome"], data["served_by"], data["ref"], data["version"]) == (
        *("sign_in", "automation", "article", "reset"),
        1,
    )


async def test_what_a_post_and_an_article_did_counts_for_each(workspace: Workspace) -> None:
    """The article did not help, the reply did; an agent's end is no resolution of theirs."""
    contact = await workspace.post(SIGN_IN, customer=SAM, channel="community")
    post = (await act(workspace, contact["id"], "unresolved"))["route"]["post"]["id"]
    reply = (await workspace.api.post(f"/v1/posts/{post}/replies", json={"author": "a", "body": "try it again"})).json()
    await workspace.api.post(f"/v1/posts/{post}/replies/{reply['id']}/accept")
    by_kind = await rows(workspace, "resolutions", group_by="outcome,served_by,ref,version")
    assert [(row["served_by"], row["ref"], row["version"], some(row)) for row in by_kind] == [
        ("article", "reset", "1", {"served": 1, "moved_on": 1}),
        ("post", post, None, {"served": 1, "confirmed": 1}),
    ]
    (day,) = await fcr(workspace, group_by="outcome")
    assert (day["outcome"], some(day)) == ("community", {"contacts": 1, "grey": 1})
    response = await workspace.api.get("/v1/reports/resolutions", params={"format": "csv", "group_by": "ref"})
    head, *lines = response.text.splitlines()
    assert head.split(",")[-5:] == [
        "resolved_share",
        "resolved_low",
        "resolved_high",
        "resolved_n",
        "resolved_measured",
    ]
    assert len(lines) == 2
