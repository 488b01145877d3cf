"""Danger to life: somebody may die, by an emergency of the body or by violence that is happening now."""

PATTERNS = [
    r"\b(?:heart attack|having a stroke|overdos(?:e|ed|ing)|anaphyla\w+|ca(?:n'?t|nnot|n not) breathe|(?:not|stopped) breathing|unconscious|chest pains?)\b",
    r"\b(?:bleeding|choking|drowning|collapsed) (?:[^ .!?]+ ){0,3}(?:badly|out|heavily|floor|to death|not moving)\b|\bbleeding to death\b|\bnot waking up\b",
    r"\b(?:taken|took|take|swallowed|swallow) (?:[^ .!?]+ ){0,4}(?:pills|tablets|sleeping pills|painkillers|paracetamol|bleach)\b",
    r"\b(?:call|calling|need|get|send|dial|ring|reach|wait(?:ing)? for) (?:[^ .!?]+ ){0,4}(?:an ambulance|the ambulance|paramedics|the fire brigade|999|911)\b",
    r"\bcarbon monoxide\b|\bsmell(?:s|ing)? (?:of )?gas\b|\bgas smell\b|\bgas leak\b|\b(?:house|flat|home|kitchen|building) is on fire\b",
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
# Things that burn, emergency calls that fail, people who do not move, children who swallow things.
_THING = r"(?:cable|wire|pole|mast|cabinet|router|modem|box|phone|charger|battery|socket|plug|adapter|hub|handset|laptop|tv|powerbank)"
_DING = r"(?:router|modem|handy|telefon|akku|ladeger[aä]t|netzteil|steckdose|box|fernseher|laptop|kabel)"
_KID = r"(?:baby|toddler|child|kid|son|daughter|boy|girl|grandson|granddaughter)"
PATTERNS += [
    rf"\b{_THING}s? (?:[^ .!?]+ ){{0,4}}(?:on fire|smoking|smokes|smoke|sparks?|sparking|burning|burns|caught fire|hissing|exploded|melting|melted)\b",
    r"\b(?:smoke|sparks|flames) (?:[^ .!?]+ ){0,3}(?:from|out of) (?:my|the|your|our)\b|\bsmells? (?:of |like )?(?:burnt|burning)\b|\bburning smell\b",
    rf"\b{_DING}s? (?:\S+ ){{0,4}}(?:brennt|raucht|qualmt|funken|schmort|explodiert|geschmolzen|verschmort)\b|\b(?:riecht|stinkt) (?:\S+ ){{0,2}}(?:verbrannt|verschmort|angebrannt)\b|\bes (?:brennt|qualmt)\b",
    r"\b(?:ech(?:a|ando)|sal(?:e|iendo)|suelta|soltando) (?:\S+ )?(?:humo|chispas|fuego)\b|\bhuele a quemado\b|\bse est[aá] (?:quemando|incendiando)\b|\ben llamas\b",
    r"\b(?:a |ont )?pri(?:s|t|se) feu\b|\bprend feu\b|\b(?:box|routeur|modem|prise|t[ée]l[ée]phone|batterie|c[aâ]ble|chargeur) (?:\S+ ){0,3}(?:fume|br[uû]le|[ée]tincelles|en feu)\b|\b(?:odeur de|sent le) br[uû]l[ée]",
    r"\b(?:fa|fanno|esce|escono|sta facendo) (?:\S+ )?(?:fumo|scintille|fiamme)\b|\bpres[oa] fuoco\b|\bprende fuoco\b|\b(?:puzza|odore) di bruciato\b",
    r"\b(?:deita\w*|solta\w*|sai|saindo) (?:\S+ )?(?:fumo|fuma[cç]a|fa[ií]scas)\b|\bpegou fogo\b|\bpegando fogo\b|\bcheir[oa] a queimado\b|\bcheiro de queimado\b",
    r"\b(?:999|911|112|emergency (?:number|calls?|line|services?)) (?:[^ .!?]+ ){0,2}(?:does ?n'?t|do ?n'?t|does not|do not|ca ?n'?t|cannot|wo ?n'?t|not|never) (?:[^ .!?]+ )?(?:work|working|connect|connecting|go through|reach|answer)",
    r"\b(?:ca ?n'?t|cannot|could ?n'?t) (?:reach|call|dial|ring|get through to) (?:999|911|112|the emergency)\b|\b(?:notruf|112|110) (?:\S+ ){0,4}(?:geht (?:\S+ ){0,3}nicht|funktioniert (?:\S+ ){0,3}nicht|nicht erreichbar|nicht erreichen)\b|\bgeht (?:\S+ ){0,3}(?:notruf|112) nicht\b",
    r"\b(?:112|911|999|15|18|118|113|190|192) (?:no|non|n[aã]o|ne) (?:funciona|contesta|conecta|funzionan?o?|risponde|r[ée]pond|fonctionne|marche|passe|atende|conecta|liga)\b",
    r"\b(?:fell|fallen|collapsed|fainted|passed out)\b.{0,40}(?:not|n't|nt) (?:mov|breath|wak|getting up)\w*|\b(?:umgefallen|gest[uü]rzt|zusammengebrochen)\b.{0,40}\b(?:bewegt sich nicht|atmet|reagiert nicht|ansprechbar)\b",
    r"\b(?:madre|padre|mam[aá]|pap[aá]|hij[oa]|abuel[oa]|marido|mujer) (?:\S+ )?(?:se (?:ha )?ca(?:y[oó]|[ií]do)|se (?:ha )?desmay\w+)\b.{0,40}\bno (?:se mueve|responde|respira|despierta)\b|\bno (?:se mueve|respira|despierta)\b.{0,20}\b(?:madre|padre|hij[oa])\b",
    r"\b(?:m[èe]re|p[èe]re|mari|femme|fils|fille|grand-\S+|maman|papa) (?:\S+ )?(?:est (?:tomb|[ée]vanoui)\S*|s'est [ée]vanoui\S*)\b.{0,40}\bne (?:r[ée]pond|bouge|respire|se r[ée]veille)\b",
    r"\b(?:madre|padre|mamma|pap[aà]|nonn[oa]|figli[oa]|marito|moglie) (?:\S+ )?[eè] (?:cadut|svenut)[oa]\b.{0,40}\bnon (?:si muove|risponde|respira|si sveglia)\b|\b(?:m[aã]e|pai|av[oóô]|filh[oa]|marido|mulher) (?:\S+ )?(?:caiu|desmaiou)\b.{0,40}\bn[aã]o (?:se mexe|responde|respira|acorda)\b",
    r"\b(?:cargador|enchufe|adaptador|cable|router|m[oó]dem) (?:\S+ )?se (?:ha )?derret\w+|\b(?:chargeur|prise|adaptateur|c[aâ]ble|box) (?:\S+ )?a fondu\b|\b(?:caricatore|presa|alimentatore|cavo) (?:\S+ )?si [eè] (?:fus|sciolt)[oa]\b|\b(?:carregador|tomada|cabo|adaptador) (?:\S+ )?derreteu\b",
    rf"\b{_KID} (?:[^ .!?]+ ){{0,3}}swallowed\b|\b(?:baby|kind|sohn|tochter|kleine[rn]?) (?:\S+ ){{0,8}}verschluckt\b|\b(?:beb[eé]|ni[ñn][oa]|hij[oa]) (?:\S+ ){{0,3}}tragad?[oó]\b|\b(?:b[ée]b[ée]|enfant|fils|fille) (?:\S+ ){{0,3}}aval[ée]|\b(?:bambin[oa]|figli[oa]) (?:\S+ ){{0,3}}ingoiato\b|\b(?:beb[eêé]|crian[cç]a|filh[oa]) (?:\S+ ){{0,3}}engoliu\b",
    r"\blocked (?:me |us )?in (?:the |a )?(?:boot|trunk|car boot)\b|\b(?:bottle|box|packet|bunch) of (?:sleeping )?(?:pills|tablets)\b",
]
# What people say in a few words, who have no time for more.
_WHO = r"(?:he|she|i|they|baby|toddler|child|kid|son|daughter|boy|girl|mum|mom|dad|mother|father|husband|wife|nan|gran|grandma|grandad|grandpa|friend|neighbou?r|brother|sister)"
_WER = r"(?:kind|baby|sohn|tochter|er|sie|mann|frau|mutter|vater|mama|papa|oma|opa|ich|freundin|freund|nachbar\w*)"
_QUIEN = r"(?:hij[oa]|beb[eé]|ni[ñn][oa]|madre|padre|mam[aá]|pap[aá]|marido|mujer|abuel[oa]|herman[oa])"
_QUI = r"(?:fils|fille|b[ée]b[ée]|enfant|m[èe]re|p[èe]re|maman|papa|mari|femme|grand-\S+|il|elle)"
_CHI = r"(?:figli[oa]|bambin[oa]|neonat[oa]|nonn[oa]|mamma|madre|pap[aà]|padre|marito|moglie)"
_QUEM = r"(?:filh[oa]|beb[eê]|crian[cç]a|m[aã]e|pai|marido|mulher|av[oóô]|irm[aã]o?)"
_ROOM = r"(?:kitchen|house|flat|home|building|bedroom|bathroom|living room|garage|basement|attic|office|hallway|stairwell|wall)"
PATTERNS += [
    r"\b(?:is|was|are)n'?t breathing\b|\bon the (?:floor|ground)\b.{0,30}\b(?:not|\w+n'?t) (?:mov|breath|wak|respond)\w*|\bca ?n'?t wake (?:him|her|my \w+)(?:$|[ ,.!?])",
    rf"\b(?:{_WHO}|lips)(?:'s| is| has| are|'ve)? (?:turn(?:ed|ing|s)|going|gone|went) blue\b",
    rf"\b{_WHO}(?:'s|'m| is| am| are)? (?:just |now )?choking(?:$|[,.!?]| on (?:a|an|his|her|something|food))|\bhaving a seizure\b",
    r"\b(?:been|was|got) (?:just )?(?:stabbed|poisoned)(?:$|[,.!?]| by| and| with| in (?:the|my) (?:chest|neck|leg|arm|stomach))|\b(?:taken|took|swallowed) (?:all|too many|every one of|a whole \w+ of|the whole \w+ of) (?:of )?(?:my |his |her |the )?(?:meds|medication|medicine)\b",
    rf"\bburst into flames\b|\b(?:a|there'?s|there is) fire (?:in|at) (?:my|our|the) {_ROOM}\b|\b(?:my|our|the) (?:oven|curtains?|sofa|bed|car|wall|{_ROOM}) (?:is|are) (?:on fire|burning)\b",
    r"\bhier brennt(?:'?s| es)\b|\b(?:wohnung|haus|k[uü]che|zimmer|keller|dach|auto|garage) steht in (?:flammen|brand)\b|\briecht (?:\S+ ){0,3}nach gas\b|\bliegt (?:\S+ ){0,3}boden\b.{0,30}\b(?:reagiert|bewegt|antwortet|atmet)\b",
    rf"\b{_WER} (?:\S+ )?erstickt?e?(?:$|[ ,.!])|\bbekommt keine luft\b|\b(?:ganze|alle|komplette) (?:packung|schachtel|tabletten\w*|pillen) (?:\S+ ){{0,3}}(?:genommen|geschluckt|intus)\b",
    rf"\b{_QUIEN} (?:\S+ )?no respira\b|\bno respira(?:$|[,.!])|\bhay (?:un )?(?:incendio|fuego) (?:en|dentro)\b|\b{_QUIEN} (?:\S+ )?se (?:est[aá] )?(?:ahoga(?:ndo)?|asfixia(?:ndo)?|atragant\w+)",
    rf"\by ?'?a (?:le feu|un incendie)\b|\b(?:le feu|incendie) (?:dans|chez) (?:l'|ma |mon |la |le |notre )?(?:appart\w*|maison|cuisine|immeuble|chambre|salon|moi|nous)\b|\b{_QUI} (?:\S+ )?s'[ée]touffe\b",
    rf"\b(?:c'|v')?[eèé] (?:scoppiato )?un incendio\b|\b(?:casa|cucina|camera|appartamento) (?:[eè] )?in fiamme\b|\b{_CHI} (?:\S+ )?(?:sta soffocando|soffoca|si soffoca)\b",
    rf"\b{_QUEM} (?:\S+ )?n[aã]o (?:est[aá] (?:a )?)?respira(?:r|ndo)?\b|\bn[aã]o (?:est[aá] (?:a )?)?respira(?:$|[,.!])|\bh[aá] (?:um )?(?:inc[eê]ndio|fogo) (?:em|na|no)\b|\b{_QUEM} (?:\S+ )?(?:est[aá] )?(?:engasgad[oa]|a sufocar|sufocando)\b",
    rf"\b(?:blood everywhere|(?:so much|lots of|a lot of) blood)\b|\b{_WHO}(?:'s|'m| is| am| are)? (?:still )?bleeding(?:$|[,.!?]| a lot| everywhere| and| from)|\bjust had a stroke(?:$|[,.!?]| i| and)|\bhad a stroke (?:i think|just now|right now|now)\b",
    rf"\b{_WER} (?:\S+ )?(?:bewegt sich nicht|r[uü]hrt sich nicht|wacht nicht (?:mehr )?auf)\b|\b(?:kommt|steigt|dringt|quillt) (?:\S+ ){{0,2}}rauch\b|\brauch (?:\S+ )?(?:kommt|dringt|steigt|[uü]berall)\b|\b[uü]berall (?:ist )?rauch\b",
    r"\b(?:casa|piso|cocina|edificio) se (?:est[aá] )?(?:quema(?:ndo)?|incendia(?:ndo)?)\b|\bhumo (?:\S+ )?(?:en (?:mi|la|el) (?:casa|piso|cocina|edificio|escalera|habitaci[oó]n)|por todas partes|por todos lados)\b",
    r"\ba une (?:arme|hache)\b|\bfum[ée]e (?:partout|dans (?:l'|la |le |ma |mon )(?:appart\w*|maison|cuisine|immeuble|couloir|escalier|cage))|\bplein de fum[ée]e\b",
    rf"\b{_CHI} (?:\S+ )?non (?:si sveglia|si muove)\b|\bfumo (?:ovunque|dappertutto|in casa|in cucina)\b|\bpieno di fumo\b|\b{_QUEM} (?:\S+ )?n[aã]o (?:se mexe|acorda)\b|\b(?:fumo|fuma[cç]a) (?:por todo (?:o )?lado|por toda a? ?parte|em casa|na cozinha)",
]
# What of ours endangers others, and pills that are counted.
PATTERNS += [
    r"\bgas (?:is |keeps )?(?:coming|leaking|escaping|hissing|pouring)\b|\bgas (?:tritt|str[oö]mt|kommt) (?:\S+ ){0,3}aus\b",
    r"\b(?:power|electric|live|bare) (?:line|cable|wire)s? (?:(?:is|are|has|have|been|just|came|come) ){0,3}(?:down|fell|fallen|hanging|(?:lying )?(?:on|across) (?:the|my|our) (?:ground|road|street|pavement|grass|garden))\b",
    r"\b(?:took|taken|swallowed|ate) (?:[^ .!?]+ ){0,2}[1-9][0-9]+ (?:[^ .!?]+ ){0,2}(?:ibuprofen|paracetamol|aspirin|tramadol|xanax|valium|diazepam|codeine|oxycodone|mg)\b",
    r"\b(?:hay|salen) (?:\S+ )?(?:chispas|humo|llamas)\b|\bil y a (?:\S+ )?(?:des [ée]tincelles|de la fum[ée]e|des flammes)\b|\bci sono (?:\S+ )?(?:scintille|fiamme)\b|\bh[aá] (?:\S+ )?(?:fa[ií]scas|chamas)\b",
]
# Said of what is seen, not of what it is.
PATTERNS += [
    r"\bbomb (?:in|under|at|inside) (?:the|my|our|your|this) (?:house|building|school|station|shop|store|train|bus|car|office|street|flat|mall)\b",
    rf"\b{_WHO} (?:is |are |lies |lying |'s )?(?:lying )?on the (?:floor|ground)\b.{{0,30}}\b(?:not|\w+n'?t) (?:answer|react|talk|speak)\w*",
    rf"\b{_WHO} (?:has |just |have )?(?:fell|fallen|collapsed|fainted)\b.{{0,60}}\b(?:emergency|alarm|panic) (?:button|call|pendant|cord)\b",
]

NOT_MEANT = [
    r"\b(?:licht|lampe|led|leuchte|l[aä]mpchen) (?:\S+ ){0,5}brennt\b|\bbrennt (?:\S+ ){0,3}(?:licht|lampe|led|leuchte|l[aä]mpchen|rot|gr[uü]n|orange|gelb|blau|wei[sß]+)\b",
    r"\bgas leak (?:sensor|detector)s?\b|\bsmoke tests?\b|\bburning (?:cds?|dvds?|discs?)\b",
    r"\bambulance (?:crew|service|staff|driver|discount|worker)s?\b|\b(?:discount|offer|tariff|deal)s? (?:[^ .!?]+ ){0,3}(?:ambulance|paramedics)\b",
]
_CLOSE = r"(?:he|she|they|ex|husband|wife|partner|boyfriend|girlfriend|stalker|father|dad|stepdad|son|neighbou?r)"
VIOLENCE_NOW = [
    (
        rf"\b{_CLOSE}(?:'s| is| are|'re) (?:[^ .!?]+ ){{0,3}}(?:at|outside|in front of|banging (?:on|at)|kicking(?: in| down)?|breaking (?:in|down|into|through)) "
        r"(?:my|the|our) (?:[^ .!?]+ )?(?:door|window|house|flat|home)\b"
    ),
    rf"\b{_CLOSE}(?:'s| is)? (?:[^ .!?]+ ){{0,2}}(?:trying to (?:get|break) in|going to (?:kill|hurt) (?:me|us))\b",
    r"\b(?:has|got|have|with|pulled|holding|waving) (?:a|the) (?:knife|gun|weapon|axe|machete)\b",
    r"\b(?:trying to break|breaking) in(?:to)? (?:my|our) (?:house|flat|home|apartment)\b|\b(?:he|she|dad|father|husband|man|neighbou?r|boyfriend|someone|somebody)(?:'s| is) (?:hitting|strangling|stabbing|choking|raping) (?:her|him|us)\b|\ben train de me (?:frapper|battre|violer|poignarder|[ée]trangler)\b",
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
