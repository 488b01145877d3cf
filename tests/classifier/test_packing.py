"""A model as a file: the same model again, and nothing but it."""

import io
import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from mci_router.classifier.fitting import train
from mci_router.classifier.packing import FORMAT, UnreadableModel, hash_of, packed, unpacked
from tests.triage.telecom import examples, model
from tests.triage.unseen_contacts import UNSEEN

LONG = "hello, I have a question. " * 20


def test_what_was_packed_judges_as_before() -> None:
    """Topics, probabilities, worth and thresholds are the same to the last digit, of short and long texts."""
    before = model()
    file = packed(before)
    after = unpacked(file, hash_of(file))
    texts = [*(text for some in UNSEEN.values() for text in some), LONG, "", "نص", "漢字仮名交じり文"]
    assert (after.version, after.learnt, after.topics) == (before.version, before.learnt, before.topics)
    for ours, theirs in zip(before.classify(texts), after.classify(texts), strict=True):
        assert ours == theirs
        assert ours.shares is not None
        assert theirs.shares is not None
        assert ours.shares.tolist() == theirs.shares.tolist()


def test_a_model_that_knows_nothing_stays_so() -> None:
    """It is a model like any other: a workspace without examples has it in force."""
    file = packed(train({}))
    assert unpacked(file, hash_of(file)).classify(["hello"]) == train({}).classify(["hello"])


def test_a_model_is_small() -> None:
    """Thirty topics with thirty examples each take less than the text of a long mail thread."""
    assert len(packed(model())) < 100 * sum(map(len, examples().values())) * 20


@pytest.mark.parametrize("harm", [lambda file: file[:-1], lambda file: b"\0" + file[1:], lambda file: b""])
def test_a_file_with_another_hash_is_never_opened(harm: Callable[[bytes], bytes]) -> None:
    """Cut off, altered or empty: it says so, with the beginnings of both hashes."""
    file = packed(train({}))
    with pytest.raises(UnreadableModel, match="is damaged"):
        unpacked(harm(file), hash_of(file))


def _file(**arrays: NDArray[Any]) -> tuple[bytes, str]:
    made = io.BytesIO()
    np.savez(made, allow_pickle=True, **arrays)
    return made.getvalue(), hash_of(made.getvalue())


def test_whatever_else_is_in_a_file_is_refused() -> None:
    """No archive, objects that would run code, another release's form, weights that do not fit: one error each."""
    about = json.dumps({"format": FORMAT + 1}).encode()
    for file, hash_ in (
        (b"no archive", hash_of(b"no archive")),
        _file(about=np.array([print], dtype=object)),
        _file(other=np.zeros(3)),
        _file(about=np.frombuffer(about, dtype=np.uint8)),
    ):
        with pytest.raises(UnreadableModel):
            unpacked(file, hash_)
