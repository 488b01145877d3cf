"""Self-harm: danger to oneself."""

PATTERNS = [
    r"\bsuicid(?:e|al)\b|\bself[- ]?harm\w*",
    r"\b(?:kill|hurt|harm|hang|drown|cut)(?:ing)? my ?self\b",
    r"\b(?:end|ending|take|taking) (?:my (?:own )?life|it all)\b",
    r"\b(?:do ?n'?t|do not|no longer) (?:want|wish) to (?:(?:live|be alive|be here)\b|wake up(?:$|[^ ]| (?:tomorrow|[^t ]|t[^o])))",
    r"\b(?:want|wish) (?:to die|i (?:was|were) dead)\b|\bbetter off (?:dead|without me)\b",
    r"\bno (?:reason|point) (?:to|in) (?:live|living|go on|going on)\b|\bcan'?t go on (?:living|any ?more|like this)\b",
    r"\bjump (?:off|in front of) (?:a|the) (?:bridge|train|roof)\b",
    r"\bselbstmord\w*|\bsui[zc]id\w*|\b(?:mich|mir) (?:\S+ )?(?:umbringen|umzubringen|das leben nehmen|selbst verletz\w+)",
    r"\bnicht mehr leben\b|\bmir etwas antun\b|\bwill sterben\b",
    r"\bsuicid(?:io|arme|a)\b|\b(?:matarme|quitarme la vida|hacerme daño)\b|\bno quiero (?:seguir )?vivi(?:r|endo)|\bquiero morir(?:me)?\b",
    r"\b(?:me suicider|me tuer|me faire du mal)\b|\bmettre fin (?:à|a) (?:mes jours|ma vie)|\b(?:plus|pas) envie de vivre\b",
    r"\ben finir avec la vie|\bveux mourir\b",
    r"\bnobody (?:will|would|'ll|'d|is going to) (?:\S+ )?miss me\b|\bno ?one (?:will|would|'ll|'d) (?:\S+ )?miss me\b|\bwithout me\b.{0,20}\bbetter off\b",
    r"\bi (?:just |only )?want (?:it|everything|this) (?:all )?to (?:be over|end|stop forever)\b|\bdo ?n'?t want to (?:be here|exist)\b",
    r"\b(?:tired|sick) of (?:living|being alive|life)\b|\bgoodbye (?:note|letter)\b|\bsuicide (?:note|hotline)\b|\bcutting myself\b|\bnothing (?:left )?to live for\b",
    r"\b(?:bring|bringe) mich um\b|\bmich umbringe\b|\b(?:keiner|niemand|keine sau) (?:\S+ ){0,3}vermissen\b|\bhat (?:alles )?keinen sinn mehr\b",
    r"\b(?:dass|damit) (?:es|alles|das) (?:\S+ )?(?:endlich )?vorbei ist\b|\bmag nicht mehr leben\b|\blebensm[uü]de\b|\bmir das leben\b|\bvor den zug\b|\britz\w+ mich\b",
    r"\b(?:nadie|ning[uú]n) (?:\S+ ){0,3}(?:echar[aá]|extra[ñn]ar[aá]) (?:\S+ )?(?:de menos|falta)?|\bacabar con (?:todo|mi vida)\b|\bno (?:puedo|aguanto) m[aá]s con (?:mi|la) vida\b",
    r"\bno tengo (?:ganas|motivos?) (?:de|para) vivir\b|\bcortarme\b|\btirarme (?:por|al|del)\b|\bque todo (?:se )?(?:acabe|termine)\b",
    r"\bpersonne (?:ne )?(?:me )?regrettera\b|\bje veux (?:en finir|que (?:ça|tout) s'arr[eê]te)\b|\bme (?:pendre|jeter (?:sous|par|du))\b|\bpensées suicidaires\b",
    r"\bsuicidi\w*|\bsuicidar\w*|\b(?:ammazzarmi|uccidermi|farla finita|togliermi la vita|farmi del male|tagliarmi)\b|\bm(?:i ammazzo|i uccido)\b",
    r"\b(?:non )?(?:voglio|ho voglia di) (?:pi[uù] )?(?:vivere|morire)\b|\bnon ho pi[uù] (?:voglia|motivo|ragione) di vivere\b|\bnessuno (?:\S+ ){0,2}mancher\w+|\bche (?:finisca tutto|sia tutto finito)\b",
    r"\bsuic[ií]dio\b|\bsuicidar(?:-me|me)?\b|\b(?:me matar|matar-me|tirar a (?:minha )?(?:pr[oó]pria )?vida|acabar com (?:tudo|a minha vida)|me cortar|cortar-me)\b",
    r"\bn[aã]o (?:quero|aguento) (?:mais )?(?:viver|estar vivo|estar viva|existir)\b|\bquero morrer\b|\bningu[eé]m (?:\S+ ){0,3}sentir (?:\S+ )?falta\b|\bvontade de (?:viver|morrer)\b",
]

PATTERNS += [
    r"\bi ?(?:'?m| am) (?:standing|sitting|up) (?:[^ .!?]+ ){0,2}on (?:the|a) (?:[^ .!?]+ )?(?:bridge|ledge|tracks|rails|railing|window sill)\b|\b(?:sleep|asleep)\b.{0,20}\bnever wake up\b",
    r"\bhow many (?:[^ .!?]+ ){0,2}(?:pills|tablets|paracetamol|ibuprofen|painkillers)\b (?:[^ .!?]+ ){0,4}(?:too many|lethal|to die|kill|overdose)\b|\bunaliv(?:e|ing) (?:my ?self|me)\b",
    r"\b(?:auf (?:der br[uü]cke|den gleisen|den schienen|dem dach) (?:\S+ ){0,3}(?:springe?|spring|schluss)|spring\w* (?:\S+ ){0,3}(?:von der br[uü]cke|aus dem fenster|vom dach|vor den zug))\b",
    r"\b(?:drive|driving|walk|walking|jump) (?:[^ .!?]+ ){0,2}into (?:the|a) (?:river|lake|sea|wall|tree|traffic)\b|\bsalt(?:o|ar|ar[eé]) (?:del|de un|desde el) (?:puente|balc[oó]n|tejado)\b|\bsauter? (?:du|d'un|sous le) (?:pont|toit|train)\b",
    r"\b(?:salto|buttarmi|saltare) (?:gi[uù] )?(?:dal|da un|sotto il) (?:ponte|treno|tetto)\b|\bfaccio finita\b|\b(?:salto|saltar|atiro-me|me jogo) (?:da|de uma) ponte\b|\bacab(?:o|ar) com (?:isto|isso)? ?tudo\b",
    r"\bmi butto (?:dal|dalla|sotto|gi[uù]|dai)|\bme (?:voy a tirar|tiro|lanzo) (?:por|del|de la|al|bajo)\b|\b(?:me (?:atirar|jogar)|atirar-me|jogar-me) (?:da|do|de|para)\b|\bje (?:me jette|vais me jeter|saute) (?:sous|par|du|de)\b",
]

PATTERNS += [
    r"\bno point (?:in )?(?:living|being alive)\b|\b(?:not|\w+n'?t) worth living\b|\bi(?:'ve| have) (?:got )?(?:the|a|my) (?:rope|noose|razor|blade|pills) (?:ready|around my neck|in my hand|in front of me)\b",
    r"^ich (?:will|kann) (?:einfach |wirklich )?nicht mehr[.! ]*$|\bbring(?:e)? mich (?:\S+ ){0,2}um(?:$|[,.! ])|\bm[oö]chte (?:\S+ )?sterben\b|\b(?:will|m[oö]chte|w[aä]re) (?:\S+ )?tot(?: sein)?(?:$|[,.!])|\bnehme? mir (?:\S+ )?das leben\b",
    r"\b(?:cut|slit|slashed|cutting|slitting) my (?:wrists?|arms?|throat|veins?)\b|\b(?:about|going) to jump(?:$|[,.!]| off| from| in front)|\bend(?:ing)? it tonight\b|\btonight i(?:'ll| will|'m going to| am going to) end it\b",
    r"\bpulsadern\b|\b(?:cort(?:ado|[eé]|arme|ar) las venas)\b|\b(?:ouvr\w+|ouvert|taill\w+|tranch\w+) les veines\b|\bsauter (?:du|d'un|de la|par la) (?:pont|fen[eê]tre|toit|balcon)\b|\btagli\w+ le vene\b|\bmi voglio (?:uccidere|ammazzare)\b|\bcort\w+ os pulsos\b",
    r"\bme voy a matar\b|\bvoy a matarme\b|\bje ne (?:veux|peux) plus vivre\b|\bvou(?:-me| me) (?:matar|suicidar)\b",
]

PATTERNS += [
    r"\b(?:goodbye|farewell)\b.{0,30}\bmy last (?:message|text|words|call)\b|\b(?:goodbye|farewell)\b.{0,20}\bthe last (?:message|text|words|thing) i\b",
    r"\bi (?:stand|sit)(?: here)?(?: up)? on (?:the|a) (?:[^ .!?]+ )?(?:bridge|ledge|tracks|rails|railing|roof)\b",
    r"\btonight is (?:the last time i|my last(?: night)?(?:$|[ ,.!]))|\bmy last night (?:alive|on earth)\b",
    r"\b(?:no|any|a|the) point in (?:tomorrow|waking up|getting up|being here any ?more)\b",
]

PATTERNS += [
    r"\b(?:mich|mir) (?:[^ .!?]+ ){0,4}(?:geschnitten|geritzt|verletzt|verbrannt)\b.{0,12}\b(?:mit absicht|absichtlich)\b|\b(?:mich|mir) (?:[^ .,!?]+ ){0,3}extra (?:geschnitten|geritzt|verletzt|verbrannt)\b|\babsichtlich (?:[^ .!?]+ ){0,4}(?:geschnitten|geritzt|verletzt)\b|\bmich (?:[^ .!?]+ ){0,3}absichtlich (?:[^ .!?]+ ){0,3}(?:geschnitten|verletzt)\b",
    r"\b(?:cut|hurt|burn(?:ed|t)?) my ?self\b.{0,30}\bon purpose\b|\bme (?:he cortado|cort[eé]) (?:a prop[oó]sito|adrede)\b|\bme suis (?:coup[ée]e?|bless[ée]e?) (?:expr[eè]s|volontairement)\b|\bmi sono tagliat[ao] (?:apposta|di proposito)\b|\bcortei-me de prop[oó]sito\b",
]

# Not to wake up, nothing to go on for, nothing needed any more; and what a friend has been sent.
_ANY_LONGER = r"(?:$|[,.!?]| ma[ñn]ana| m[aá]s| nunca| amanh[aã]| mais| jamais| plus| demain| domani| pi[uù]| mai)"
PATTERNS += [
    rf"\bno (?:quiero|querr[ií]a|quisiera) (?:volver a )?despertar(?:me)?{_ANY_LONGER}|\bojal[aá] (?:[^ .!?]+ ){{0,2}}no (?:me )?despert(?:ara|ase|ar[eé]?|arme){_ANY_LONGER}|\bn[aã]o (?:quero|queria) (?:mais |nunca mais )?acordar{_ANY_LONGER}",
    r"\b(?:veux|voudrais|aimerais|envie de|pr[ée]f[ée]rerais) (?:[^ .!?]+ ){0,3}(?:plus|jamais|pas) (?:jamais )?(?:me )?r[ée]veiller\b|\bm'endormir (?:[^ .!?]+ ){0,5}r[ée]veiller\b",
    rf"\b(?:vorrei|voglio|volevo) (?:[^ .!?]+ ){{0,3}}non (?:pi[uù] )?svegliarmi{_ANY_LONGER}|\b(?:will|m[oö]chte|w[uü]rde|k[oö]nnte) (?:[^ .!?]+ ){{0,7}}(?:nie wieder|nie mehr|nicht mehr) aufwachen\b",
    r"\b(?:plus|pas|aucune|aucun) (?:[^ .!?]+ ){0,2}(?:raison|sens) (?:de|d'|[àa]) ?(?:vivre|exister|me lever|la vie|ma vie|tout [cç]a)\b|\b(?:plus|aucune) (?:de )?raison de continuer(?:$|[,.!])",
    r"\bkeinen (?:grund|sinn) (?:[^ .!?]+ ){0,2}(?:zu leben|weiterzuleben|im leben|aufzustehen|hier zu sein)\b|\bwenn es mich nicht (?:mehr )?g[aä]be\b|\bohne mich (?:\S+ )?besser dran\b",
    r"\bno (?:le )?(?:veo|encuentro|tiene) (?:[^ .!?]+ )?sentido (?:a (?:la|mi) vida|vivir|seguir viviendo)\b|\bn[aã]o (?:vejo|tem|encontro) (?:mais )?(?:sentido|raz[aã]o) (?:em|para|na|de) (?:viver|vida|existir)\b",
    r"\bnon (?:vedo|trovo|ha|ho) (?:[^ .!?]+ )?(?:senso|motivo|ragione) (?:di|per|nella|a) (?:vivere|vita|esistere)\b|\bdesaparecer para sempre\b|\bdesaparecer para siempre\b|\bdispara[iî]tre (?:pour toujours|[àa] jamais)\b",
    r"\b(?:wo ?n'?t|will not|not going to) (?:need|be needing) (?:[^ .!?]+ ){0,6}where i ?(?:'?m| am) going\b|\b(?:wo ?n'?t|will not) (?:need|be needing) anything(?: any ?more| after \S+| soon)?(?:$|[.!])",
    r"\b(?:posted|wrote|texted|messaged|sent|left)(?: me| us| everyone| his \S+| her \S+)? (?:a |his |her |their |the )?(?:goodbyes?|farewell)(?: (?:note|letter|message|text|post)s?)?(?:$|[ ,.!])",
]

NOT_MEANT = [
    r"\bsuicide squad\b|\bsuicide (?:doors?|prevention training)\b|\bselbstmordkommando\b|\bescuadr[oó]n suicida\b|\bsuicide commit\b"
]
