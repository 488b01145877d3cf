"""Shipping: the model as a file, so that no process has to fit it when it starts.

`python -m mci_router.classifier.sensitivity.shipping` makes the file again. The file names what it was made of; a test
fails when it is not what the examples give.
"""

from pathlib import Path

from mci_router.classifier.sensitivity.calibrating import held_out_scores, worth_of
from mci_router.classifier.sensitivity.examples import Examples, ours, version_of
from mci_router.classifier.sensitivity.fitting import count, fit, lessons_of
from mci_router.classifier.sensitivity.model import SensitivityModel
from mci_router.classifier.sensitivity.stored import packed

REVISION = 1  # of the method; another method makes another version
FILE = Path(__file__).with_name("model.npz")


def learnt(examples: Examples) -> SensitivityModel:
    """Fits and calibrates the model of these examples. CPU-bound: seconds."""
    return SensitivityModel(
        version_of(examples, REVISION), fit(count(lessons_of(examples))), worth_of(held_out_scores(examples))
    )


if __name__ == "__main__":
    FILE.write_bytes(packed(learnt(ours())))
