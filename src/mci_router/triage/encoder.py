"""A frozen sentence encoder, blended into the classifier where the extra `mci-router[encoder]` is installed."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Encoder:
    """An ONNX file whose bytes are pinned."""

    path: str
    sha256: str

    @property
    def version(self) -> str:
        return self.sha256

    def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        raise NotImplementedError
