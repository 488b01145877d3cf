"""Postal addresses, as people of six countries and more write them. Pure.

Only for texts that become public: one street too many is better than one too few.
"""

import re
from collections.abc import Iterator

from mci_router.patterns import lazy_pattern

_CAP = r"[A-ZÀ-ÖØ-Þ][\w'’-]{1,30}"
_NO = r"(?:n\.?\s?[°o]?\.?\s?)?[0-9]{1,5}(?:\s?[a-zA-Z](?![\w]))?"
_STREET = (
    r"(?:street|str|st|road|rd|lane|ln|avenue|ave|drive|dr|close|court|ct|way|place|pl|square|sq|terrace|crescent|cres|gardens|grove|hill|mews|row|walk|boulevard"
    r"|blvd|highway|hwy|parkway|pkwy|circle|quay|wharf|green|park|view|rise|alley|gate)"
)
_SURELY_STREET = (
    r"(?:street|road|rd|lane|ln|avenue|ave|crescent|terrace|gardens|grove|mews|boulevard|blvd|parkway|highway)"
)
_STREET_NAMED = (
    r"(?:Street|Road|Lane|Avenue|Drive|Close|Crescent|Terrace|Gardens|Grove|Mews|Boulevard|Parkway|Rd|Ave|Ln|Blvd)"
)
_NO_NAME = (
    r"(?!(?:the|a|an|on|in|of|per|my|your|our|at|to|and|or|is|it|no|"
    r"days?|hours?|minutes?|weeks?|months?|years?|times?|gb|mb)\b)"
)
_GERMAN = (
    r"(?:stra(?:ß|ss)e|str\.?|weg|gasse|allee|platz|ring|damm|ufer|chaussee|steig|stieg|pfad|"
    r"kamp|winkel|graben|hof|berg)"
)
_ARTICLE = (
    r"(?:(?:de|del|della|dello|dei|degli|delle|di|da|do|dos|das|du|des|d['’]|l['’]|"
    r"la|le|les|los|las|el|san|santa|são|sainte?)[\s-]?){0,3}"
)
_NAMED = rf"{_ARTICLE}[\w'’.-]{{2,30}}(?:\s{_ARTICLE}[A-ZÀ-ÖØ-Þ][\w'’.-]{{1,30}}){{0,3}}"

_NO_UNIT = (
    r"(?!(?:Euro|EUR|Mal|Minuten|Stunden|Schritte|Punkte|Kunden|MB|GB|TB|KB|Mbit|Nutzer|Leute|Menschen|Januar|Uhr)\b)"
)

_ANY_CASE = (
    rf"(?<![\w.])[0-9]{{1,5}}[a-z]?(?:\s?[-/]\s?[0-9]{{1,4}}[a-z]?)?,?\s(?:{_NO_NAME}[^\W\d_][\w'’-]{{1,30}}\s){{1,2}}{_SURELY_STREET}(?!\w)\.?",
    rf"(?<!\w)(?:calle|c/|avenida|avda\.?|plaza|pza\.?|paseo|carretera|camino|traves[ií]a)\s?{_NAMED},?\s{_NO}",
    rf"(?<!\w)[0-9]{{1,4}}\s?(?:bis|ter)?,?\s?(?:rue|avenue|av\.|boulevard|bd|place|chemin|impasse|all[ée]e|route|quai|cours|square)\s{_NAMED}",
    rf"(?<!\w)(?:rue|chemin|impasse)\s(?:de|du|des|d['’])\s?{_NAMED}(?:,?\s{_NO})?",
    rf"(?<!\w)(?:viale|piazza|p\.zza|corso|vicolo|largo|contrada|rua|travessa|pra[cç]a|alameda|rodovia|estrada)\s{_NAMED},?\s{_NO}",
    rf"(?<!\w)[^\W\d_]{{2,30}}(?:stra(?:ß|ss)e|str\.|gasse|allee|chaussee)(?:\s?{_NO})?(?!\w)",
    r"(?<!\w)(?:p\.?\s?o\.?\s?box|postfach|apartado(?:\sde\scorreos)?|bo[iî]te\spostale|b\.?p\.?|casella\spostale|caixa\spostal)\s?[0-9]{1,8}(?:\s[0-9]{2,4})?",
    r"(?<!\w)(?:flat|room|apt|apartment|unit|suite|zimmer|wohnung|whg|piso|puerta|planta|appartement|appt|chambre|apartamento|apto|habitaci[oó]n|interno|scala|quarto"
    r"|andar|bloco|house|haus|hausnummer|house\snumber|stra(?:ß|ss)ennummer)\.?\s?(?:no\.?|nr\.?|number|n[°o]|\#)?\s?[0-9]{1,4}\s?[a-z]?(?!\w)",
    r"(?<!\w)(?:post\s?codes?|postal\scodes?|zip(?:\scodes?)?|plz|postleitzahl|codes?\spostal(?:es)?|c[oó]digos?\sposta(?:l|is))\W{0,3}(?:(?:is|ist|es|est|è|é)\s)?"
    r"(?P<value>(?=[A-Za-z]{0,2}[0-9])[0-9A-Za-z]{2,5}[\s-]?(?:[0-9][0-9A-Za-z]{2,3})?)(?!\w)",
)
_AS_WRITTEN = (
    rf"(?<![\w.])[0-9]{{1,5}}[A-Za-z]?,?\s(?:{_CAP}\s){{1,4}}(?:{_STREET}|{_STREET.title()})(?!\w)\.?",
    rf"(?<!\w)(?:{_CAP}\s){{1,3}}{_STREET_NAMED}(?!\w)",
    rf"(?<!\w)[A-ZÄÖÜ][\w-]{{1,30}}{_GERMAN}\s{_NO}(?!\w)",
    rf"(?<!\w)(?:[A-ZÄÖÜ][\w-]{{1,30}}\s){{1,2}}(?:Straße|Strasse|Str\.?|Weg|Gasse|Allee|Platz|Ring|Damm|Ufer)\s{_NO}(?!\w)",
    rf"(?<!\w)(?:[Aa]m|[Aa]n\sde[rn]|[Ii]m|[Ii]n\sde[rn]|[Aa]uf\sde[rmn]|[Zz]u[mr]|[Bb]eim|[Uu]nter\sden|[Vv]or\sde[mr])(?:\s[A-ZÄÖÜ][\wäöüß-]{{2,30}}){{1,2}}\s{_NO}(?!\w)",
    rf"(?<!\w)[Vv]ia\s{_ARTICLE}{_CAP}(?:\s{_CAP}){{0,3}},?\s{_NO}(?!\w)",
    r"(?<!\w)(?:[A-Z]{1,2}[0-9][A-Z0-9]?\s?[0-9][ABD-HJLNP-UW-Z]{2})(?!\w)",  # United Kingdom
    rf"(?<!\w)(?:(?:D|A|CH|F|I|E|P)-)?[0-9]{{5}}\s{_NO_UNIT}{_CAP}(?:[\s-]{_CAP}){{0,2}}",
    rf"(?<!\w)(?:A|CH|B|L|DK)-[0-9]{{4}}\s{_CAP}|,\s?[0-9]{{4}}\s{_NO_UNIT}{_CAP}",
    rf"(?<!\w)(?:{_CAP},?\s)?[A-Z]{{2}}\s[0-9]{{5}}(?:-[0-9]{{4}})?(?!\w)",  # United States
    r"(?<!\w)(?:CAP|CEP)\W{0,3}(?P<value>[0-9]{5}(?:-?[0-9]{3})?)(?!\w)",
    r"(?<!\w)[0-9]{4}\s?(?!MB|GB|TB|KB|KW|HD|UK|US|EU|OK)[A-Z]{2}(?!\w)",  # Netherlands
    # Portugal, Brazil.
    rf"(?<![\w-])[0-9]{{4}}-[0-9]{{3}}(?:\s{_CAP})?(?![\w-])|(?<![\w-])[0-9]{{5}}-[0-9]{{3}}(?![\w-])",
)
_FORMS = (lazy_pattern("|".join(_ANY_CASE), re.IGNORECASE), lazy_pattern("|".join(_AS_WRITTEN)))


def postal_address_spans(text: str) -> Iterator[tuple[int, int]]:
    """Yields the spans of streets with a number, post codes, post boxes and the numbers of flats and rooms."""
    for form in _FORMS:
        for match in form.finditer(text):
            yield match.span("value") if match.groupdict().get("value") else match.span()
