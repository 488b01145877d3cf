"""Values of a canned answer's variables."""

from mci_router.lifecycle.answers.canned_values import filled, hours_in_words, unfilled
from mci_router.specs import OpenHours

DAY = [{"open": "09:00", "close": "12:00"}, {"open": "13:00", "close": "17:00"}]


def test_values_take_the_place_of_variables_and_what_is_missing_stays() -> None:
    """Braces that name no variable are text; a value is not read for variables again."""
    text, missing = filled("{customer_name}: {queue_hours} {else} {customer_name}", {"customer_name": "{agent_name}"})
    assert (text, missing) == ("{agent_name}: {queue_hours} {else} {agent_name}", ["queue_hours"])
    assert unfilled("to {customer_name} and {nobody}") == ["customer_name"]


def test_hours_are_said_as_people_read_them() -> None:
    """Days with the same blocks together, in the customer's language; without hours it is always open."""
    week = {**dict.fromkeys(["mon", "tue", "wed"], DAY), "fri": DAY[:1], "sun": [{"open": "20:00", "close": "00:00"}]}
    hours = OpenHours.model_validate({"timezone": "Europe/Berlin", "week": week})
    both = "09:00–12:00, 13:00–17:00"
    assert hours_in_words(hours, "en") == f"Mon–Wed {both}; Fri 09:00–12:00; Sun 20:00–24:00 (Europe/Berlin)"
    assert hours_in_words(hours, "de") == f"Mo–Mi {both}; Fr 09:00–12:00; So 20:00–24:00 (Europe/Berlin)"
    assert hours_in_words(None, "en") == "0:00–24:00"
