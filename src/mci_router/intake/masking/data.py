"""Masking inside data: every text, number and name in it, each read after the name it belongs to. Pure."""

from collections import Counter
from typing import Any

from mci_router.intake.masking.mask import (
    CARD_MASK,
    DEFAULT,
    Masked,
    MaskingPolicy,
    replace_spans,
    secret_spans,
    surely_harmless,
)
from mci_router.intake.masking.parted import split_card
from mci_router.patterns import lazy_pattern
from mci_router.storable import storable
from mci_router.values import value

_LONGEST_NAME = 60  # characters of it that say what a value is
_WORDS_OF_A_NAME = lazy_pattern(r"[\W_]+|(?<=[a-z])(?=[A-Z])")


def mask_counted(value: Any, policy: MaskingPolicy = DEFAULT, *, references: bool = False) -> tuple[Any, Counter[str]]:
    """Masks every text, number and name inside JSON-like data. Returns the data and the number of secrets of each kind.

    A name says what its value is as words beside it would: `{"pin": 4711}` loses the number. With `references` a card's
    number has to be recognisable by more than its digits, as most values are other systems' references: see `cards`.
    """
    if policy == DEFAULT and harmless(value):
        return value, Counter()  # as most are
    counts: Counter[str] = Counter()
    masked = _masked(value, "", _How(policy, references), counts)
    return masked, +counts


def harmless(value: Any) -> bool:
    """Returns whether JSON-like data surely has no secret that is always masked; False also where that is not sure."""
    texts: list[str] = []
    return _add_texts(value, "", texts) and surely_harmless(texts)


def _add_texts(value: Any, name: str, texts: list[str]) -> bool:
    """Adds every text and name of a value, each as it is read, after the `name` it belongs to, in words.

    Returns False for a part of a card's number, and for what is not plain JSON.
    """
    if isinstance(value, str):
        texts.append(_said(name) + value)
        return not value.isdecimal()
    if isinstance(value, dict):
        texts.extend(map(str, value))
        for key, inner in value.items():
            if inner is not None and not _add_texts(inner, f"{name} {_in_words(key)}", texts):
                return False
        return True
    if isinstance(value, list):
        return all(_add_texts(inner, name, texts) for inner in value if inner is not None)
    return value is None or isinstance(value, bool)


@value
class _How:
    policy: MaskingPolicy
    references: bool


def _masked(value: Any, name: str, how: _How, counts: Counter[str]) -> Any:
    if isinstance(value, dict):
        inner = _all_masked([(f"{name} {key}".strip(), each) for key, each in value.items()], how, counts)
        return {_tallied(_mask_under("", str(key), how), counts): each for key, each in zip(value, inner, strict=True)}
    if isinstance(value, list | tuple):
        return _all_masked([(name, each) for each in value], how, counts)
    if isinstance(value, str):
        return _tallied(_mask_under(name, value, how), counts)
    if isinstance(value, int | float) and not isinstance(value, bool):
        written = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
        masked = _mask_under(name, written, how)
        return _tallied(masked, counts) if masked.counts else value
    return value


def _all_masked(named: list[tuple[str, Any]], how: _How, counts: Counter[str]) -> list[Any]:
    """Masks each value by itself, and together those that are parts of one card's number."""
    parts = split_card(named, by_name=how.references)
    counts["card"] += len(parts) > 0
    return [
        CARD_MASK if index in parts else _masked(value, name, how, counts) for index, (name, value) in enumerate(named)
    ]


def _tallied(masked: Masked, counts: Counter[str]) -> str:
    counts.update(masked.counts)
    return masked.text


def _mask_under(name: str, value: str, how: _How) -> Masked:
    """Returns the value without its secrets, read after the name it belongs to."""
    said = _said(_in_words(name))
    value = storable(value)
    secrets = secret_spans(said + value, how.policy, reference=how.references, said=len(said))
    return replace_spans(
        value, [(max(0, start - len(said)), end - len(said), kind) for start, end, kind in secrets if end > len(said)]
    )


def _said(words: str) -> str:
    """Returns a name as words before its value."""
    return f"{words[-_LONGEST_NAME:]}: " if words else ""


def _in_words(name: Any) -> str:
    plain = isinstance(name, str) and name.isalpha() and name.islower()  # as most are
    return name if plain else _WORDS_OF_A_NAME.sub(" ", storable(str(name)))
