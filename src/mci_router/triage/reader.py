"""Reads texts: the models, the rules and the language of each.

It never raises: what fails is a perception, too. Pure.
"""

import logging
from collections.abc import Iterable, Sequence

from mci_router.classifier.sensitivity.examples import LANGUAGES
from mci_router.classifier.sensitivity.finding import SensitivityFinding
from mci_router.classifier.sensitivity.model import SensitivityModel
from mci_router.classifier.sensitivity.stored import our_model
from mci_router.classifier.topics import TopicClassifier
from mci_router.specs.rules import RuleEffect, RuleSpec
from mci_router.triage.language import detect
from mci_router.triage.perception import FAILED, Opinion, Perception
from mci_router.triage.reading import Words
from mci_router.triage.rules import Patience, RuleBook, RulesTooSlow, rule_book

log = logging.getLogger(__name__)

SAMPLE = 10  # examples that are read together to find out which languages a model knows


def warm_up() -> None:
    """Loads what reading needs, so that no contact waits for it. Takes half a second."""
    our_model()
    rule_book(())
    detect("The service has only just begun, and would like to know what language this is in.")


class Reader:
    """Reads the contacts of one workspace, with its models, perhaps one on trial, and its rules. Immutable."""

    def __init__(
        self,
        model: TopicClassifier,
        rules: RuleBook,
        shadow: TopicClassifier | None = None,
        sensitivity: SensitivityModel | None = None,
    ) -> None:
        """Takes the models; `sensitivity` is the model that ships with us unless another is given."""
        self._model = model
        self._rules = rules
        self._shadow = shadow
        self.sensitivity = sensitivity or our_model()

    @property
    def slow(self) -> bool:
        """Whether its rules took too long a while ago: others should not wait for it."""
        return self._rules.slow

    @property
    def light(self) -> bool:
        """Whether its rules are so few that no text can take them long."""
        return self._rules.light

    def read(self, texts: Sequence[str | Words], *, named: bool = False) -> list[Perception]:
        """Returns a perception for each text.

        `named`: the adapter has named their topic, so the topic models are not asked. CPU-bound: call it off the event
        loop, with many texts at once. Never raises.
        """
        try:
            return self._read([Words.of(text) for text in texts], named)
        except Exception:
            if len(texts) > 1:
                return [self.read([text], named=named)[0] for text in texts]
            log.exception("triage failed to read a text: the contact goes to a person")
            return [FAILED]

    def wishes(self, text: str, *, but: Sequence[RuleSpec]) -> list[RuleSpec]:
        """Returns the rules that find a wish for a person in a short text, without those that are known.

        Rules that take too long for it find none.
        """
        try:
            fired = self._rules.fired(text)
        except RulesTooSlow:
            log.warning("rules take too long for what was said: none is heard")
            return []
        return [rule for rule in fired if rule.effect is RuleEffect.PERSON and rule not in but]

    def _read(self, words: Sequence[Words], named: bool) -> list[Perception]:
        texts = [each.topic for each in words]
        opinions = [Opinion()] * len(texts) if named else _opinions(self._model, texts)
        shadows = [None] * len(texts) if named or self._shadow is None else _opinions(self._shadow, texts)
        # a guess is worth nothing in a language without examples: it takes nobody's word for it
        believed = [each.language if named else None for each in words]
        findings = self.sensitivity.judge_all([each.everything for each in words])
        patience, perceived = Patience(), list[Perception]()
        try:
            for read in zip(words, opinions, shadows, believed, findings, strict=True):
                perceived.append(self._perceive(patience, *read))
        except RulesTooSlow:
            log.warning("a workspace's rules take too long for what is read: contacts go to a person")
        return perceived + [FAILED] * (len(texts) - len(perceived))

    def _perceive(
        self,
        patience: Patience,
        words: Words,
        opinion: Opinion,
        shadow: Opinion | None,
        believed: str | None,
        finding: SensitivityFinding,
    ) -> Perception:
        code = believed or _detected(words.topic)
        foreign = bool(code and self._model.languages and code not in self._model.languages)
        unjudged = bool(code and code not in LANGUAGES)
        rules = self._rules.fired(words.everything, patience)
        return Perception(opinion, shadow, rules, code, foreign, sensitivity=finding, unjudged=unjudged)


def _detected(text: str) -> str | None:
    language = detect(text)
    return language.code if language else None


def _opinions(model: TopicClassifier, texts: Sequence[str]) -> list[Opinion]:
    return [Opinion(guess, model.version, model.learnt.thresholds) for guess in model.classify(texts)]


def languages_of(examples: Iterable[str]) -> frozenset[str]:
    """Returns the languages of the examples, as far as they can be detected.

    Each is read alone and, because examples are short, a few are read together.
    """
    texts = list(examples)
    samples = [" ".join(texts[start : start + SAMPLE]) for start in range(0, len(texts), SAMPLE)]
    return frozenset(language.code for text in (*texts, *samples) if (language := detect(text)))
