"""A frozen sentence encoder: texts as points, near each other where they mean the same. For `mci-router[encoder]`.

It is any ONNX file with its `tokenizer.json`, as MiniLM has them; the vectors of a text's tokens are averaged. The
operator pins the hashes of both files: other files are not run. Without them, or without the extra, triage works by
words alone.
"""

import hashlib
import logging
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mci_router.settings import Settings
from mci_router.values import value

MOST_PIECES = 128  # of a text, about 90 words
BATCH = 32  # texts of similar length at a time
PADDING = "[PAD]"

log = logging.getLogger(__name__)


class EncoderFailed(Exception):
    """The sentence encoder cannot be used; the message says why."""


@value
class Encoder:
    """An ONNX file and its tokenizer, each with the hash of its bytes.

    Cheap to send to another process, which opens the files again.
    """

    path: str
    model_sha256: str
    tokenizer: str
    tokenizer_sha256: str

    @property
    def sha256(self) -> str:
        """The identity of the encoder: the hash of both files' hashes."""
        return hashlib.sha256((self.model_sha256 + self.tokenizer_sha256).encode()).hexdigest()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Returns texts × dimensions, each row of length 1.

        CPU-bound: a few milliseconds a text, on one core. Raises EncoderFailed.
        """
        session, tokenizer = _opened(self)
        cut = [tokenizer.encode(text).ids for text in texts]
        padding = tokenizer.token_to_id(PADDING) or 0
        order = sorted(range(len(cut)), key=lambda row: len(cut[row]))
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        rows = [_embedded(session, [cut[row] for row in batch], padding) for batch in batches]
        embedded = np.concatenate(rows) if rows else np.zeros((0, 0))
        return embedded[np.argsort(order, kind="stable")]


def load_encoder(path: str | Path, sha256: str, tokenizer: str | Path | None, tokenizer_sha256: str) -> Encoder | None:
    """Returns the encoder in these files, or None with one warning.

    None where a file is absent or another than the pinned one, or cannot be run here. The hashes are SHA-256 in
    hexadecimal. Without `tokenizer`, the `tokenizer.json` beside the ONNX file is used.
    """
    beside = Path(path).with_name("tokenizer.json")
    encoder = Encoder(str(path), sha256.lower(), str(tokenizer or beside), tokenizer_sha256.lower())
    try:
        encoder.embed(["hello"])
    except EncoderFailed as failed:
        log.warning("The sentence encoder is not used, triage does with words alone: %s", failed)
        return None
    return encoder


def configured_encoder(settings: Settings) -> Encoder | None:
    """Returns the encoder that the settings name; None without one, or, with a warning, where it cannot be used."""
    if settings.encoder_path is None:
        return None
    return load_encoder(
        settings.encoder_path, settings.encoder_sha256, settings.encoder_tokenizer, settings.encoder_tokenizer_sha256
    )


@lru_cache(maxsize=2)
def _opened(encoder: Encoder) -> tuple[Any, Any]:
    """Opens the session and the tokenizer, once a process. Raises EncoderFailed."""
    try:
        model = _checked(Path(encoder.path), encoder.model_sha256, "MCI_ENCODER_SHA256")
        tokenizer = _checked(Path(encoder.tokenizer), encoder.tokenizer_sha256, "MCI_ENCODER_TOKENIZER_SHA256")
    except OSError as error:
        raise EncoderFailed(str(error)) from error
    return _session(model), _tokenizer(tokenizer)


def _checked(path: Path, sha256: str, variable: str) -> bytes:
    """Reads a file once and checks its hash: what is checked is what is run."""
    content = path.read_bytes()
    actual = hashlib.sha256(content).hexdigest()
    if actual != sha256:
        raise EncoderFailed(f"{path} has the sha256 {actual}, but {sha256 or 'none'} is pinned by {variable}")
    return content


def _tokenizer(content: bytes) -> Any:
    try:
        from tokenizers import Tokenizer
    except ImportError as missing:
        raise EncoderFailed("tokenizers is not installed; mci-router[encoder] brings it") from missing
    try:
        tokenizer = Tokenizer.from_buffer(content)
    except Exception as error:  # the library's errors share no class
        raise EncoderFailed(f"tokenizers cannot read it: {error}") from error
    tokenizer.enable_truncation(MOST_PIECES)
    tokenizer.no_padding()
    return tokenizer


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
        (vectors, *_) = session.run(
            None, {name: given[name] for name in (wanted.name for wanted in session.get_inputs())}
        )
    except Exception as error:  # an unknown input, or whatever onnxruntime raises
        raise EncoderFailed(f"it is no sentence encoder: {error}") from error
    return _pooled(np.asarray(vectors, dtype=np.float64), mask)


def _pooled(vectors: NDArray[np.float64], mask: NDArray[np.int64]) -> NDArray[np.float64]:
    """Returns the mean of the tokens' vectors, of length 1; one vector a text only gets its length."""
    if vectors.ndim == 3:
        vectors = (vectors * mask[:, :, None]).sum(axis=1) / mask.sum(axis=1, keepdims=True)
    if vectors.ndim != 2:
        raise EncoderFailed(f"it is no sentence encoder: its output has {vectors.ndim} dimensions")
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12), dtype=np.float64)
