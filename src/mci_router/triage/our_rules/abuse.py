"""Abuse: threats, stalking, harassment, and control by somebody close."""

PATTERNS = [
    r"\bstalk(?:ed|ers?|ing|s)\b|\bharass(?:ed|es|ing|ment|er)?\b|\bblackmail\w*|\bbull(?:y|ied|ies|ying)\b|\bterrori[sz](?:es?|ed|ing)\b",
    (
        r"\bthreat(?:en(?:s|ed|ing)?)? (?:to (?:kill|hurt|harm|beat|rape|shoot|attack)|me\b|us\b|my (?:famil|wife|husband|kid|child|"
        r"son|daughter|mother|life)|calls?|messages?|texts?|letters?|voicemails?|by)"
    ),
    r"\b(?:death|bomb|violent|vile|sends?|sent|getting|get|receiv\w+|texting|with|more|of) (?:me )?threats\b|\bthreatened by\b",
    r"\bis threatening\b",
    (
        r"\b(?:obscene|vulgar|vile|hateful|nasty|indecent|lewd) (?:[^ .!?]+ ){0,2}(?:calls?|callers?|messages?|texts?|pictures?|"
        r"photos?|voicemails?|letters?|e-?mails?)\b"
    ),
    r"\b(?:dick|nude) pics?\b",
    r"\b(?:malicious|nuisance|anonymous|harassing|abusive|obscene|intimidating|silent) (?:phone )?call(?:s|ers?)?\b",
    r"\bsexual(?:ly)? (?:[^ .!?]+ )?(?:harass\w*|abus\w*|assault\w*|violen\w*)|\brap(?:ed|ist)\b",
    r"\b(?:racist|homophobic|antisemitic|sexist) (?:[^ .!?]+ ){0,3}(?:abuse|messages?|calls?|voicemails?|insults?|slurs?|comments?|texts?)",
    r"\b(?:domestic|physical) (?:abuse|violence)\b|\bviolent (?:home|husband|wife|partner|boyfriend|ex)\b",
    r"\babus(?:ed|ive|er|ing) (?:[^ .!?]+ ){0,2}(?:me|by|calls?|messages?|husband|partner|ex|texts?|voicemails?)\b",
    (
        r"\b(?:he|she|they|ex|neighbou?r|husband|wife|man)\b(?: (?:just|still))? (?:wo ?n'?t|will not|does ?n'?t|keeps?)"
        r" (?:[^ .!?]+ ){0,4}(?:leave me alone|messaging me|texting me|calling me|following me|ringing me)"
    ),
    (
        r"\b(?:going to|gonna|will|he'?ll|wants? to|to) (?:kill|hurt|rape|beat|stab|shoot|find) (?:me\b|us\b|you\b|him\b|her\b|my (?:famil|"
        r"wife|husband|kid|child|son|daughter))"
    ),
    r"\bknows where (?:i|we) live\b|\bi'?m (?:scared|afraid|frightened) (?:of (?:him|her|my)|to (?:go out|pick up))",
    r"\bbel[aä]stig(?:t|en|ung\w*)|\bbedroh(?:t|en|ung\w*)|\bstalk(?:t|er\w*|ing)|\berpress(?:t|er|ung\w*)|\bmorddrohung\w*",
    r"\bh[aä]usliche gewalt",
    r"\bacos(?:o|a|an|ador|ada|ado)\b|\bamenaz(?:a|as|an|ado|ada|ando)\b|\bchantaj\S+|\bviolencia (?:dom[eé]stica|de g[eé]nero)",
    r"\bmaltrat\S+",
    r"\bharc[eè]l\S+|\bmenac(?:e|es|é|ée|er|ent|ant) (?:de (?:me|mort)|moi|ma|mon|mes|par)|\bme menac\S+|\bchantage",
    r"\bviolences? conjugales?",
    r"\bwithout (?:him|her|them|my (?:husband|wife|partner|ex|boyfriend|girlfriend|parents?|family)) (?:noticing|knowing|finding out|seeing|being told|hearing)\b",
    (
        r"\b(?:ex|husband|wife|partner|boyfriend|girlfriend|he|she)\b (?:[^ .!?]+ ){0,5}(?:knows?|sees?|track(?:s|ing|ed)?|follow(?:s|ing)?|check(?:s|ing)?|"
        r"monitor(?:s|ing)?|read(?:s|ing)?) (?:[^ .!?]+ ){0,3}(?:where i|my (?:location|messages|texts|calls|phone|every))"
    ),
    (
        r"\b(?:ex|ex[- ](?:husband|wife|partner|boyfriend|girlfriend))\b (?:[^ .!?]+ ){0,6}(?:calling|calls|texting|texts|messag\w+|turn(?:s|ing)? up|following|"
        r"track\w+|find(?:s|ing)?|found)\b"
    ),
    r"^(?:[^ .!?]+ )?(?:he|she|they)(?:'s| has|'ve| have)? (?:just )?found (?:me|us)(?:$|[,.!?;]| (?:again|here|and|on|at|in|through|even|anyway|online|already|now|yesterday|today|last|he|she|they|after|by|via|through)(?:$|[ ,.!?]))",
    r"\b(?:spy ?ware|stalker ?ware|tracking (?:app|device|me|my)|spying on me|airtag)\b|\bjust breath(?:es|ing)\b|\bheavy breathing\b",
    r"\b(?:sees?|seeing|know(?:s|ing)?|see) where i(?:'m| am| go)\b",
    r"\b(?:women'?s )?(?:refuge|shelter)\b (?:[^ .!?]+ ){0,6}(?:husband|partner|ex|address|find)|\brestraining order\b|\bnon-?molestation\b",
    r"\bmein\w* (?:ex|mann|freund|partner|exmann|ex-?freund)\b (?:\S+ ){0,6}(?:wo ich|ortet|orten|verfolgt|kontrolliert|[uü]berwacht|liest (?:\S+ ){0,4}(?:mein\w*|alles|mit)|(?:meine|alle|alles|heimlich) (?:\S+ ){0,4}liest)\b",
    r"\bmein\w* (?:ex|exmann|ex-?freund|ex-?mann)\b (?:\S+ ){0,6}(?:liest|ruft|schreibt)\b|\bdarf (?:\S+ ){0,4}(?:nichts|nicht|niemals) (?:\S+ ){0,4}(?:wissen|erfahren|merken)\b|\bniemand (?:\S+ ){0,3}(?:darf|soll) (?:\S+ ){0,4}(?:wissen|erfahren|merken)\b",
    r"\b(?:techniker|monteur|mitarbeiter|berater|installateur)\w* (?:\S+ ){0,8}(?:schreibt|textet|ruft) (?:\S+ )?(?:mir|mich) (?:\S+ ){0,6}(?:privat\w*|nachts|whatsapp)\b|\b(?:neffe|enkel|sohn|tochter|pfleger|pflegerin)\b (?:\S+ ){0,6}(?:konto|geld|rente)\b.{0,60}\b(?:fehlt|verschwund\w*|leer|nie etwas)\b",
    r"\b(?:orten|ortet|ausspionier\w+|[uü]berwacht mich|verfolgt mich|schl[aä]gt mich|lauert)\b|\bohne dass (?:er|sie|mein\w*) (?:\S+ ){0,4}(?:merkt|erf[aä]hrt|mitbekommt)",
    r"\b(?:obsz[oö]ne|perverse|anz[uü]gliche|versaute) (?:\S+ ){0,2}(?:anrufe?|nachrichten|bilder|fotos)|\batmet nur\b|\bl[aä]sst mich nicht in ruhe\b",
    r"\b(?:mi )?ex(?:[- ]?(?:pareja|marido|novio|mujer|novia))?\b (?:\S+ ){0,6}(?:d[oó]nde (?:estoy|vivo)|me (?:sigue|llama|escribe|controla|espía|espia|localiza|persigue|busca))",
    r"\b(?:sabe|saben|ve) (?:\S+ ){0,3}d[oó]nde (?:estoy|vivo)\b|\bme (?:sigue|persigue|espía|espia|vigila|controla|pega|golpea) (?:\S+ ){0,4}(?:m[oó]vil|marido|novio|casa|siempre|ex)",
    r"\bsin que (?:\S+ ){0,3}(?:se entere|lo sepa|se d[eé] cuenta)\b|\borden de alejamiento\b|\bacoso\b|\bllamadas (?:obscenas|an[oó]nimas)",
    r"\bmon ex\b|\bsait (?:\S+ )?o[uù] je (?:suis|vis|habite)\b|\bm'(?:espionne|surveille|insulte|agresse|a frapp[ée]e?)\b|\bme (?:suit partout|frappe|traque|surveille|bat)\b",
    r"\bsans qu'(?:il|elle) (?:le )?(?:sache|s'en rende compte|voie)|\bordonnance de protection\b|\bappels (?:anonymes|obsc[eè]nes|malveillants)",
    r"\bstalk(?:er|ing|erizza\w*)|\bmolest(?:ie|a|ato|ata|ano|are)\b|\bminacc(?:ia|e|iato|iata|iano|iare|ia di)\w*|\bperseguit\w+|\bricatt\w+|\bviolenza domestica\b",
    r"\b(?:il )?mio ex\b|\bsa (?:sempre )?dove (?:sono|abito|vivo)\b|\bmi (?:segue|spia|controlla il|picchia|perseguita|minaccia|molesta)\b",
    r"\bsenza che (?:lui|lei|mio marito|mio padre|se ne) (?:\S+ ){0,3}(?:accorga|sappia|scopra)",
    r"\bass[eé]di(?:o|ada|ado|ar)\b|\bamea[cç](?:a|as|ou|ado|ada|ando|aram)\b|\bchantage(?:m|ando|ar)|\bpersegu(?:e|ição|ido|ida|indo)\b|\bviol[eê]ncia dom[eé]stica\b",
    r"\b(?:o |a )?(?:meu|minha) ex\b|\bsabe (?:\S+ )?onde (?:eu )?(?:estou|moro|vivo)\b|\bme (?:persegue|vigia|bate|espia|ameaça)\b|\b(?:persegue|vigia|bate|espia)-me\b",
    r"\bsem que (?:ele|ela|o meu marido) (?:\S+ ){0,3}(?:saiba|perceba|descubra|note)",
    (
        r"\b(?:he|she|husband|wife|partner|boyfriend|girlfriend|dad|father|mum|mother|stepdad|ex|brother|son)\b (?:[^ .!?]+ )?(?:hits|beats|punches|kicks|slaps|chokes|"
        r"hit|beat|punched|kicked|slapped|choked) (?:me|us|my (?:mum|mom|mother|kids?|children|son|daughter|sister))(?:$|[ ,.!?])"
    ),
    r"\b(?:counts my calls|opens (?:all )?(?:of )?my (?:post|letters|mail)|goes through my (?:phone|messages|texts)|reads (?:all )?my (?:messages|texts|chats))\b",
    r"\b(?:must ?n'?t|must not|may not|can ?not|ca ?n'?t) (?:know|find out|see) (?:[^ .!?]+ ){0,3}(?:i|that i|about)\b|\b(?:nobody|no ?one) (?:[^ .!?]+ ){0,4}(?:may|can|must|should) (?:[^ .!?]+ ){0,2}(?:know|get it|find out|have it)\b",
    r"\b(?:installer|technician|engineer|driver|shop assistant)\b (?:[^ .!?]+ ){0,8}(?:texts?|texting|messag(?:es|ing)|writes|writing|calls|calling) me (?:[^ .!?]+ ){0,3}(?:private|at night|every night|on whatsapp|personal)",
    r"\b(?:t[eé]cnico|instalador|chico|empleado|hombre) (?:\S+ ){0,8}me (?:escribe|llama|manda) (?:\S+ ){0,5}(?:noches?|whatsapp|privad\w*)\b|\b(?:marido|novio|pareja|esposo|padre) (?:\S+ )?me (?:pega|golpea|maltrata|pegó|golpeó)",
    r"\b(?:mari|copain|ex|p[èe]re|compagnon|conjoint) (?:\S+ )?(?:me (?:frappe|bat|tape)|m'a (?:frapp|batt)\S+)|\b(?:il|elle) m'a (?:re)?trouv[ée]e?\b|^(?:lui |lei )?mi ha (?:ri)?trovat[oa]\b",
    r"\b(?:tecnico|operatore|installatore) (?:\S+ ){0,8}mi (?:scrive|chiama|manda) (?:\S+ ){0,5}(?:notte|whatsapp|privat\w*)\b|\bt[eé]cnico (?:\S+ ){0,8}(?:me (?:escreve|liga|manda)|(?:escreve|liga|manda)-me) (?:\S+ ){0,5}(?:noite|whatsapp|privad\w*)\b",
    r"\b(?:films|filming|filmed|records|recording|watches|watching) (?:me|us|my (?:daughter|son|kids?|child)) (?:[^ .!?]+ ){0,6}(?:shower\w*|bathroom|bedroom|undress\w*|secretly|naked|asleep|camera)\b|\bfilmt (?:mich|uns|heimlich|meine \S+)\b",
    r"\bme (?:graba|filma|est[aá] grabando)\b (?:\S+ ){0,4}(?:c[aá]mara|escondid\w*|ducha|ba[nñ]o|desnud\w*)|\bme filme\b|\bmi filma\b|\bfilma-me\b|\bme filma\b",
    r"\bmon (?:mari|ex|copain|compagnon|conjoint)\b (?:\S+ ){0,2}(?:surveille|espionne|piste|g[ée]olocalise|contr[ôo]le) (?:\S+ )?(?:mon|mes|tous mes)\b|\bmein (?:mann|ex|freund|partner)\b (?:\S+ ){0,2}(?:[uü]berwacht|kontrolliert|ortet|verfolgt) (?:mich|mein\w*)\b",
]

_NEAR = r"(?:he|she|(?:my )?(?:husband|wife|boyfriend|girlfriend|partner|ex|stepdad|stepfather|stepmum|stepmother))"
PATTERNS += [
    r"\b(?:every time|each time|whenever) i (?:change|get) (?:my|a new) (?:number|sim|phone|address)\b.{0,20}\b(?:he|she|my ex) (?:has|finds|gets|knows|calls|texts)\b",
    rf"\b{_NEAR} (?:[^ .!?]+ )?(?:looks? (?:at|through)|goes through|searche?s|checks|reads) my (?:phone|messages|texts|chats|e?mails?)\b",
    rf"\b{_NEAR} (?:[^ .!?]+ )?(?:broke|smashed|destroyed|took|hid) my (?:phone|sim) (?:[^ .!?]+ ){{0,2}}so (?:that )?i (?:can|could)(?:not|n'?t)?\b",
    r"\b(?:someone|somebody|he|she|a man|a guy|some man|this man|this guy) (?:keeps |has been |is )?follow(?:s|ed|ing) me (?:home|everywhere|around|from work|to work|to school)\b",
    r"\bi (?:feel|am being) (?:watched|spied on|tracked)\b",
]

# Threats against those who work for the company, and what must not be seen at home.
_STAFF = r"(?:your|ur|that|the) (?:[^ .!?]+ )?(?:guys?|men|man|staff|drivers?|technicians?|engineers?|installers?|shop|store|office|branch|vans?|people|colleagues?|agents?|manager|seller|salesman|clerk)"
_WILL = (
    r"(?:i'?ll|i will|i'?m (?:going to|gonna|coming to)|i am (?:going|coming) to|going to|gonna|i want to|i swear i)"
)
_AT_HOME = r"(?:he|she|my (?:husband|wife|partner|ex|boyfriend|girlfriend|dad|father|stepdad|family|in-laws))"
PATTERNS += [
    rf"\b{_WILL} (?:[^ .!?]+ ){{0,8}}(?:smash|punch|stab|shoot|beat(?: up)?|burn(?: down)?|blow up|torch|hurt|kill|strangle|knock out|run over) (?:[^ .!?]+ ){{0,2}}{_STAFF}\b",
    rf"\b{_WILL} (?:[^ .!?]+ ){{0,8}}(?:break|smash|kick|punch|knock) (?:[^ .!?]+ ){{0,3}}(?:face|legs?|bones?|neck|teeth|skull|nose|head|jaw)\b",
    r"\brun (?:it|him|her|them|you|one of them) off the road\b|\brun (?:him|her|them|you) over(?:$|[,.!]| (?:with|if|when|next|and|in))|\b(?:knock|punch|kick|smash) (?:his|her|your|their) (?:teeth|face|head)(?: in| out)?\b",
    r"\bschlage?n? (?:euch|ihn|sie|den|die|das|euren?|ihren?|jeden|alle) (?:\S+ ){0,6}(?:zusammen|nieder|tot|krankenhausreif)\b|\b(?:zusammen|tot|nieder)schlagen\b|\b(?:aufs maul|in die fresse)\b|\bz[uü]nde? (?:\S+ ){0,5}(?:laden|filiale|shop|b[uü]ro|zentrale) an\b",
    r"\b(?:partir|romper|reventar)(?:l[aeo]s?|t[eo]|os)? (?:\S+ )?(?:la cara|las piernas|los dientes|la boca)\b|\b(?:casser|p[ée]ter|d[ée]foncer) la (?:gueule|figure)\b|\bcasser les jambes\b",
    r"\bspacc(?:o|are|her[oò]|arvi|argli) (?:\S+ )?(?:la faccia|le gambe|le ossa|i denti)\b|\b(?:partir|quebrar|rebentar)(?:-lhe)? (?:\S+ )?(?:a cara|as pernas|os dentes)\b",
    rf"\b{_AT_HOME} (?:must ?n'?t|must not|may not|is not allowed to) (?:[^ .!?]+ ){{0,2}}(?:get|see|find|know|open|notice|hear|be told)\b",
    r"\b(?:he|she|ex)\b (?:[^ .!?]+ ){0,2}(?:keeps|kept|still|always) (?:showing|turning|shows|turns|waiting|waits) (?:up )?(?:at|outside) my (?:[^ .!?]+ )?(?:work|house|home|door|school|job|flat|place|office|gym)\b",
    r"\b(?:marido|namorado|companheiro|novio|pareja) (?:\S+ ){0,2}(?:v[eê]|l[eê]|lee|mira|revisa|controla|mexe|verifica) (?:\S+ ){0,3}(?:mensagens|mensajes|telem[oó]vel|m[oó]vil|celular|chamadas|llamadas)\b",
    r"\bmio (?:marito|compagno|ragazzo) (?:\S+ )?(?:controlla|legge|guarda|spia) (?:\S+ ){0,2}mi[oei]i? (?:messagg\w*|telefon\w*|cellulare|chat|chiamate|sms|mail|profil\w*|whatsapp)\b|\bmon (?:mari|copain|compagnon) (?:\S+ )?(?:lit|regarde|fouille) (?:\S+ ){0,2}(?:mes|mon) (?:messages?|sms|t[ée]l[ée]phone|portable|mails?|appels|conversations?|whatsapp)\b",
    r"\bbrech\w* (?:[^ .!?]+ ){0,4}(?:beine?|knochen|nase|finger|arme?)\b|\b(?:beine?|knochen|nase) (?:[^ .!?]+ ){0,3}brech\w*",
]
