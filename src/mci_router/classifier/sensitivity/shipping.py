"""Shipping: the model as a file, so that no process has to fit it when it starts.

`python -m mci_router.classifier.sensitivity.shipping` makes the file again. The file names what it was made of; a test
fails when it is not what the examples give.
"""

import io
import json
from pathlib import Path

import numpy as np

from mci_router.classifier.sensitivity.calibrating import held_out_scores, worth_of
from mci_router.classifier.sensitivity.examples import Examples, ours, version_of
from mci_router.classifier.sensitivity.fitting import count, fit, lessons_of
from mci_router.classifier.sensitivity.model import ScoreWorth, SensitivityModel
from mci_router.classifier.sensitivity.weights import SensitivityWeights

REVISION = 1  # of the method; another method makes another version
FILE = Path(__file__).with_name("model.npz")


def learnt(examples: Examples) -> SensitivityModel:
    """Fits and calibrates the model of these examples. CPU-bound: seconds."""
    return SensitivityModel(version_of(examples, REVISION), fit(count(lessons_of(examples))), worth_of(held_out_scores(examples)))


def packed(model: SensitivityModel) -> bytes:
    """Returns the model as a file."""
    about = json.dumps({"version": model.version, "worth": model.worth.as_data()}).encode()
    file = io.BytesIO()
    weights = np.frombuffer(model.weights.packed(), dtype=np.uint8)
    np.savez(file, allow_pickle=False, about=np.frombuffer(about, dtype=np.uint8), weights=weights)
    return file.getvalue()


def unpacked(file: bytes) -> SensitivityModel:
    """Returns the inverse of `packed`."""
    with np.load(io.BytesIO(file), allow_pickle=False) as parts:
        about = json.loads(parts["about"].tobytes())
        return SensitivityModel(
            about["version"], SensitivityWeights.unpacked(parts["weights"].tobytes()), ScoreWorth.from_data(about["worth"])
        )


if __name__ == "__main__":
    FILE.write_bytes(packed(learnt(ours())))
