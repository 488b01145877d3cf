"""A wish for a person: the customer asks for one. Other languages are in `person_elsewhere`."""

ONE = (
    r"(?:person|human|humans|agent|adviser|advisor|representative|rep|employee|operator|colleagues?|manager|supervisor|someone|somebody|staff|"
    r"people|lady|gentleman|man|woman|member of staff|team member|consultant|real one)"
)

PATTERNS = [
    (
        r"\b(?:speak|talk|chat|speaking|talking|write|connect(?: me)?|connected|transfer(?:red)?(?: me)?|put me through|pass me|"
        rf"through|escalate(?: this)?) (?:[^ .!?]+ )?(?:to|with|on to) (?:[^ .!?]+ ){{0,4}}{ONE}\b"
    ),
    r"\b(?:real|actual|live|proper) (?:live )?(?:person|human|agent|people|humans|operator|one)\b",
    r"\bhuman (?:being|agent|please|help|support|now)\b",
    r"^(?:[^ ]+ ){0,2}(?:person|human|agent|operator|representative|advisor|adviser)\b[ ,.!?]*(?:please|pls|now)?[ .!?]*$",
    (
        r"\b(?:need|want|give me|get me|get|like|prefer|fetch me) (?:a |an |the |to (?:see|reach) (?:a |"
        r"an )?)(?:[^ .!?]+ ){0,2}(?:person|human|agent|operator|representative|employee|manager|supervisor)\b"
    ),
    r"\b(?:no|not|stop|without|hate|are you|is this|talking to|talk to|with|speak to|your) (?:[^ .!?]+ ){0,2}(?:chat)?(?:ro)?bots?\b",
    r"\b(?:call|ring|phone) me(?: back)?\b|\b(?:call|ring|phone) me back\b|\bring me\b|\bis (?:there )?any(?:one|body) (?:there|here)\b",
    rf"\bis there (?:a |an |any)?{ONE}\b",
    r"\b(?:number|phone|where|line) (?:[^ .!?]+ ){0,6}(?:a |to a )?(?:person|human) (?:answers|picks up)",
    (
        r"\bmit (?:\S+ ){0,3}(?:menschen|mitarbeiter(?:in)?|person|berater(?:in)?|jemand(?:em)?|agenten|kolleg\w+|vorgesetzten)"
        r" (?:\S+ ){0,2}(?:sprechen|reden|verbinden|chatten|telefonieren|verbunden)"
    ),
    r"\b(?:echte[nr]?|richtige[nr]?|lebende[nr]?) (?:mensch(?:en)?|person|mitarbeiter)\b|\brufen sie mich",
    r"\bkein(?:en)? (?:ro|chat)?bot\b",
    r"\b(?:mensch(?:en)?|person|mitarbeiter(?:in)?|berater(?:in)?),? bitte\b",
    (
        r"\b(?:möchte|will|brauche|hätte gern|verlange) (?:bitte |lieber |sofort |jetzt )?(?:einen|eine|mit einem|mit einer) "
        r"(?:echten? |richtigen? )?(?:mensch(?:en)?|person|mitarbeiter(?:in)?|berater(?:in)?)\b"
    ),
    (
        r"\b(?:hablar|comunicarme|contactar|chatear|ponme|p[aá]seme) (?:\S+ )?con (?:\S+ ){0,2}(?:persona|agente|humano|alguien|"
        r"operador[a]?|asesor[a]?|representante|responsable|supervisor[a]?)\b"
    ),
    r"\bpersona (?:real|de verdad)\b|\bagente humano|\bll[aá](?:me|men)me\b",
    r"\b(?:una persona|un (?:humano|agente|operador|asesor)|una (?:agente|operadora|asesora)),? por favor\b",
    (
        r"\b(?:quiero|necesito|prefiero|quisiera|p[aá]senme|p[oó]ngame) (?:con )?(?:a )?(?:una persona|un ser humano|"
        r"un (?:humano|operador|asesor)|una (?:operadora|asesora))\b"
    ),
    (
        r"\b(?:parler|discuter|[ée]changer|communiquer) (?:\S+ )?(?:à|a|avec) (?:\S+ ){0,2}(?:personne|humain|conseill[eè]re?|agent|"
        r"quelqu'un|op[ée]rat\S+|responsable)\b"
    ),
    (
        r"\b(?:une personne|un (?:humain|conseiller|agent|op[ée]rateur)|une conseill[eè]re),? "
        r"(?:s'il (?:vous|te) pla[iî]t|svp|stp)\b"
    ),
    (
        r"\b(?:je veux|je voudrais|je pr[ée]f[eè]re|j'aimerais|il me faut|passez[- ]moi) (?:\S+ )?(?:une personne|"
        r"un (?:humain|conseiller|op[ée]rateur)|une conseill[eè]re|quelqu'un)\b"
    ),
    r"\b(?:vraie personne|[eê]tre humain|personne r[ée]elle|vrai humain)\b|\brappelez[- ]moi|\bpas (?:un|à un|de) (?:ro)?bot",
]
