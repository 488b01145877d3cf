"""The article that automation answers with."""

from typing import Any

from mci_router.specs import ArticleSpec
from mci_router.specs.answers import best, by_topic


def article(name: str, **more: Any) -> ArticleSpec:
    return ArticleSpec.model_validate(
        {"name": name, "topic": "sign_in", "title": "Help", "body": "Some words.", **more}
    )


def chosen(*articles: ArticleSpec, text: str = "I forgot my password", language: str | None = None) -> str | None:
    found = best(by_topic(articles).get("sign_in", ()), text, language)
    return found.name if found else None


def test_the_article_that_shares_most_words_answers() -> None:
    """Words of the title count twice."""
    about, title = article("about", body="How to reset a password."), article("title", title="Password forgotten")
    assert chosen(about, article("other")) == "about"
    assert chosen(about, title) == "title"


def test_the_customers_language_goes_before_all_words() -> None:
    """An answer that cannot be read is none, as long as there is another; English where the language is unknown."""
    german, english = article("german", language="de", body="Passwort vergessen"), article("english")
    assert chosen(german, english, text="Passwort vergessen", language="de") == "german"
    assert chosen(german, english, text="Passwort vergessen") == "english"
    assert chosen(german, text="password") == "german"


def test_without_an_article_of_the_topic_there_is_no_answer() -> None:
    """Articles of other topics are none."""
    assert chosen(article("elsewhere", topic="billing")) is None
