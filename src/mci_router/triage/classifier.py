"""A contact's topic from its text: TF-IDF and a linear SVM, with temperature-scaled confidence.

Training is a pure function of the examples; the model's version is the hash of what it learnt from.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

LONGEST_TEXT = 2_000  # characters that are read: what a contact is about stands at its beginning
TEMPERATURES = np.geomspace(0.05, 2, 40)
UNCALIBRATED_TEMPERATURE = 0.3  # where a topic has too few examples to hold any back


@dataclass(frozen=True, slots=True)
class Guess:
    """A topic and the probability that it is right; `ranked` has the likeliest three, this one first."""

    topic: str | None
    confidence: float
    ranked: tuple[tuple[str, float], ...] = ()


NO_GUESS = Guess(None, 0.0)


class TopicClassifier:
    """An immutable trained model. It knows nothing, and says so, when fewer than two topics have examples."""

    def __init__(self, version: str, features: FeatureUnion | None, model: Any, temperature: float) -> None:
        self.version = version
        self._features = features
        self._model = model
        self._temperature = temperature

    def classify(self, texts: Sequence[str]) -> list[Guess]:
        """A guess for each text. CPU-bound: call it off the event loop, with many texts at once where possible."""
        if self._features is None:
            return [NO_GUESS] * len(texts)
        scores = self._model.decision_function(self._features.transform([text[:LONGEST_TEXT] for text in texts]))
        return [self._guess(row) for row in probabilities(_by_class(scores), self._temperature)]

    def _guess(self, row: NDArray[np.float64]) -> Guess:
        ranked = tuple((str(self._model.classes_[i]), round(float(row[i]), 4)) for i in np.argsort(row)[::-1][:3])
        return Guess(ranked[0][0], ranked[0][1], ranked)


def train(examples: Mapping[str, Sequence[str]]) -> TopicClassifier:
    """A classifier from example utterances by topic. CPU-bound: about a second for a thousand examples."""
    version = version_of(examples)
    texts = [text for topic in sorted(examples) for text in examples[topic]]
    topics = [topic for topic in sorted(examples) for _ in examples[topic]]
    if len(set(topics)) < 2:
        return TopicClassifier(version, None, None, 1)
    features = FeatureUnion(
        [
            ("words", TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True)),
            ("letters", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)),
        ]
    )
    try:
        matrix = features.fit_transform(texts)
    except ValueError:  # no example has a word
        return TopicClassifier(version, None, None, 1)
    model = LinearSVC().fit(matrix, topics)
    return TopicClassifier(version, features, model, _temperature(matrix, topics))


def version_of(examples: Mapping[str, Sequence[str]]) -> str:
    """The hash of what a classifier would learn from."""
    return hashlib.sha256(json.dumps(sorted(examples.items()), default=list).encode()).hexdigest()[:16]


def probabilities(scores: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Softmax of the scores (texts × topics) divided by the temperature."""
    shifted = (scores - scores.max(axis=1, keepdims=True)) / temperature
    exponentials = np.exp(shifted)
    shares: NDArray[np.float64] = exponentials / exponentials.sum(axis=1, keepdims=True)
    return shares


def _temperature(matrix: Any, topics: Sequence[str]) -> float:
    """The temperature under which held-back examples are likeliest (Guo et al. 2017, by a grid)."""
    _, places, counts = np.unique(topics, return_inverse=True, return_counts=True)
    folds = min(5, int(counts.min()))
    if folds < 2:
        return UNCALIBRATED_TEMPERATURE
    splits = StratifiedKFold(folds, shuffle=True, random_state=0)
    scores = _by_class(cross_val_predict(LinearSVC(), matrix, topics, cv=splits, method="decision_function"))
    rows = np.arange(len(places))
    losses = [-np.log(probabilities(scores, t)[rows, places] + 1e-12).mean() for t in TEMPERATURES]
    return float(TEMPERATURES[int(np.argmin(losses))])


def _by_class(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """One column a class also where there are two classes, for which scikit-learn gives one column in all."""
    return scores if scores.ndim == 2 else np.column_stack([-scores, scores])
