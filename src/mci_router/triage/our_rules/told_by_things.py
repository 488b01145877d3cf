"""Dangers that people tell by what stands beside them: an alarm that beeps, smoke, a medical aid that is silent, a face
that hangs. In English, German, Spanish, French, Italian and Portuguese; other languages have them in their own files.
"""

_FAILS = (
    r"(?:does ?n'?t|does not|did ?n'?t|is ?n'?t|is not|wo ?n'?t|not|stopped|no longer|cut off|dead|down|useless|fail(?:s|ed|ing)?|"
    r"geht|gehen|funktioniert|funktionieren|tot|stumm|no|ne|plus|non|n[aã]o|deixou|dej[oó]|smesso|ca[ií]d[ao]|averiad[ao]|panne|guasto)"
)
_BEEPS = (
    r"(?:beep(?:s|ing)?|going off|goes off|went off|gone off|sound(?:s|ing)|ring(?:s|ing)|scream(?:s|ing)?|alarming)"
)

DANGER_TO_LIFE = [
    rf"\b(?:co|monoxide) (?:alarm|detector|sensor|monitor|meter)s? (?:[^ .!?]+ ){{0,4}}{_BEEPS}\b|\bco alarm\b.{{0,60}}\b(?:headaches?|dizzy|sick)\b",
    r"\b(?:alarm|detector|monitor|display) (?:[^ .!?]+ ){0,4}(?:says|shows|reads) (?:[^ .!?]+ )?(?:co|carbon monoxide|gas)(?:$|[ ,.!?])",
    r"\b(?:co|kohlenmonoxid)[- ]?(?:melder|warner|alarm)\w* (?:\S+ ){0,4}(?:piep\w*|schl[aä]gt|losgegangen|los|schrillt|heult)\b",
    r"\bmon[oó]xido\b.{0,30}\b(?:pita\w*|suena|sonando|sonar|pitar|apitar|salt[oó]|saltado|apita\w*|toca|tocar|disparou)\b",
    r"\bmonoxyde\b.{0,30}\b(?:sonne|sonn[ée]|bipe|hurle|d[ée]clench\w*)|\bmonossido\b.{0,30}\b(?:suona|suonando|fischia|scattato)\b",
    r"\b(?:is|are|was|keeps|started|starts|it's) (?:now |all )?(?:sparking|smou?ldering)\b|\ba sair (?:\S+ )?(?:fumo|fuma[cç]a|fa[ií]scas)\b",
    # A stroke, or a child without strength.
    r"\b(?:face|mouth) (?:[^ .!?]+ ){0,4}(?:droop(?:s|ing|ed)?|hang(?:s|ing)? (?:down|on one side))\b|\b(?:slurr(?:s|ing|ed) (?:his|her|my|their)|speech (?:is|was|has gone) slurred)\b",
    r"\b(?:can ?not|ca ?n'?t|cannot) feel (?:his|her|my|their|one) (?:[^ .!?]+ )?(?:arms?|face|legs?|side)\b",
    r"\b(?:baby|toddler|newborn|child|he|she)(?:'s| has| is| went| goes)? (?:just |suddenly )?(?:gone |going )?(?:all |completely )?(?:floppy|limp|lifeless|unresponsive)\b",
    r"\b(?:mundwinkel|gesicht)\w* (?:\S+ ){0,3}h[aä]ngt\b|\b(?:er|sie|papa|mama|oma|opa|mann|frau|vater|mutter) (?:\S+ )?(?:lallt|ist ganz schlaff)\b",
    r"\b(?:cara|boca) (?:\S+ ){0,2}torcida\b|\bboca (?:\S+ )?torta\b|\bbouche (?:\S+ )?de travers\b|\bbocca (?:\S+ )?storta\b",
]
HARDSHIP = [
    rf"\b(?:(?:emergency|panic|sos|alarm) button|(?:emergency|panic|sos|alert|alarm|help) (?:pendant|bracelet|wristband|cord|necklace))s?\b.{{0,40}}\b{_FAILS}\b",
    r"\b(?:hausnotruf|notrufarmband|notrufknopf|pflegenotruf)\w*\b",
    rf"\b(?:teleasistencia|t[ée]l[ée]-?(?:alarme|assistance)|telesoccorso|teleassist[eê]ncia)\b.{{0,50}}\b{_FAILS}\b",
    rf"\b(?:bot[oó]n|pulsador|bot[aã]o|bouton|pulsante) (?:de |d'|di )?(?:emergencia|emerg[eê]ncia|p[aá]nico|p[aâ]nico|urgence|emergenza|sos)\b.{{0,50}}\b{_FAILS}\b",
]
