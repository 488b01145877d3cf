"""Hardship: death in the family, illness, poverty, and people who cannot look after themselves."""

_FAMILY = (
    r"(?:husband|wife|partner|mother|mum|mom|mam|father|dad|son|daughter|brother|sister|nan|gran|grandma|grandmother|grandad|grandpa|grandfather|"
    r"uncle|aunt|parents?)(?:'?s)?"
)
_FAMILIE = r"(?:mann|ehemann|frau|ehefrau|mutter|mama|vater|papa|sohn|tochter|bruder|schwester|oma|opa|gro[sß]+mutter|gro[sß]+vater|partner(?:in)?|tante|onkel)"
PATTERNS = [
    rf"\b(?:my|our|his|her) (?:[^ .!?]+ )?{_FAMILY} (?:[^ .!?]+ ){{0,4}}(?:died|passed(?: away)?|is dead|has died|death)\b",
    rf"\blate {_FAMILY}\b|\bpassed away\b|\bbereave\w+|\bdeceased\b|\bwidow(?:ed|er|s)?\b|\bfuneral\b|\bdeath certificate\b|\bprobate\b",
    r"\b(?:dementia|alzheimer\w*|terminal(?:ly)? ill(?:ness)?|chemo\w*|hospice|cancer|intensive care|stillb\w+|miscarriage)\b|\bpower of attorney\b",
    r"\b(?:lost|losing) (?:my|his|her|our) (?:job|jobs|home|house|flat)\b|\bfood ?bank\b|\bhomeless\b|\bevict(?:ed|ion)\b|\bbailiffs?\b|\bbankruptcy\b|\bunemployed\b",
    (
        r"\b(?:ca ?n'?t|cannot|ca not|could ?n'?t|no money (?:for|to)|not enough (?:money )?(?:for|to)) (?:[^ .!?]+ ){0,3}(?:afford (?:[^ .!?]+ )?(?:food|rent|heating|to (?:eat|live))|"
        r"feed (?:my|the) (?:kids|children|family)|buy food|eat)\b"
    ),
    r"\b(?:either|between) (?:[^ .!?]+ ){0,5}(?:or|and) (?:[^ .!?]+ )?(?:food|rent|heating|eating|medicine)\b|\bor (?:food|eat|rent) this month\b|\bbetween (?:[^ .!?]+ )?(?:food|rent|heating|eating|medicine|medication|insulin) and\b",
    r"\b(?:fall|pendant|medical|care|personal|panic) alarms?\b|\b(?:dialysis|ventilator|pacemaker|oxygen (?:machine|concentrator|supply))\b",
    rf"\bmein\w* (?:\S+ )?{_FAMILIE} (?:\S+ ){{0,4}}(?:gestorben|verstorben|tot|verschieden)\b|\bverst(?:orben|arb)\w*|\bbeerdigung\b|\bsterbeurkunde\b|\bwitwe\w*\b|\btodesfall\b",
    r"\b(?:demenz|dement|alzheimer|krebs|chemotherapie|pflegeheim|hospiz|intensivstation|fehlgeburt|hausnotruf|beatmungsger[aä]t|dialyse)\b|\bbetreuer(?:in)? (?:von|meiner|f[uü]r)",
    r"\b(?:job|arbeit|arbeitsplatz|wohnung) verloren\b|\barbeitslos\w*|\bobdachlos\w*|\binsolvenz\b|\bgerichtsvollzieher\b|\bkein geld (?:\S+ ){0,3}(?:essen|miete|kinder)|\bb[uü]rgergeld\b|\btafel\b.{0,20}\bessen\b",
    r"\b(?:falleci[oó]|fallecid[oa]|difunt[oa]|viud[oa]|funeral|entierro|certificado de defunci[oó]n)\b|\bperd[ií] a mi\b",
    r"\b(?:c[aá]ncer|demencia|alzheimer|quimio\w*|discapacidad|enfermedad terminal)\b|\b(?:perd[ií]|perdido) (?:el|mi) (?:trabajo|empleo|casa)\b|\ben (?:el )?paro\b|\bno (?:tengo|me llega|llega) (?:\S+ ){0,3}(?:comer|comida|alquiler)\b",
    r"\b(?:ha muerto|muri[oó]|se (?:me )?muri[oó]|se ha muerto) (?:mi|el padre|la madre|nuestr)\S*|\bmi (?:\S+ )?(?:madre|padre|marido|mujer|esposa?|hij[oa]|herman[oa]|abuel[oa]|pareja|mam[aá]|pap[aá]) (?:\S+ ){0,3}(?:muri[oó]|muerto|muerta)\b",
    r"\b(?:d[ée]c[èe]s|d[ée]c[ée]d[ée]e?|veuve?|obs[èe]ques|enterrement|d[ée]funte?)\b|\bperdu (?:mon (?:mari|p[èe]re|fils|emploi|travail)|ma (?:femme|m[èe]re|fille))\b",
    r"\b(?:cancer|d[ée]mence|alzheimer|chimio\w*|handicap\w*|surendettement|ch[oô]mage|sans abri)\b|\bplus (?:\S+ )?(?:argent|de quoi) (?:\S+ ){0,3}(?:manger|loyer|enfants)\b",
    r"\b(?:mon|ma|notre|son|sa) (?:\S+ )?(?:mari|femme|p[èe]re|m[èe]re|fils|fille|fr[èe]re|soeur|grand-\S+|maman|papa|compagn\S+) (?:\S+ ){0,3}(?:est mort\w*|vient de mourir|nous a quitt\S+)",
    r"\b(?:mi[oa]|nostr[oa]) (?:\S+ )?(?:marito|moglie|padre|madre|mamma|pap[aà]|figli[oa]|fratello|sorella|nonn[oa]|compagn[oa]) (?:\S+ ){0,3}(?:mort[oa]|mancat[oa]|scompars[oa])\b",
    r"\b(?:decedut[oa]|defunt[oa]|vedov[oa]|funerale|lutto|certificato di morte)\b|\bperso (?:il lavoro|mio|mia|il posto|la casa)\b",
    r"\b(?:cancro|tumore|demenza|alzheimer|chemio\w*|disoccupat\w|invalid\w|senza tetto)\b|\bnon (?:ho|abbiamo) (?:\S+ ){0,3}(?:mangiare|affitto)\b",
    r"\b(?:faleceu|falecid[oa]|[oó]bito|vi[uú]v[oa]|funeral|luto)\b|\bperdi (?:o (?:meu )?(?:emprego|marido|pai|filho)|a (?:minha )?(?:m[aã]e|mulher|casa|filha))\b",
    r"\b(?:meu|minha|nosso|nossa) (?:\S+ )?(?:marido|mulher|esposa|pai|m[aã]e|filh[oa]|irm[aã]o?|av[oóô]|companheir[oa]) (?:\S+ ){0,3}(?:morreu|morto|morta|partiu)\b",
    r"\b(?:c[aâ]ncer|cancro|dem[eê]ncia|alzheimer|quimio\w*|desempregad[oa]|defici[eê]ncia|sem[- ]abrigo)\b|\bn[aã]o (?:tenho|temos) (?:\S+ ){0,3}(?:comer|comida|aluguel|renda)\b",
]
PATTERNS += [
    r"\b(?:i am|i'?m|he is|he'?s|she is|she'?s|(?:husband|wife|mother|mum|father|dad|son|daughter) is) (?:[^ .!?]+ )?(?:blind|deaf|paraly[sz]ed|housebound|bedridden|disabled)(?:$|[,.!?]| and\b| so\b)",
    r"\bexecutor (?:here|of|for)\b|\b(?:i am|i'?m|as) (?:the |an )?executor\b|\bwomen'?s (?:shelter|refuge)\b|\bfrauenhaus\b|\bcasa de acogida\b|\bfoyer (?:pour|de) femmes\b|\bcentro antiviolenza\b|\bcasa[- ]abrigo\b",
    r"\bvon uns gegangen\b|\bnicht mehr unter uns\b|\bis ?n'?t with us any ?more\b|\bno longer with us\b|\bwe buried\b|\blost (?:my|our) (?:mum|mom|mother|father|dad|husband|wife|partner|son|daughter|brother|sister)\b|\bdeceased\b",
    r"\b(?:bin|ist) (?:blind|geh[oö]rlos|gel[aä]hmt|bettl[aä]gerig)\b|\bsin trabajo\b|\bsans (?:emploi|travail)\b|\bsenza lavoro\b|\bsem (?:emprego|trabalho)\b",
]
PATTERNS += [r"\beat(?:ing)? (?:only )?once a day\b|\b(?:skip|skipping) meals\b"]

NOT_MEANT = [
    r"\bfuneral (?:suit|dress|scene|song|march)s?\b|\bcancer (?:charity|research|run|fundraiser|the star)\b|\bblack widow\b|\bwidow'?s peak\b"
]
