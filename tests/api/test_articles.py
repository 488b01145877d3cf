"""Articles: versions and drafts, who is answered with them and when, and what was asked and found nothing."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from mci_router.clock import utc_now
from tests.support.documents import small
from tests.support.problems import assert_problem
from tests.support.service import Workspace, eventually

Make = Callable[..., Awaitable[Workspace]]
ASKED = {"topic": "sign_in", "text": "I forgot my password"}


def with_articles(*articles: dict[str, Any]) -> dict[str, Any]:
    shown = {"topic": "sign_in", "title": "Your password", "body": "Choose Forgotten password."}
    return small(articles=[{**shown, **article} for article in articles])


async def answered(workspace: Workspace, **contact: Any) -> str | None:
    """The name of the article that answers a contact; None if none does."""
    answer = (await workspace.post(**{**ASKED, **contact}))["route"]["answer"]
    return answer and str(answer["article"])


async def test_every_change_is_kept_and_can_be_brought_back(workspace: Workspace) -> None:
    """With author, time and difference; what is restored is a version of its own. They go with the article."""
    api, address = workspace.api, "/v1/articles/reset"
    await api.patch(address, json={"body": "Open the sign-in page.\nChoose Reset.", "title": "Reset it"})
    await api.patch(address, json={"body": "Open the sign-in page.\nChoose Forgotten."})
    newest, *_, first = (await api.get(f"{address}/versions")).json()["items"]
    assert (newest["version"], newest["changed"], first["changed"], first["body_diff"]) == (3, [], [], "")
    assert newest["body_diff"].splitlines()[-2:] == ["-Choose Reset.", "+Choose Forgotten."]
    assert newest["author"]
    assert newest["at"]
    page = (await api.get(f"{address}/versions", params={"limit": 1})).json()
    second = (await api.get(f"{address}/versions", params={"limit": 1, "before": page["next_before"]})).json()["items"]
    assert [(one["field"], one["after"]) for one in second[0]["changed"]] == [("title", "Reset it")]

    restored = await api.post(f"{address}/versions/1/restore")
    assert (restored.json()["title"], restored.json()["version"]) == ("You forgot your password", 4)
    assert (await api.get(f"{address}/versions")).json()["items"][0]["restored_from"] == 1
    assert (await api.get(f"{address}/versions/2")).json()["article"]["title"] == "Reset it"
    assert_problem(await api.get(f"{address}/versions/9"), 404, "not_found")
    assert_problem(
        await api.post(f"{address}/versions/1/restore", headers={"If-Match": '"1"'}), 412, "version_mismatch"
    )
    await api.delete(address)
    assert_problem(await api.get(f"{address}/versions"), 404, "not_found")


async def test_a_draft_answers_nobody_until_it_is_published(make: Make) -> None:
    """Neither an article that is itself a draft, nor a draft kept beside the one in force."""
    workspace = await make(with_articles({"name": "new", "state": "draft"}))
    api, address = workspace.api, "/v1/articles/new"
    assert await answered(workspace) is None
    assert (await api.post(f"{address}/publish")).json()["state"] == "published"
    assert await answered(workspace) == "new"

    assert_problem(await api.get(f"{address}/draft"), 404, "not_found")
    draft = {"topic": "sign_in", "title": "Your password", "body": "Ask us."}
    kept = (await api.put(f"{address}/draft", json=draft)).json()
    assert kept["body_diff"].splitlines()[-2:] == ["-Choose Forgotten password.", "+Ask us."]
    assert (await api.get(address)).json()["body"] == "Choose Forgotten password."
    published = (await api.post(f"{address}/publish")).json()
    assert (published["body"], published["version"]) == ("Ask us.", 3)
    assert_problem(await api.get(f"{address}/draft"), 404, "not_found")
    await api.put(f"{address}/draft", json=draft)
    assert (await api.delete(f"{address}/draft")).status_code == 204
    assert_problem(await api.put(f"{address}/draft", json={**draft, "audience": "nobody"}), 422, "invalid_request")


async def test_only_what_is_valid_and_for_its_readers_answers(make: Make) -> None:
    """Outside of its validity an article answers nobody; one for agents never; in public only one for everybody."""
    now = utc_now()
    past, soon = (now - timedelta(hours=1)).isoformat(), (now + timedelta(hours=1)).isoformat()
    workspace = await make(
        with_articles(
            {"name": "ended", "valid_until": past},
            {"name": "not_yet", "valid_from": soon},
            {"name": "inside", "audience": "agents"},
        )
    )
    assert await answered(workspace) is None
    shown = {"topic": "sign_in", "title": "Your password", "body": "Choose Forgotten password."}
    await workspace.api.put("/v1/articles/known", json={**shown, "audience": "customers", "valid_from": past})
    assert await answered(workspace) == "known"
    assert await answered(workspace, channel="community", visibility="public") is None
    await workspace.api.patch("/v1/articles/known", json={"audience": "public"})
    assert await answered(workspace, channel="community", visibility="public") == "known"
    wrong = await workspace.api.patch("/v1/articles/known", json={"valid_until": past})
    assert_problem(wrong, 422, "invalid_request")
    assert "would never be valid" in wrong.text


async def test_topics_without_a_fitting_article_are_gaps(workspace: Workspace) -> None:
    """Those whose contacts no article answers, and those whom the article did not help; nothing sensitive."""
    await workspace.post("how do I set up voicemail", topic="how_to")
    await workspace.post("someone stole my card", topic="card_fraud")
    unhelped = await workspace.post(**ASKED)
    helped = await workspace.post(**ASKED)
    await workspace.api.post(f"/v1/contacts/{unhelped['id']}/unresolved")
    await workspace.api.post(f"/v1/contacts/{helped['id']}/resolve")
    await workspace.projected()
    found = (await workspace.api.get("/v1/articles/gaps")).json()
    topics = {one["topic"]: (one["why"], one["contacts"], one["not_helped"]) for one in found["topics"]}
    assert topics == {"how_to": ("no_article", 1, 0), "sign_in": ("not_helped", 2, 1)}
    name = unhelped["route"]["answer"]["article"]
    assert helped["route"]["answer"]["article"] == name
    use = (await workspace.api.get(f"/v1/articles/{name}/use")).json()
    assert use["automation"] == {"answered": 2, "helped": 1, "silent": 0, "unresolved": 1}


async def test_of_several_articles_the_one_that_stands_out_answers(make: Make) -> None:
    """With its version, source, and how sure that is; where none stands out, the next rung serves, and says why."""
    reset = {"name": "reset", "title": "Password forgotten", "body": "Choose a new one.", "source": "wiki:7"}
    locked = {"name": "locked", "title": "Account locked", "body": "After five attempts wait an hour."}
    workspace = await make(with_articles(reset, locked))
    first = (await workspace.post(topic="sign_in", text="locked after too many atempts"))["route"]
    assert (first["answer"]["article"], first["answer"]["version"], first["answer"]["source"]) == ("locked", 1, None)
    assert 0.5 < first["answer"]["confidence"] <= 1
    assert any("article locked, version 1: the likeliest of 2, by " in reason for reason in first["reasons"])

    await workspace.api.patch("/v1/articles/reset", json={"body": "Choose a new password."})
    answer = (await workspace.post(**ASKED))["route"]["answer"]
    assert (answer["article"], answer["version"], answer["source"], answer["language"]) == ("reset", 2, "wiki:7", "en")

    unclear = (await workspace.post(topic="sign_in", text="zzz qqq"))["route"]
    assert (unclear["outcome"], unclear["answer"]) == ("agent", None)
    assert any("no article of the topic stands out: 0.00 is below 0.50" in reason for reason in unclear["reasons"])
    document = with_articles(reset, locked)
    document["workspace"]["bars"] |= {"article": 0}
    assert await answered(await make(document), text="zzz qqq") == "locked"


async def test_another_language_answers_only_if_there_is_no_other(make: Make) -> None:
    """And the decision says so; the only one of a topic is sure of itself."""
    workspace = await make(with_articles({"name": "german", "language": "de"}))
    foreign = (await workspace.post(**ASKED, language="fr"))["route"]
    assert (foreign["answer"]["article"], foreign["answer"]["language"]) == ("german", "de")
    assert foreign["answer"]["confidence"] == 1
    assert any("no article of the topic is in fr: this one is in de" in reason for reason in foreign["reasons"])
    shown = {"topic": "sign_in", "title": "Oubli", "body": "Choisissez un autre."}
    await workspace.api.put("/v1/articles/french", json={**shown, "language": "fr"})
    assert await answered(workspace, language="fr") == "french"


async def test_each_version_is_counted_by_what_became_of_its_contacts(make: Make) -> None:
    """Helped as the customer said, nobody objected in time, or it did not help; with totals in the report."""
    document = with_articles({"name": "reset"})
    rungs = [{"outcome": "automation", "limit_s": 1, "at_limit": "resolve"}, {"outcome": "agent"}]
    document["policies"] = [{"name": "high_volume_low_touch", "ladder": rungs}]
    workspace = await make(document)
    helped, unhelped = await workspace.post(**ASKED), await workspace.post(**ASKED)
    await workspace.api.post(f"/v1/contacts/{helped['id']}/resolve")
    await workspace.api.post(f"/v1/contacts/{unhelped['id']}/unresolved")
    await workspace.api.patch("/v1/articles/reset", json={"body": "Choose Reset on the page."})
    silent = await workspace.post(**ASKED)
    assert silent["route"]["answer"]["version"] == 2

    async def over() -> bool:
        return bool((await workspace.api.get(f"/v1/contacts/{silent['id']}")).json()["state"] == "resolved")

    await eventually(over)
    await workspace.projected()
    use = (await workspace.api.get("/v1/articles/reset/use")).json()
    assert use["versions"] == [
        {"version": 2, "answered": 1, "helped": 0, "silent": 1, "unresolved": 0},
        {"version": 1, "answered": 2, "helped": 1, "silent": 0, "unresolved": 1},
    ]
    assert use["automation"] == {"answered": 3, "helped": 1, "silent": 1, "unresolved": 1}
    (row,) = (await workspace.api.get("/v1/reports/answers")).json()["items"]
    assert (row["kind"], row["name"], row["automation"]) == ("article", "reset", use["automation"])
