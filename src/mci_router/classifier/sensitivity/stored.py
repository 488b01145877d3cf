"""The model of sensitivity as a file, and the one that ships with us. Pure."""

import io
import json
from functools import cache
from importlib.resources import files

import numpy as np

from mci_router.classifier.sensitivity.model import ScoreWorth, SensitivityModel
from mci_router.classifier.sensitivity.weights import SensitivityWeights


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
            about["version"],
            SensitivityWeights.unpacked(parts["weights"].tobytes()),
            ScoreWorth.from_data(about["worth"]),
        )


@cache
def our_model() -> SensitivityModel:
    """Loads the model that ships with us, once a process: about ten milliseconds."""
    from mci_router.classifier.sensitivity.stored import unpacked

    return unpacked((files(__package__) / "model.npz").read_bytes())
