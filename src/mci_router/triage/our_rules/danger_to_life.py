"""Danger to life: somebody may die, by an emergency of the body or by violence that is happening now."""

PATTERNS = [
    r"\b(?:heart attack|having a stroke|overdos(?:e|ed|ing)|anaphyla\w+|ca(?:n'?t|nnot|n not) breathe|(?:not|stopped) breathing|unconscious|chest pains?)\b",
    r"\b(?:bleeding|choking|drowning|collapsed) (?:[^ .!?]+ ){0,3}(?:badly|out|heavily|floor|to death|not moving)\b|\bbleeding to death\b|\bnot waking up\b",
    r"\b(?:taken|took|take|swallowed|swallow) (?:[^ .!?]+ ){0,4}(?:pills|tablets|sleeping pills|painkillers|paracetamol|bleach)\b",
    r"\b(?:call|calling|need|get|send|dial|ring|reach|wait(?:ing)? for) (?:[^ .!?]+ ){0,4}(?:an ambulance|the ambulance|paramedics|the fire brigade|999|911)\b",
    r"\bcarbon monoxide\b|\bsmell(?:s|ing)? (?:of )?gas\b|\bgas leak\b|\b(?:house|flat|home|kitchen|building) is on fire\b",
    r"\b(?:herzinfarkt|schlaganfall|[uü]berdosis|bewusstlos|atmet nicht(?: mehr)?|keine luft mehr|bekomme? (?:\S+ )?keine luft|brustschmerzen|blutet stark|verblutet)\b",
    r"\b(?:alle|zu viele|viele|meine|schlaf)\w* ?(?:tabletten|pillen) (?:\S+ ){0,3}(?:genommen|geschluckt)\b|\b(?:tabletten|pillen) (?:\S+ ){0,3}(?:genommen|geschluckt)\b",
    r"\b(?:notarzt|rettungswagen|krankenwagen|feuerwehr)\b|\bgasgeruch\b|\bes riecht nach gas\b|\b(?:haus|wohnung|k[uü]che) brennt\b|\bkohlenmonoxid\b",
    r"\b(?:infarto|sobredosis|no (?:puedo|puede) respirar|inconsciente|se est[aá] muriendo|me estoy muriendo|ambulancia|fuga de gas|huele a gas)\b",
    r"\b(?:tomado|tom[eé]|tragado) (?:\S+ ){0,4}(?:pastillas|c[aá]psulas|somn[ií]feros)\b|\bcasa (?:est[aá] )?(?:en llamas|ardiendo)\b",
    r"\b(?:crise cardiaque|infarctus|overdose|surdose|inconsciente?|ne respire (?:plus|pas)|(?:n'arrive|arrive) (?:plus|pas) [àa] respirer|ambulance|samu|fuite de gaz)\b",
    r"\b(?:pris|aval[ée]) (?:\S+ ){0,5}(?:cachets|comprim[ée]s|m[ée]dicaments|pilules|somnif[èe]res)\b|\bmaison (?:\S+ )?(?:en feu|br[uû]le)\b|\bsent le gaz\b",
    r"\b(?:infarto|overdose|non respir[ao]|non riesc[oe] a respirare|svenut[oa]|sta morendo|sto morendo|ambulanza|fuga di gas|odore di gas)\b",
    r"\b(?:preso|ingoiato|prese) (?:\S+ ){0,5}(?:pillole|pastiglie|pasticche|compresse|sonniferi)\b|\bcasa (?:va|sta andando) a fuoco\b",
    r"\b(?:ataque card[ií]aco|enfarte|infarto|overdose|n[aã]o (?:consigo|consegue|estou a) respirar|desmaiad[oa]|inconsciente|ambul[aâ]ncia|fuga de g[aá]s|cheiro a g[aá]s)\b",
    r"\b(?:tomei|engoli|tomou) (?:\S+ ){0,5}(?:comprimidos|rem[eé]dios|p[ií]lulas|calmantes)\b|\bcasa (?:est[aá] )?(?:a arder|em chamas|pegando fogo)\b",
]
NOT_MEANT = [
    r"\bambulance (?:crew|service|staff|driver|discount|worker)s?\b|\b(?:discount|offer|tariff|deal)s? (?:[^ .!?]+ ){0,3}(?:ambulance|paramedics)\b"
]
_CLOSE = r"(?:he|she|they|ex|husband|wife|partner|boyfriend|girlfriend|stalker|father|dad|stepdad|son|neighbou?r)"
VIOLENCE_NOW = [
    (
        rf"\b{_CLOSE}(?:'s| is| are|'re) (?:[^ .!?]+ ){{0,3}}(?:at|outside|in front of|banging (?:on|at)|kicking(?: in| down)?|breaking (?:in|down|into|through)) "
        r"(?:my|the|our) (?:[^ .!?]+ )?(?:door|window|house|flat|home)\b"
    ),
    rf"\b{_CLOSE}(?:'s| is)? (?:[^ .!?]+ ){{0,2}}(?:trying to (?:get|break) in|going to (?:kill|hurt) (?:me|us))\b",
    r"\b(?:has|got|have|with|pulled|holding|waving) (?:a|the) (?:knife|gun|weapon|axe|machete)\b",
    r"\b(?:hitting|beating|choking|strangling|attacking|choked|strangled) (?:me|my (?:mum|mom|mother|kids?|child|children|son|daughter|sister))\b",
    r"\blocked (?:me|us) in (?:the|my|a) (?:room|house|flat|bathroom|cellar|basement)\b|\b(?:ca ?n'?t|cannot) leave the (?:house|flat)\b.{0,40}\b(?:he|she|him|husband|partner)\b",
    r"\bi(?:'m| am) hiding (?:[^ .!?]+ ){0,3}(?:from|in the|under)\b|\bhelp me please he\b",
    r"\b(?:er|sie|mein ex|mein mann|mein freund|mein vater|der stalker) (?:\S+ )?(?:steht|ist|schl[aä]gt|tritt|h[aä]mmert) (?:\S+ ){0,3}(?:vor der|vor meiner|an der|an die|gegen die|an meiner) (?:\S+ )?(?:t[uü]r|haust[uü]r|wohnungst[uü]r)\b",
    r"\bhat (?:ein|eine) (?:messer|pistole|waffe|axt)\b|\b(?:schl[aä]gt|w[uü]rgt|verpr[uü]gelt) (?:mich|meine|uns)\b|\bhat (?:mich|uns) eingesperrt\b|\bverstecke? mich (?:vor|im)\b",
    r"\best[aá] (?:\S+ ){0,3}(?:en la puerta|en mi puerta|fuera de casa|golpeando la puerta|aporreando)\b|\btiene (?:un|una) (?:cuchillo|pistola|arma)\b|\bme est[aá] (?:pegando|ahogando|golpeando)\b",
    r"\best (?:\S+ ){0,3}(?:devant ma porte|derri[èe]re la porte|[àa] ma porte)\b|\ba un (?:couteau|pistolet|fusil)\b|\b(?:il|elle) (?:me frappe|m'[ée]trangle|m'a enferm[ée]e?)\b",
    r"\b[eè] (?:\S+ ){0,3}(?:alla porta|davanti alla porta|sotto casa|fuori dalla porta)\b|\bha (?:un|una) (?:coltello|pistola|arma)\b|\bmi sta (?:picchiando|strangolando)\b|\bmi ha chius[oa] (?:in|a chiave)",
    r"\best[aá] (?:\S+ ){0,3}(?:[àa] (?:minha )?porta|na minha porta|[àa] porta de casa)\b|\btem uma (?:faca|arma|pistola)\b|\best[aá] (?:a|me) (?:bater-me|batendo|bater em mim|estrangular\w*)\b|\btrancou-me\b|\bme trancou\b",
]
