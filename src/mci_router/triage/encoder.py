"""A frozen sentence encoder: texts as points, near each other where they mean the same. For the extra `mci-router[encoder]`.

Any ONNX file that reads word pieces of uncased BERT, as MiniLM does; its tokens' vectors are averaged. The file's hash is pinned by the
operator: what is not that file is not run. Without it, or without onnxruntime, triage does with words alone.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mci_router.triage.word_pieces import BUILT_IN, WordPieces

MOST_PIECES = 128  # of a text, about 90 words
BATCH = 32  # texts of about one length at a time

log = logging.getLogger(__name__)


class EncoderFailed(Exception):
    """The sentence encoder cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Encoder:
    """An ONNX file and a list of word pieces, each with the hash of its bytes. Cheap to send to another process, which opens it anew."""

    path: str
    model_sha256: str
    vocabulary: str = str(BUILT_IN)
    vocabulary_sha256: str = ""

    @property
    def sha256(self) -> str:
        """What it is: the model's hash, and with a vocabulary of its own, of both."""
        if not self.vocabulary_sha256:
            return self.model_sha256
        return hashlib.sha256((self.model_sha256 + self.vocabulary_sha256).encode()).hexdigest()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Texts × dimensions, each row of length 1. CPU-bound: some ms a text, on one core. Raises EncoderFailed."""
        session, pieces = _opened(self)
        cut = [pieces.cut(text, MOST_PIECES) for text in texts]
        order = sorted(range(len(cut)), key=lambda place: len(cut[place]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        rows = [_embedded(session, [cut[place] for place in batch], pieces.padding) for batch in batches]
        embedded = np.concatenate(rows) if rows else np.zeros((0, 0))
        return embedded[np.argsort(order, kind="stable")]


def load_encoder(path: str | Path, sha256: str, *, vocabulary: str | Path | None = None, vocabulary_sha256: str = "") -> Encoder | None:
    """The encoder in this file; None, with one warning, where it is absent, is another file, or cannot be run here.

    `sha256` is the file's, in hexadecimal. `vocabulary` has one word piece a line, and its hash is checked if given; the default is that
    of uncased BERT.
    """
    listed = str(vocabulary or BUILT_IN)
    try:
        own = (vocabulary_sha256.lower() or _sha256(Path(listed))) if vocabulary else ""
        encoder = Encoder(str(path), sha256.lower(), listed, own)
        encoder.embed(["hello"])
    except (EncoderFailed, OSError) as failed:
        log.warning("The sentence encoder is not used, triage does with words alone: %s", failed)
        return None
    return encoder


@lru_cache(maxsize=2)
def _opened(encoder: Encoder) -> tuple[Any, WordPieces]:
    """The session and the word pieces, once a process. Raises EncoderFailed."""
    try:
        model = _checked(Path(encoder.path), encoder.model_sha256)
        if encoder.vocabulary_sha256:
            _checked(Path(encoder.vocabulary), encoder.vocabulary_sha256)
        return _session(model), WordPieces(Path(encoder.vocabulary))
    except (OSError, ValueError) as error:
        raise EncoderFailed(str(error)) from error


def _checked(path: Path, sha256: str) -> bytes:
    """What the file has, read once: what is checked is what is run."""
    content = path.read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise EncoderFailed(f"{path} has the sha256 {found}, but {sha256 or 'none'} is pinned")
    return content


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _session(model: bytes) -> Any:
    try:
        import onnxruntime
    except ImportError as missing:
        raise EncoderFailed("onnxruntime is not installed; mci-router[encoder] brings it") from missing
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # a router's other cores serve requests
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no class
        raise EncoderFailed(f"onnxruntime cannot open it: {error}") from error


def _embedded(session: Any, cut: Sequence[Sequence[int]], padding: int) -> NDArray[np.float64]:
    longest = max(map(len, cut))
    ids = np.array([[*row, *[padding] * (longest - len(row))] for row in cut], dtype=np.int64)
    mask = np.array([[1] * len(row) + [0] * (longest - len(row)) for row in cut], dtype=np.int64)
    given = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    try:
        (vectors, *_) = session.run(None, {name: given[name] for name in (wanted.name for wanted in session.get_inputs())})
    except Exception as error:  # an input that is not known, or what onnxruntime raises
        raise EncoderFailed(f"it is no sentence encoder: {error}") from error
    return _pooled(np.asarray(vectors, dtype=np.float64), mask)


def _pooled(vectors: NDArray[np.float64], mask: NDArray[np.int64]) -> NDArray[np.float64]:
    """The mean of the tokens' vectors, of length 1; what is one vector a text already is only brought to length 1."""
    if vectors.ndim == 3:
        vectors = (vectors * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    if vectors.ndim != 2:
        raise EncoderFailed(f"it is no sentence encoder: its output has {vectors.ndim} dimensions")
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), dtype=np.float64)
