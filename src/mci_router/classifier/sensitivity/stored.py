"""The model of sensitivity as a file, and the one that ships with us. Pure."""

import hashlib
import io
import json
import zlib
from functools import cache
from importlib.resources import files
from zipfile import BadZipFile

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


class DamagedModel(Exception):
    """The file is no model that can be used; the message says why."""


def checked(file: bytes, sha256: str | None) -> SensitivityModel:
    """Returns the model in a file that has this hash, if one is known. Raises DamagedModel."""
    if sha256 and (found := hashlib.sha256(file).hexdigest()) != sha256:
        raise DamagedModel(f"its file is damaged: the hash is {found[:16]}…, not {sha256[:16]}…")
    try:
        return unpacked(file)
    except (KeyError, TypeError, ValueError, OSError, BadZipFile, zlib.error) as error:
        raise DamagedModel(f"its file cannot be read: {type(error).__name__}: {error}") from error


@cache
def our_model() -> SensitivityModel:
    """Loads the model that ships with us, once a process: about ten milliseconds."""
    return unpacked((files(__package__) / "model.npz").read_bytes())
