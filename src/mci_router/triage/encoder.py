"""A frozen sentence encoder, blended into the classifier where the extra `mci-router[encoder]` is installed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Encoder:
    """An ONNX file whose bytes are pinned."""

    path: str
    sha256: str
