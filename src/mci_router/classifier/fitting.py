"""Makes the model of topics of examples: a pure function of them."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.calibration import UNCALIBRATED, Learnt
from mci_router.classifier.cross_validation import cross_validated
from mci_router.classifier.encoder import Encoder
from mci_router.classifier.features import Counter, prepared, weights_of
from mci_router.classifier.linear import fitted
from mci_router.classifier.material import TrainingMaterial
from mci_router.classifier.none_of_these import SENTENCES
from mci_router.classifier.scoring import TextScorer, learn
from mci_router.classifier.stop_words import stop_words
from mci_router.classifier.strangers import TRIED
from mci_router.classifier.topics import TopicClassifier
from mci_router.classifier.version import version_of

CLAIMED = -0.2  # the score from which a topic claims a sentence of none of these: what is foreign has about -0.6

OWN_TRADE = 0.5  # of a trade's sentences: if the topics claim more, the trade is the workspace's own


def train(
    examples: Mapping[str, Sequence[str]], *, encoder: Encoder | None = None, learnt: Learnt | None = None
) -> TopicClassifier:
    """Trains a classifier on example utterances by topic.

    With `learnt` of an earlier training on the same examples, makes the same classifier again, without the
    cross-validation. CPU-bound: seconds for a thousand examples, most of them for the cross-validation that `learnt`
    spares; about ten times that with an encoder. Raises EncoderFailed where the encoder's file is gone.
    """
    version, topics = version_of(examples, encoder), tuple(sorted(topic for topic in examples if examples[topic]))
    texts = [prepared(text) for topic in topics for text in examples[topic]]
    labels = np.array([label for label, topic in enumerate(topics) for _ in examples[topic]], dtype=np.int64)
    if len(topics) < 2 or not any(any(c.isalnum() for c in text) for text in texts):
        return TopicClassifier(version, UNCALIBRATED)
    counter = Counter.of([*texts, *SENTENCES])
    material, claims = _material(counter, texts, labels, len(topics), encoder)
    scorer = TextScorer(counter, encoder, learn(material))
    if learnt is None or len(learnt.views) != (2 if encoder else 1):  # `learnt` is of a model of another kind
        learnt = cross_validated(material, _strangers(counter, material, claims, encoder))
    return TopicClassifier(version, learnt, topics, scorer)


class _Claims:
    """The texts that a model of the topics alone takes for one of them: they are not foreign here."""

    def __init__(self, material: TrainingMaterial) -> None:
        ours = material.of(material.labels < material.none)
        self._weights = weights_of(
            ours.counts, np.ones(len(ours.labels), dtype=bool), material.single, material.content
        )
        self._model = fitted(self._weights.weigh(ours.counts), ours.labels, material.none, few=False)

    def on(self, texts: TrainingMaterial) -> NDArray[np.bool_]:
        """Returns which of the texts the model takes for one of the topics."""
        return np.asarray(self._model.scores(self._weights.weigh(texts.counts)).max(axis=1) > CLAIMED)


def _material(
    counter: Counter, texts: Sequence[str], labels: NDArray[np.int64], none: int, encoder: Encoder | None
) -> tuple[TrainingMaterial, _Claims]:
    """Returns the training material and the topics' claims.

    The material has the examples, and the sentences of none of these that no topic claims.
    """
    all_texts, all_labels = [*texts, *SENTENCES], np.concatenate([labels, np.full(len(SENTENCES), none)])
    embeddings = encoder.embed(all_texts) if encoder else None
    single, content = counter.single_words(), counter.content_words(stop_words(texts))
    material = TrainingMaterial(counter.count(all_texts), embeddings, all_labels, none, single, content)
    claims = _Claims(material)
    return material.of((all_labels < none) | ~claims.on(material)), claims


def _strangers(
    counter: Counter, material: TrainingMaterial, claims: _Claims, encoder: Encoder | None
) -> TrainingMaterial:
    """Returns texts of other trades' customers, which no model learns from.

    A trade that is the workspace's own is left out.
    """
    texts = [text for trade in TRIED.values() for text in trade]
    trades = np.repeat(np.arange(len(TRIED)), [len(trade) for trade in TRIED.values()])
    no_topic = np.full(len(texts), material.none)
    embeddings = encoder.embed(texts) if encoder else None
    strangers = TrainingMaterial(
        counter.count(texts), embeddings, no_topic, material.none, material.single, material.content
    )
    ours = np.bincount(trades, claims.on(strangers)) > OWN_TRADE * np.bincount(trades)
    return strangers.of(~ours[trades])
