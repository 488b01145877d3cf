"""The rules every workspace begins with, in English, German, Spanish and French. Written by us; a rule of the same name takes its place.

They are for plain statements, so that none is missed because a topic was; what is put less plainly is the classifier's. Asking about a
thing is mostly not telling of it, but where the two cannot be told apart a person sees it.
"""

from mci_router.specs.rules import RuleEffect, RuleSpec

_NEVER = r"(?:did ?n'?t|did not|never|have ?n'?t|have not|had ?n'?t|had not)"
_SURELY = r"(?:[^ .!?]+ )?"
_NOT_KNOW = (
    r"(?:(?:do ?n'?t|did ?n'?t|do not|did not|cannot|can'?t) (?:recogni[sz]e|remember|recall)|"
    r"(?:am not|'m not) (?:recogni[sz]ing|familiar with)|(?:do ?n'?t|do not) know (?:of|about|anything))\b"
)
_PAYMENT = r"(?:(?:payment|transaction|charge|purchase|withdrawa?l?|debit|transfer|order|top[- ]?up|deduction)s?|activity|spending)"
_SOMEONE = (
    r"(?:some(?:one|body)(?: else)?|a stranger|strangers|an? (?:thief|intruder|hacker|scammer|fraudster|criminal)|thie(?:f|ves)|hackers?|"
    r"scammers?|fraudsters?|criminals|intruders?)"
)
_FEW = r"(?:[^ .!?]+ ){0,4}"
_MANY = r"(?:[^ .!?]+ ){0,9}"

_CARD_FRAUD = [
    r"\bfraud(?:s|ulent(?:ly)?|sters?)?\b",
    r"\b(?:been|was|got|were|being|i'?m) (?:scammed|defrauded|phished|swindled|conned|cloned|skimmed)\b|\bscam(?:med|mers?)\b",
    r"\bphish(?:ed|ing)\b",
    rf"\b(?:un-?auth?ori[sz]ed|not auth?ori[sz]ed|unknown|suspicious|unfamiliar|unrecogni[sz]ed) {_FEW}(?:use|{_PAYMENT})\b",
    (
        rf"\b{_PAYMENT} {_MANY}(?:i|we|me) {_SURELY}{_NEVER} {_SURELY}(?:ever )?(?:make|made|do|done|did|auth?ori[sz]ed?|approved?|"
        r"initiated?|create|perform(?:ed)?|set up|consent\w*|permit\w*|give permission)\b"
    ),
    (
        rf"\b(?:i|we) {_SURELY}{_NEVER} {_SURELY}(?:ever )?(?:make|made|do|done|auth?ori[sz]ed?|approved?|set up) (?:this|that|these|"
        rf"those|the|any|a|such|some) {_FEW}{_PAYMENT}\b"
    ),
    rf"\b{_PAYMENT} {_MANY}(?:i|we) {_SURELY}{_NOT_KNOW}",
    rf"\b(?:i|we) {_SURELY}{_NOT_KNOW} (?:making )?(?:this|that|these|those|the|any|a|some) {_FEW}{_PAYMENT}\b",
    rf"\b{_PAYMENT} {_MANY}(?:without|not) (?:my|our|any) (?:permission|consent|knowledge|auth?ori[sz]ation)\b",
    (
        rf"\b{_PAYMENT} {_MANY}(?:was ?n'?t|was not|were ?n'?t|were not|is ?n'?t|is not|are ?n'?t|are not|'s not|not) (?:mine|me|"
        r"by me|made by me|done by me)\b"
    ),
    (
        rf"\b{_SOMEONE} (?:[^ .!?]+ ){{0,6}}(?:used|using|uses|utili[sz]ing|stole|stolen|steal|stealing|cloned|copied|copy of|spent|"
        rf"spending|took|taken|withdr[ea]w\w*|emptied|got (?:my|hold)|bought|ordered|shopping|charged|paid)\b {_FEW}(?:card|cards|"
        r"card'?s|money|bank|debit|credit|pin|funds|wallet)\b"
    ),
    (
        rf"\b{_SOMEONE} (?:[^ .!?]+ ){{0,4}}(?:has|have|had|got|gotten|gained|stole) (?:[^ .!?]+ ){{0,4}}(?:my|our)"
        r" (?:[^ .!?]+ ){0,3}(?:cards?|details|info|information|pin)\b"
    ),
    r"\b(?:stole|snatched|pinched|nicked|cloned|skimmed|copied) my (?:[^ .!?]+ ){0,3}(?:card|cards|wallet|purse|money|bank)\b",
    (
        r"\b(?:my|her|his|our|the|bank|credit|debit|visa) (?:[^ .!?]+ ){0,2}(?:card|wallet|purse|details|number)s?"
        r" (?:[^ .!?]+ ){0,4}(?:stolen|cloned|skimmed|compromised|misused|pinched|copied|hacked|swiped)\b"
    ),
    r"(?:^|[^r ] )(?:stolen|cloned|skimmed|compromised|misused) (?:[^ .!?]+ ){0,2}(?:card|cards|wallet)\b",
    r"\bcards? (?:was |were |is |has been |have been |got |been )?(?:stolen|cloned|skimmed|misused|compromised)\b",
    (
        r"\b(?:card|details|account) (?:[^ .!?]+ ){0,4}used (?:[^ .!?]+ ){0,5}(?:without my|by (?:a |some)|(?:and|but|that)"
        r" (?:[^ .!?]+ )?(?:was ?n'?t|is ?n'?t|not) me)"
    ),
    r"\b(?:was ?n'?t|was not|were ?n'?t|were not|is ?n'?t|not) (?:me\b[ .!]*$|made by me\b|by me\b)",
    r"\bmoney (?:[^ .!?]+ ){0,3}(?:stolen|was stolen|been stolen)\b",
    r"\bkarten?betrug|\bbetr[uü]g(?:er|erisch\w*|t)?\b|karte (?:wurde |ist )?(?:gestohlen|geklaut|missbraucht|kopiert)",
    r"\bgestohlene \S*karte|\babbuchung(?:en)? (?:\S+ ){0,5}nicht (?:autorisiert|veranlasst|genehmigt|get[aä]tigt)",
    r"\bnicht autorisierte",
    r"\b(?:jemand|fremde[r]?|unbekannte[r]?) (?:\S+ ){0,5}(?:meine\w? (?:\S+ ){0,2}(?:karte|kreditkarte|kontodaten|geld))",
    r"\bfraud(?:e|ulent[oa]s?)\b|\bestaf(?:a|ad[oa]|aron)\b|\btarjeta (?:\S+ ){0,3}(?:robad[ao]|clonad[ao])",
    r"\b(?:me )?(?:han )?roba(?:ron|do) (?:la|mi) tarjeta|\bcargos? (?:\S+ ){0,3}no (?:autorizad[oa]s?|reconozco|he hecho)",
    r"\bescroqu\S+|\barnaque\S*|\bcarte (?:\S+ ){0,3}(?:vol[ée]e|pirat[ée]e|clon[ée]e)",
    r"\b(?:pr[ée]l[èe]vements?|paiements?|d[ée]bits?) (?:\S+ ){0,3}(?:non autoris[ée]s?|frauduleu\S+)",
    r"\bje n'ai (?:pas|jamais) (?:fait|autoris[ée]|effectu[ée]) ce",
]
_ACCOUNT_TAKEOVER = [
    r"\bhack(?:ed|ers?|ing)\b",
    r"\bhijack(?:ed|ers?|ing)\b",
    r"\bsim[- ]?swap",
    r"\bidentity (?:theft|fraud|thief)\b|\b(?:stole|stolen|steal|stealing|using|used) (?:[^ .!?]+ ){0,2}identity\b",
    r"\bidentity (?:was |has been |got |is )?(?:[^ .!?]+ )?stolen\b",
    r"\bimpersonat(?:e|ed|es|ing|or|ion)\b",
    r"\b(?:account|profile|login|e-?mail|mailbox|number) (?:[^ .!?]+ ){0,4}(?:compromised|taken over|broken into|breached)\b",
    r"\btaken over my (?:[^ .!?]+ ){0,2}(?:account|number|profile)\b",
    r"\btook over my (?:[^ .!?]+ ){0,2}(?:account|number|profile|phone)\b|\bcompromised (?:[^ .!?]+ )?account\b",
    (
        rf"\b{_SOMEONE} (?:[^ .!?]+ ){{0,5}}(?:into|access to|access(?:ed|ing)?|in|using|taken over|on) my"
        r" (?:[^ .!?]+ ){0,3}(?:account|profile|e-?mail|mailbox|number)\b"
    ),
    rf"\b{_SOMEONE} (?:[^ .!?]+ ){{0,3}}changed my (?:[^ .!?]+ ){{0,3}}(?:password|e-?mail|address|number|details|login)\b",
    (
        r"\b(?:password|e-?mail|details|address)(?: address)? (?:[^ .!?]+ ){0,5}changed,? (?:[^ .!?]+ ){0,3}(?:without me|by some|"
        r"it was ?n'?t me|not me|without my)"
    ),
    r"\b(?:log-?in|sign-?in|logged in|signed in|device|access)\b.{0,80}\b(?:was ?n'?t|was not|is ?n'?t|not) me\b",
    r"\b(?:unknown|strange|unrecogni[sz]ed|suspicious) (?:device|log-?in|sign-?in|access)\b",
    (
        r"\b(?:contract|account|loan|order|sim|line)s? (?:[^ .!?]+ ){0,5}in my name\b.{0,60}\b(?:never|did ?n'?t|not|without|fraud|"
        r"stolen|theft)\b"
    ),
    r"\b(?:opened|took out|taken out|signed|ordered) (?:[^ .!?]+ ){0,5}in my name\b",
    r"\bgehackt\b|\bidentit[aä]tsdiebstahl\b|\b(?:konto|account|nummer) (?:\S+ ){0,3}(?:[uü]bernommen|gekapert|geknackt)",
    r"\bin meinem namen (?:\S+ ){0,4}(?:abgeschlossen|bestellt|er[oö]ffnet)",
    r"\b(?:jemand|fremde[r]?) (?:\S+ ){0,5}(?:in|auf|zu) mein\w* (?:\S+ )?(?:konto|account)",
    r"\b(?:me )?(?:han )?hacke(?:ado|aron)|\bhackead[oa]|\bjacke(?:ado|aron)|\bsuplantaci[oó]n|\brobo de identidad",
    r"\balguien (?:\S+ ){0,5}mi cuenta",
    r"\bpirat[ée]|\busurpation d'identit[ée]|\bquelqu'un (?:\S+ ){0,6}mon compte",
]
_ABUSE = [
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
        r"\b(?:going to|gonna|will|he'?ll|wants? to|to) (?:kill|hurt|rape|beat|stab|shoot|find) (?:me|us|you|him|her|my (?:famil|"
        r"wife|husband|kid|child|son|daughter))"
    ),
    r"\bknows where (?:i|we) live\b|\bi'?m (?:scared|afraid|frightened) (?:of (?:him|her|my)|to (?:go out|pick up))",
    r"\bbel[aä]stig(?:t|en|ung\w*)|\bbedroh(?:t|en|ung\w*)|\bstalk(?:t|er\w*|ing)|\berpress(?:t|er|ung\w*)|\bmorddrohung\w*",
    r"\bh[aä]usliche gewalt",
    r"\bacos(?:o|a|an|ador|ada|ado)\b|\bamenaz(?:a|as|an|ado|ada|ando)\b|\bchantaj\S+|\bviolencia (?:dom[eé]stica|de g[eé]nero)",
    r"\bmaltrat\S+",
    r"\bharc[eè]l\S+|\bmenac(?:e|es|é|ée|er|ent|ant) (?:de (?:me|mort)|moi|ma|mon|mes|par)|\bme menac\S+|\bchantage",
    r"\bviolences? conjugales?",
]
_SELF_HARM = [
    r"\bsuicid(?:e|al)\b|\bself[- ]?harm\w*",
    r"\b(?:kill|hurt|harm|hang|drown|cut)(?:ing)? my ?self\b",
    r"\b(?:end|ending|take|taking) (?:my (?:own )?life|it all)\b",
    r"\b(?:do ?n'?t|do not|no longer) (?:want|wish) to (?:live|be alive|be here|wake up)\b",
    r"\b(?:want|wish) (?:to die|i (?:was|were) dead)\b|\bbetter off (?:dead|without me)\b",
    r"\bno (?:reason|point) (?:to|in) (?:live|living|go on|going on)\b|\bcan'?t go on (?:living|any ?more|like this)\b",
    r"\bjump (?:off|in front of) (?:a|the) (?:bridge|train|roof)\b",
    r"\bselbstmord\w*|\bsui[zc]id\w*|\b(?:mich|mir) (?:\S+ )?(?:umbringen|umzubringen|das leben nehmen|selbst verletz\w+)",
    r"\bnicht mehr leben\b|\bmir etwas antun\b|\bwill sterben\b",
    r"\bsuicid(?:io|arme|a)\b|\b(?:matarme|quitarme la vida|hacerme daño)\b|\bno quiero (?:seguir )?vivi(?:r|endo)|\bquiero morir(?:me)?\b",
    r"\b(?:me suicider|me tuer|me faire du mal)\b|\bmettre fin (?:à|a) (?:mes jours|ma vie)|\b(?:plus|pas) envie de vivre\b",
    r"\ben finir avec la vie|\bveux mourir\b",
]
_MINORS = [
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
    r"\bich bin (?:erst )?(?:[6-9]|1[0-7])(?: jahre)?\b|\bich bin (?:noch )?minderj[aä]hrig|\bkinderporno\w*|\bkindesmissbrauch\w*",
    r"\bkindesmisshandlung",
    r"\btengo (?:solo )?(?:[6-9]|1[0-7]) años\b|\bsoy menor de edad|\babuso (?:infantil|de menores)|\bpornograf[ií]a infantil",
    r"\bj'ai (?:seulement )?(?:[6-9]|1[0-7]) ans\b|\bje suis mineure?\b|\bp[ée]dopornographi\w+|\bp[ée]dophil\w+",
    r"\babus (?:sur|d'une?|d') ?(?:mineure?s?|enfants?)",
]
_LEGAL_THREAT = [
    r"\b(?:my|our|a|the|your) (?:lawyers?|solicitors?|attorneys?|barristers?|legal (?:team|counsel|representatives?))\b",
    r"\b(?:legal (?:action|proceedings|steps|claim)|small claims|letter before action|cease and desist|class action|law ?suit)\b",
    r"\b(?:sue|suing) (?:you|your|this|the|larkwave|for)\b",
    r"\btak(?:e|ing) (?:you|this|the matter|it|your \S+) (?:[^ .!?]+ ){0,2}to (?:the )?(?:court|tribunal|ombudsman|police)\b",
    r"\bsee you in court\b|\bcourt (?:order|claim|summons)\b",
    r"\b(?:ombudsman|regulator|ofcom|trading standards|consumer protection (?:agency|office|authority)|data protection authority)\b",
    r"\b(?:rechts)?anw[aä]lt(?:e|in|s|en)?\b|\b(?:rechts)?anwalt\b|\bverklag\w+|\bklage (?:ein|erheb)\w+",
    r"\b(?:rechtliche|gerichtliche|juristische) schritte\b|\bvor gericht\b|\bstrafanzeige|\bverbraucherzentrale|\bbundesnetzagentur",
    r"\bunterlassungserkl[aä]rung",
    r"\b(?:mi|un|una|nuestro) abogad[oa]\b|\bacciones legales|\bdemandar(?:[ée]|os|les|los|emos)",
    r"\b(?:a|en) (?:los )?(?:tribunales|juicio)\b|\bdenunciar(?:[ée]|os|les|los)|\bhoja de reclamaciones",
    r"\borganizaci[oó]n de consumidores",
    r"\b(?:mon|un|une|notre) avocate?\b|\bporter plainte|\bd[ée]poser (?:une )?plainte",
    r"\b(?:action|poursuites?) (?:en justice|judiciaires?)|\bau tribunal\b|\bdevant (?:le|les) tribuna(?:l|ux)|\bmise en demeure",
    r"\bpoursuivre en justice|\bm[ée]diateur\b",
]
_ONE = (
    r"(?:person|human|humans|agent|adviser|advisor|representative|rep|employee|operator|colleagues?|manager|supervisor|someone|somebody|staff|"
    r"people|lady|gentleman|man|woman|member of staff|team member|consultant|real one)"
)
_WANTS_A_PERSON = [
    (
        r"\b(?:speak|talk|chat|speaking|talking|write|connect(?: me)?|connected|transfer(?:red)?(?: me)?|put me through|pass me|"
        rf"through|escalate(?: this)?) (?:[^ .!?]+ )?(?:to|with|on to) (?:[^ .!?]+ ){{0,4}}{_ONE}\b"
    ),
    r"\b(?:real|actual|live|proper) (?:live )?(?:person|human|agent|people|humans|operator|one)\b",
    r"\bhuman (?:being|agent|please|help|support|now)\b",
    r"^(?:[^ ]+ ){0,2}(?:person|human|agent|operator|representative|advisor|adviser)\b[ .!?]*(?:please|pls|now)?[ .!?]*$",
    (
        r"\b(?:need|want|give me|get me|get|like|prefer|fetch me) (?:a |an |the |to (?:see|reach) (?:a |"
        r"an )?)(?:[^ .!?]+ ){0,2}(?:person|human|agent|operator|representative|employee|manager|supervisor)\b"
    ),
    r"\b(?:no|not|stop|without|hate|are you|is this|talking to|talk to|with|speak to|your) (?:[^ .!?]+ ){0,2}(?:chat)?(?:ro)?bots?\b",
    r"\b(?:call|ring|phone) me(?: back)?\b|\b(?:call|ring|phone) me back\b|\bring me\b|\bis (?:there )?any(?:one|body) (?:there|here)\b",
    rf"\bis there (?:a |an |any)?{_ONE}\b",
    r"\b(?:number|phone|where|line) (?:[^ .!?]+ ){0,6}(?:a |to a )?(?:person|human) (?:answers|picks up)",
    (
        r"\bmit (?:\S+ ){0,3}(?:menschen|mitarbeiter(?:in)?|person|berater(?:in)?|jemand(?:em)?|agenten|kolleg\w+|vorgesetzten)"
        r" (?:\S+ ){0,2}(?:sprechen|reden|verbinden|chatten|telefonieren|verbunden)"
    ),
    r"\b(?:echte[nr]?|richtige[nr]?|lebende[nr]?) (?:mensch(?:en)?|person|mitarbeiter)\b|\brufen sie mich",
    r"\bkein(?:en)? (?:ro|chat)?bot\b",
    (
        r"\b(?:hablar|comunicarme|contactar|chatear|ponme|p[aá]seme) (?:\S+ )?con (?:\S+ ){0,2}(?:persona|agente|humano|alguien|"
        r"operador[a]?|asesor[a]?|representante|responsable|supervisor[a]?)\b"
    ),
    r"\bpersona (?:real|de verdad)\b|\bagente humano|\bll[aá](?:me|men)me\b",
    (
        r"\b(?:parler|discuter|[ée]changer|communiquer) (?:\S+ )?(?:à|a|avec) (?:\S+ ){0,2}(?:personne|humain|conseill[eè]re?|agent|"
        r"quelqu'un|op[ée]rat\S+|responsable)\b"
    ),
    r"\b(?:vraie personne|[eê]tre humain|personne r[ée]elle|vrai humain)\b|\brappelez[- ]moi|\bpas (?:un|à un|de) (?:ro)?bot",
]


def _rule(name: str, title: str, effect: RuleEffect, patterns: list[str]) -> RuleSpec:
    return RuleSpec(name=name, title=title, effect=effect, patterns=patterns)


OUR_RULES: dict[str, RuleSpec] = {
    rule.name: rule
    for rule in (
        _rule("card_fraud", "Card fraud", RuleEffect.SENSITIVE, _CARD_FRAUD),
        _rule("account_takeover", "Somebody else in the account", RuleEffect.SENSITIVE, _ACCOUNT_TAKEOVER),
        _rule("abuse", "Abuse, threats and harassment", RuleEffect.SENSITIVE, _ABUSE),
        _rule("self_harm", "Danger to oneself", RuleEffect.SENSITIVE, _SELF_HARM),
        _rule("minors", "Minors", RuleEffect.SENSITIVE, _MINORS),
        _rule("legal_threat", "Lawyers, courts and regulators", RuleEffect.SENSITIVE, _LEGAL_THREAT),
        _rule("wants_a_person", "The customer wants a person", RuleEffect.PERSON, _WANTS_A_PERSON),
    )
}
