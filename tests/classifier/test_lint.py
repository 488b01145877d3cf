"""What the lint finds in examples."""

from mci_router.classifier.lint import Confusion, LintFinding, LintKind, lint

FINE = ["one thing", "two things", "three of them", "four it is", "and five"]


def found(kind: LintKind, findings: list[LintFinding]) -> list[tuple[str, ...]]:
    return [finding.topics for finding in findings if finding.kind is kind]


def test_nothing_is_wrong_with_good_examples() -> None:
    """Five different ones a topic."""
    assert lint({"a": FINE, "b": [f"{text} else" for text in FINE]}) == []


def test_topics_with_few_or_no_examples_are_found() -> None:
    """Apart: one is never found at all, the other rarely."""
    findings = lint({"none": [], "thin": FINE[:4], "fine": [f"{text} else" for text in FINE]})
    assert found(LintKind.NO_EXAMPLES, findings) == [("none",)]
    assert found(LintKind.THIN_TOPIC, findings) == [("thin",)]


def test_the_same_words_are_found_within_a_topic_and_across() -> None:
    """Case, punctuation and width aside."""
    findings = lint(
        {
            "a": [*FINE, "One  THING!"],
            "b": ["ｏｎｅ thing", *(f"{text} else" for text in FINE)],
            "c": ["???", "!!!", *(f"{t} c" for t in FINE)],
        }
    )
    assert found(LintKind.DUPLICATE, findings) == [("a", "b")]
    (finding,) = findings
    assert finding.examples == ("one thing", "One  THING!", "ｏｎｅ thing")
    assert "different topics" in finding.problem


def test_examples_that_are_too_long_are_found_and_shown_shortened() -> None:
    """What a customer wants stands in a sentence."""
    (finding,) = lint({"a": [*FINE, "word " * 100]})
    assert (finding.kind, finding.topics, len(finding.examples[0])) == (LintKind.LONG_EXAMPLE, ("a",), 200)


def test_topics_that_the_model_confuses_are_found() -> None:
    """The worst first; not those that are gone since."""
    pairs = [Confusion("a", "b", 0.2, 5), Confusion("b", "a", 0.4, 5), Confusion("a", "gone", 0.9, 5)]
    findings = lint({"a": FINE, "b": [f"{text} else" for text in FINE]}, pairs)
    assert found(LintKind.CONFUSED, findings) == [("b", "a"), ("a", "b")]
    assert "40 %" in findings[0].problem
