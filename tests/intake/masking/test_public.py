"""A public post keeps nothing that says who wrote it, where they live or how they are reached."""

from mci_router.intake.masking import mask_public
from tests.support.rows import every

KNOWN = ("Ines Paz-Krüger", "crm-90817", "ines.pk@mail.example", "+49 151 7654321", "wilma.ek@mail.example")


@every(
    ("text", "private"),
    [
        ("how do I divert calls? Regards,\nInes Paz-Krüger", ["Ines", "Krüger"]),
        ("how do I divert calls? thanks, ines", ["ines"]),
        ("ines here again: how do I divert calls", ["ines"]),
        ("Krueger or Kruger or KRÜGER, that is me", ["Kruger", "KRÜGER"]),
        ("my id is CRM-90817", ["90817"]),
        ("write to ines.pk@mail.example or other@mail.example", ["ines", "mail.example"]),
        ("call 0151 7654321 at six", ["7654321"]),
        ("Wilma here, and again wilma", ["Wilma", "wilma"]),
        ("my name is Bo Lindqvist. Can you ring Bo?", ["Bo", "Lindqvist"]),
        ("my name is bo lindqvist and my router blinks", ["lindqvist"]),
        ("I am Bo Lindqvist, new here", ["Lindqvist"]),
        ("This is Bo. It does not work", ["Bo"]),
        ("ich heiße Jo Abel und habe eine Frage", ["Abel"]),
        ("Hier ist Jo, mein WLAN geht nicht", ["Jo"]),
        ("me llamo Inma Soto y no tengo red", ["Inma", "Soto"]),
        ("je m'appelle Théo Marchal, ma box clignote", ["Théo", "Marchal"]),
        ("mi chiamo Ugo Neri e non va", ["Ugo", "Neri"]),
        ("chamo-me Rui Teles, sem rede", ["Rui", "Teles"]),
        ("how do I divert calls?\nLG Jo", ["Jo"]),
        ("how do I divert calls?\n\nCheers\nBo L.", ["Bo"]),
        ("how do I divert calls?\nBo Lindqvist", ["Bo", "Lindqvist"]),
        ("how do I divert calls? - Bo", ["Bo"]),
        ("Mrs Lindqvist asks how to divert calls", ["Lindqvist"]),
        ("how do I divert calls?\n-- \nBo Lindqvist\n7 Quiet Row\nRefuge, room 9", ["Bo", "Quiet", "Refuge", "room"]),
        ("no net at 7 Quiet Lane, Oldtown", ["7", "Quiet"]),
        ("no net at 7b quiet lane", ["7b", "quiet"]),
        ("no net in Quiet Lane since noon", ["Quiet"]),
        ("kein Netz in der Lindenstraße 12a, 04109 Leipzig", ["Linden", "12a", "04109", "Leipzig"]),
        ("kein Netz Am Alten Markt 5", ["Markt 5"]),
        ("sin red en Calle de Alcalá 45, 3º, 28014 Madrid", ["Alcalá", "45", "28014"]),
        ("pas de réseau au 12 bis rue de la Paix, 75002 Paris", ["12 bis", "Paix", "75002"]),
        ("niente rete in via Garibaldi 12, 00184 Roma", ["Garibaldi", "00184"]),
        ("sem rede na Rua Augusta 25, 1100-053 Lisboa", ["Augusta", "1100-053"]),
        ("no net at SW1A 1AA, flat 12b", ["SW1A", "12b"]),
        ("send it to PO Box 221 or Postfach 12 34 56", ["221", "12 34"]),
        ("my order number is 204711, customer no. AB-55512", ["204711", "55512"]),
        ("Kundennummer: 4455667, Auftragsnr. 88123", ["4455667", "88123"]),
        ("numéro de client 998877, pedido 556677, ordine n. 334455", ["998877", "556677", "334455"]),
        ("the IMEI is 490154203237518", ["490154203237518"]),
    ],
)
def test_what_tells_who_asks_is_taken_out(text: str, private: list[str]) -> None:
    """Known of them or given by the text itself: names whole or a part, ids, streets, post codes, addresses and
    numbers.
    """
    told = mask_public(text, *KNOWN)
    assert not [part for part in private if part in told], told
    assert "removed]" in told


@every(
    "text",
    [
        "how do I set up my voicemail greeting? Thanks in advance",
        "May I ask what my bill is? It is 3 euros more, page 2 of 4",
        "Ich bin Kunde seit 2019 und mein Router blinkt rot",
        "my name is wrong on the bill, call me back please",
        "5000 MB used, 2 days on the road, 3 new routers in a row",
        "data cap 100GB, Galaxy S22 5G, error 4711 in 2026",
        "I'm on the premium plan, is 5G in it?\nThank you very much!",
        "the network name: FRITZ!Box 7590",
        "Danke und viele Grüße",
    ],
)
def test_what_tells_nobody_stays(text: str) -> None:
    """Words that are also names, amounts and models."""
    assert mask_public(text, *KNOWN) == text


def test_a_short_name_and_one_that_is_also_a_word_go_where_they_are_names() -> None:
    """With a capital, and not as the word: "Jo" but not "jo", "Bill" but not "bill"."""
    assert (
        mask_public("Ask Jo, jo, or Bill: my bill is odd", "Jo Bill")
        == "Ask [removed], jo, or [removed]: my bill is odd"
    )


def test_what_was_masked_before_stays_as_it_is() -> None:
    """A token tells nothing, whatever the customer is called."""
    assert (
        mask_public("my [card number removed] and [e-mail removed]", "Number Removed")
        == "my [card number removed] and [e-mail removed]"
    )
