"""Minors: children who write, and children who are in danger."""

PATTERNS = [
    # An age at the end of what is said, or before "and": "I am 12 years a customer" is none.
    r"\bi(?:'?m| am) (?:only |just )?(?:[6-9]|1[0-7]) (?:years? old|yrs? old|y/?o)\b",
    r"\bi(?:'?m| am) (?:only |just |still )?(?:a minor|under ?age|a child|a kid)\b",
    r"\bgroom(?:ed|ing|s) (?:[^ .!?]+ ){0,3}(?:child\w*|minors?|kids?|daughter|son|girls?|boys?|teen\w*)",
    r"\b(?:child\w*|minors?|kids?|daughter|son|girl|boy|teen\w*) (?:[^ .!?]+ ){0,5}groomed\b",
    (
        r"\b(?:child|minor|kid|daughter|son|niece|nephew|pupil|girl|boy|teenager)s?\b (?:[^ .!?]+ ){0,6}(?:nudes?|naked|porn\w*|"
        r"explicit|sexual\w*|obscene|indecent|molest\w*|abused)\b"
    ),
    (
        r"\b(?:nudes?|naked|porn\w*|explicit|sexual\w*|obscene|indecent|abus\w+) (?:[^ .!?]+ ){0,6}(?:child(?:ren)?|minors?|kids?|"
        r"my daughter|my son|under ?age\w*|a girl|a boy)\b"
    ),
    r"\bchild (?:abuse|porn\w*|exploitation)\b|\bp(?:a?e)dophil\w+",
    r"\bich bin (?:erst )?(?:[6-9]|1[0-7])(?: jahre)?(?: alt\b| und\b|[,.!]|$)|\bich bin (?:noch )?minderj[aä]hrig|\bkinderporno\w*|\bkindesmissbrauch\w*",
    r"\bkindesmisshandlung",
    r"\btengo (?:solo )?(?:[6-9]|1[0-7]) a[ñn]os(?: y\b| de edad\b|[,.!]|$)|\bsoy menor de edad|\babuso (?:infantil|de menores)|\bpornograf[ií]a infantil",
    r"\bj'ai (?:seulement )?(?:[6-9]|1[0-7]) ans(?: et\b|[,.!]|$)|\bje suis mineure?\b|\bp[ée]dopornographi\w+|\bp[ée]dophil\w+",
    r"\babus (?:sur|d'une?|d') ?(?:mineure?s?|enfants?)",
    r"\b(?:my|our) (?:son|daughter|kid|child|boy|girl|grandson|granddaughter|little (?:one|brother|sister))\b (?:[^ .!?]+ ){0,14}(?:dirty|sexual|naked|nudes?|grown[- ]?up|stranger|groom\w*)\b",
    r"\bi ?'?m (?:only |just )?(?:[6-9]|1[0-7])(?: years?)?(?: (?:and|now)\b|[,.!]|$)",
    r"\b(?:asking|asks|asked|wants?|send) (?:[^ .!?]+ ){0,3}(?:for )?(?:[^ .!?]+ ){0,2}(?:pictures|pics|photos|nudes) (?:of (?:me|my|her|him)|from (?:me|my))",
    r"\b(?:sohn|tochter|kind|kinder|enkel\w*|m[aä]dchen|junge|sch[uü]ler\w*)\b (?:\S+ ){0,10}(?:nacktbilder|nackt\w*|pornos?|sexuell\w*|schmutzige?\w*|anz[uü]glich\w*|perverse?\w*|missbrauch\w*)",
    r"\b(?:nacktbilder|nacktfotos|sexuell\w*|anz[uü]gliche?\w*) (?:\S+ ){0,10}(?:sohn|tochter|kind|minderj[aä]hrig\w*)\b|\bcyber-?grooming\b",
    r"\bmi (?:hij[oa]|niet[oa]|ni[ñn][oa]|hermanit[oa])\b (?:\S+ ){0,12}(?:desnud\w+|sexual\w*|porno\w*|adulto|extra[ñn]o|fotos)|\b(?:ni[ñn]|menor)\w* (?:\S+ ){0,6}(?:desnud\w+|sexual\w*|abus\w+)",
    r"\b(?:mon fils|ma fille|mon enfant|mes enfants|mon petit[- ]fils)\b (?:\S+ ){0,12}(?:nues?|nus?|sexuel\w*|porno\w*|adulte|inconnu|photos)",
    r"\bho (?:solo )?(?:[6-9]|1[0-7]) anni(?: e\b|[,.!]|$)|\bsono minorenne\b|\bpedo(?:filo|filia|porno\w*)\b|\babus\w+ (?:su )?(?:minor\w*|bambin\w*)|\badescamento\b",
    r"\bmi[oa] (?:figli[oa]|nipote|bambin[oa]|fratellino|sorellina)\b (?:\S+ ){0,12}(?:nud[eio]|sessual\w*|porno\w*|adulto|sconosciut\w|foto)",
    r"\btenho (?:s[oó] |apenas )?(?:[6-9]|1[0-7]) anos(?: e\b|[,.!]|$)|\bsou menor(?: de idade)?\b|\bped[oó]fil\w+|\bpornografia infantil\b|\babuso (?:infantil|de menores)\b",
    r"\b(?:meu filho|minha filha|meu neto|minha neta|minha crian[cç]a|meus filhos)\b (?:\S+ ){0,12}(?:nu[as]?|nus|sexua\w*|porno\w*|adulto|estranho|fotos)",
    (
        r"\b(?:stranger|man|adult|grown[- ]?up|guy|he|someone|somebody)\b (?:[^ .!?]+ ){0,6}(?:meet|messag\w*|text\w*|writ\w*|ask\w*|contact\w*) (?:[^ .!?]+ ){0,2}"
        r"(?:my|our) (?:[6-9]|1[0-7])[ -]?(?:yo|y/o|years?[- ]old)\b"
    ),
    r"\b(?:sohn|tochter|kind|enkel\w*)\b (?:\S+ ){0,10}(?:gemobbt|fertig ?gemacht|bedroht)\b|\b(?:fils|fille)\b (?:\S+ ){0,10}harcel[ée]e?\b|\bhij[oa]\b (?:\S+ ){0,10}acosad[oa]\b",
]
PATTERNS += [
    # Who asks a child for pictures, in the order of other languages.
    r"\b(?:pide|piden|pidi[oó]|pidiendo|pede|pedem|pediu) (?:\S+ ){0,3}(?:fotos?|v[ií]deos?|selfies?) (?:\S+ ){0,5}(?:hij[oa]|niet[oa]|ni[ñn][oa]|filh[oa]|net[oa]|crian[cç]a)\b",
    r"\b(?:demande|r[ée]clame) (?:\S+ ){0,3}(?:photos?|vid[ée]os?) (?:\S+ ){0,5}(?:fils|fille|enfant|gamine?)\b|\b(?:chiede|chiedono|chiesto) (?:\S+ ){0,3}(?:foto|video) (?:\S+ ){0,5}(?:figli[oa]|bambin[oa]|nipote)\b",
    r"\b(?:fremder|ein (?:[^ .!?]+ )?(?:mann|typ)|erwachsener|unbekannter) (?:\S+ ){0,8}(?:tochter|sohn|enkel\w*|kind) (?:\S+ ){0,6}(?:bilder|fotos|treffen)\b",
    r"\b(?:desconocido|hombre|se[ñn]or|adulto) (?:\S+ ){0,6}(?:quedar|verse|chatea\w*|escrib\w+) (?:\S+ )?(?:con|a) mi (?:hij[oa]|niet[oa]|ni[ñn][oa])\b",
    r"\b(?:inconnu|homme|adulte) (?:\S+ ){0,6}(?:rencontrer|voir|[ée]crit [àa]|parle [àa]) (?:\S+ )?(?:mon fils|ma fille|mon enfant)\b|\b(?:sconosciuto|uomo|adulto|tizio) (?:\S+ ){0,6}(?:incontrare|vedere|scrive a) (?:\S+ )?mi[oa] (?:figli[oa]|nipote)\b",
    (
        r"\b(?:man|stranger|adult|guy|bloke|someone|somebody) (?:[^ .!?]+ ){0,5}(?:ask|beg|pressur|forc)\w* (?:my|our) (?:[^ .!?]+ )?(?:son|daughter|niece|nephew|"
        r"grandson|granddaughter|kid|child) (?:[^ .!?]+ ){0,4}(?:camera|cam|clothes|shirt|undress|pics?|pictures?|photos?|meet|secret|wearing)\b"
    ),
]
