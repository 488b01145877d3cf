"""A trained model as a file, so that a process loads it in milliseconds instead of fitting it again. Pure.

The file has arrays and JSON only: reading it runs no code, whoever wrote it. Whoever keeps a file keeps its hash as
well: a file with another hash is never opened.
"""

import io
import json
import zlib
from hashlib import sha256
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from mci_router.classifier.calibration import Learnt
from mci_router.classifier.encoder import Encoder
from mci_router.classifier.features import Counter, TfIdfWeights
from mci_router.classifier.linear import Linear
from mci_router.classifier.meaning import Meaning
from mci_router.classifier.scoring import Scorer, TextScorer
from mci_router.classifier.topics import TopicClassifier

FORMAT = 1  # of the file; a process that knows another one makes the model again
LARGEST_FILE = 64 * 1024 * 1024  # bytes; a model of the most topics and examples that are allowed has a quarter of it

Arrays = dict[str, NDArray[Any]]


class UnreadableModel(Exception):
    """The file is no model that can be used here; the message says why."""


class ForeignModel(UnreadableModel):
    """The file is sound, but of another release, or made with another sentence encoder."""


def hash_of(file: bytes) -> str:
    """Returns the hash that is kept beside a file."""
    return sha256(file).hexdigest()


def packed(model: TopicClassifier) -> bytes:
    """Returns a model as a file. Raises UnreadableModel where it would be larger than anything that is read."""
    scorer = model.scorer
    about = {
        "format": FORMAT,
        "version": model.version,
        "learnt": model.learnt.as_data(),
        "topics": model.topics,
        "languages": sorted(model.languages),
        "encoder": scorer.encoder.sha256 if scorer and scorer.encoder else "",
    }
    file = io.BytesIO()
    parts = {"about": _bytes(json.dumps(about)), **(_arrays(scorer) if scorer else {})}
    np.savez_compressed(file, allow_pickle=False, **parts)
    if file.tell() > LARGEST_FILE:
        raise UnreadableModel(f"it has {file.tell():,} bytes, more than {LARGEST_FILE:,}")
    return file.getvalue()


def unpacked(file: bytes, sha256: str, encoder: Encoder | None = None) -> TopicClassifier:
    """Returns the model in a file that has this hash: the same as was packed.

    Raises UnreadableModel where the file is damaged, of another release, or needs another encoder.
    """
    if (found := hash_of(file)) != sha256:
        raise UnreadableModel(f"its file is damaged: the hash is {found[:16]}…, not {sha256[:16]}…")
    try:
        with np.load(io.BytesIO(file), allow_pickle=False) as parts:
            return _model({name: parts[name] for name in parts.files}, encoder)
    except (KeyError, TypeError, ValueError, OSError, BadZipFile, zlib.error) as error:
        raise UnreadableModel(f"its file cannot be read: {type(error).__name__}: {error}") from error


def _model(parts: Arrays, encoder: Encoder | None) -> TopicClassifier:
    about = json.loads(_text(parts["about"]))
    if about["format"] != FORMAT:
        raise ForeignModel(f"its file has format {about['format']}; this release reads {FORMAT}")
    ours = encoder if encoder and encoder.sha256 == about["encoder"] else None
    if about["encoder"] and ours is None:
        raise ForeignModel("it needs a sentence encoder that this process does not have")
    topics, learnt = tuple(about["topics"]), Learnt.from_data(about["learnt"])
    scorer = _scorer(parts, ours, len(topics) + 1) if topics else None
    return TopicClassifier(about["version"], learnt, topics, scorer, frozenset(about["languages"]))


def _arrays(scorer: TextScorer) -> Arrays:
    weights, linear, meaning = scorer.scorer.weights, scorer.scorer.words, scorer.scorer.meaning
    arrays: Arrays = {
        "words": _bytes("\n".join(scorer.counter.words)),
        "letters": _bytes("\n".join(scorer.counter.letters)),
        "word_weights": weights.words,
        "letter_weights": weights.letters,
        "familiar": weights.familiar,
        "content": weights.content,
        "unknown": np.array(weights.unknown),
        "levels": linear.levels,
        "steps": linear.steps,
        "intercepts": linear.intercepts,
    }
    if meaning:
        arrays |= {
            "meaning": meaning.coefficients,
            "meaning_intercepts": meaning.intercepts,
            "classes": meaning.classes,
            "begins": meaning.begins,
        }
        arrays |= {} if meaning.examples is None else {"examples": meaning.examples}
    return arrays


def _scorer(parts: Arrays, encoder: Encoder | None, classes: int) -> TextScorer:
    counter = Counter(_text(parts["words"]).split("\n"), _text(parts["letters"]).split("\n"))
    weights = TfIdfWeights(
        parts["word_weights"], parts["letter_weights"], parts["familiar"], parts["content"], float(parts["unknown"])
    )
    linear = Linear(parts["levels"], parts["steps"], parts["intercepts"])
    if linear.levels.shape != (len(counter.words) + len(counter.letters), classes):
        raise ValueError("its weights do not fit its words")
    meaning = (
        Meaning(parts["meaning"], parts["meaning_intercepts"], parts.get("examples"), parts["classes"], parts["begins"])
        if encoder
        else None
    )
    return TextScorer(counter, encoder, Scorer(weights, linear, meaning))


def _bytes(text: str) -> NDArray[np.uint8]:
    return np.frombuffer(text.encode(), dtype=np.uint8)


def _text(array: NDArray[Any]) -> str:
    return array.tobytes().decode()
