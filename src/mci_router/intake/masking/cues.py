"""Words beside a number that say what it is: a card's, or another system's reference that has to stay. Pure."""

import re
from enum import Enum

from mci_router.patterns import lazy_pattern

_FAR = 48  # characters before a number that may say what it is
_NEAR = 24  # and behind it

_CARD = (
    r"(?:bank|credit|debit|giro|kredit|master|giro)?\s?(?:cards?|karten?)|(?:bank|credit|debit|kredit|giro)?(?:card|karte)n?\s?-?\s?n(?:umbers?|ummern?|o|r)"
    r"|tarjetas?|cartes?|carta|cart[aã]o|cart[oõ]es|visa|master\s?card|amex|american\sexpress|maestro|diners|discover|jcb|union\s?pay|rupay"
    r"|credit|debit|cr[eé]dito|cr[eé]dit|pan|ccn?|ccnum|cvv2?|cvc2?|long\snumber|expir\w{0,8}|exp|valid\sthru|g[uü]ltig\sbis"
)
_NUMBER = r"\s?(?:numbers?|nos?\.?|nrs?\.?|num|ids?|#|nummern?|n[uú]mero|num[eé]ro)"
_REFERENCE = (
    r"imeis?[12]?|imeisv|meid|iccids?|imsi|eid|(?:e?sim|prepaid)[\s-]?(?:cards?|karten?)\w{0,6}|e?sims?|(?:carte|tarjeta|carta|cart[aã]o)\se?sim|chip"
    r"|tracking|parcels?|packages?|packets?|shipments?|consignments?|waybill|awb|pallets?|sscc|dhl|ups|fedex|hermes|dpd|gls|usps|royal\smail"
    r"|paket\w{0,12}|sendungs?\w{0,14}|colis|suivi|paquetes?|env[ií]o|seguimiento|pacc[oh]i?|spedizion[ei]|tracciamento|encomendas?|rastreio|rastreamento"
    r"|serial|seriennummer|(?:n[uú]mero|num[eé]ro)\s(?:de|di)\ss[eé]rie|s/n|mac|firmware|ean|gtin|isbn|upc|barcodes?|sku|epoch|unix(?:\s?time)?|timestamps?|tweets?|snowflakes?"
)
_WEAKER = (  # a card's number may have been given instead, if it is written like one
    r"orders?|bestell\w{0,10}|auftr\w{1,12}|commandes?|pedidos?|ordin[ei]|tickets?|vorg[aä]ng\w{0,10}|fallnummer|dossier|pratica|requests?|req|trace|correlation"
    r"|sessions?|invoices?|rechnung\w{0,10}|factur[ae]s?|fattur[ae]|faturas?|ref(?:erence|erenz|erencia)?|r[eé]f[eé]rence|riferimento|logs?|errors?|fehler\w{0,8}"
    r"|erreurs?|err[oi]r[ei]?|events?|devices?|ger[aä]te?\w{0,8}|routers?|modems?|meters?|z[aä]hler\w{0,8}|contador|compteur|contatore|version|build"
    rf"|(?:cases?|messages?|posts?|status|customer|client|user|contract|policy|transaction|article|item|product|caso|cliente?|contrat[ot]?|contrato){_NUMBER}"
    r"|(?:your|my|our|the)\scase|(?:n[uú]mero|num[eé]ro)\s(?:de|do|da|di|du)\s(?:cliente?|contrat[ot]o?|pedido|commande|ordine|reserva|r[eé]servation|prenotazione)|bookings?|reservations?|buchung\w{0,8}|reservierung\w{0,8}|(?:kunden|vertrags|auftrags|artikel|transaktions)(?:nummer|nr|id)|ids?|uuid|guid"
)
_WORDS = lazy_pattern(
    rf"(?<![^\W_])(?:(?P<reference>{_REFERENCE})|(?P<weaker>{_WEAKER})|(?P<card>{_CARD}))(?![^\W_])", re.IGNORECASE
)
_TIED = lazy_pattern(
    r"[^\w!?;]{0,4}(?:(?:numbers?|nos?|nrs?|num|n|ids?|codes?|keys?|values?|nummern?|n[uú]meros?|num[eé]ros?|labels?|links?|refs?|references?|is|was|are|reads?|says?|said|shows?|has|had|gives?|contains|hat|zeigt|tiene"
    r"|ist|war|lautet|sind|es|son|est|sont|sono|s[aã]o|è|é|at|from|with|by|of|on|mit|von|der|die|das|vom|des|de|del|la|le|el|du|da|do|di|the|my|your|our|its|mein\w?|mi|mon|mio|meu"
    r"|dhl|ups|fedex|hermes|dpd|gls|usps|time|placed|called|starting|marked|for|f[uü]r|para|pour|per)[^\w!?;]{1,4}){0,5}",
    re.IGNORECASE,
)
_IS = r"(?:is|was|are|as|ist|als|lautet|es|como|est|comme|è|é|come)"
_OWNED = (
    r"(?:(?:the|my|your|our|an?|its|die|der|das|mein\w?|dein\w?|ihr\w?|la|el|le|il|mi|su|mon|ma|mio|mia|o|a|meu|minha)"
    r"\s){0,2}"
)
_BEHIND = lazy_pattern(
    rf"\s?(?:\(\s?|=\s?|{_IS}\s{_OWNED})(?:(?P<reference>{_REFERENCE})|(?P<weaker>{_WEAKER}))(?![^\W_])", re.IGNORECASE
)
_CARD_BEHIND = lazy_pattern(rf"(?<![^\W_])(?:{_CARD})(?![^\W_])", re.IGNORECASE)
_UNIT = lazy_pattern(
    r"\s?(?:[kmgt]i?b(?:it|ps|yte)?s?|k?wh|minut\w{1,3}|mins?|sms|ms|steps|points?|punkte|stunden|hours)(?![^\W_])",
    re.IGNORECASE,
)
_AMOUNTS = lazy_pattern(
    r"(?<![^\W_])(?:usages?|consumption|readings?|verbrauch\w{0,8}|consumos?|consommations?|consumi|zählerst[aä]nde?)(?![^\W_])[^0-9\n]{0,24}\Z",
    re.IGNORECASE,
)


class Cue(Enum):
    """The meaning that the words beside a number give it."""

    CARD = "card"
    REFERENCE = "reference"
    WEAKER_REFERENCE = "weaker_reference"
    AMOUNTS = "amounts"
    NONE = "none"


_SAYS = {"reference": Cue.REFERENCE, "weaker": Cue.WEAKER_REFERENCE, "card": Cue.CARD}


def cue(text: str, start: int, end: int) -> Cue:
    """Returns what the words beside a number say it is: those attached to it, or a card's word near it."""
    before = text[max(0, start - _FAR) : start]
    amounts = _UNIT.match(text, end) or _AMOUNTS.search(before)
    for word in reversed(list(_WORDS.finditer(before))):
        said = _SAYS[word.lastgroup or ""]
        if said is Cue.CARD or _TIED.fullmatch(before, word.end()):
            return said
    if amounts:
        return Cue.AMOUNTS
    if behind := _BEHIND.match(text, end):
        return _SAYS[behind.lastgroup or ""]
    return Cue.CARD if _CARD_BEHIND.search(text, end, end + _NEAR) else Cue.NONE
