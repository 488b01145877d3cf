"""Account takeover: somebody else in the account, on the number, or under the customer's name."""

from mci_router.triage.our_rules.words import SOMEONE

PATTERNS = [
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
        rf"\b{SOMEONE} (?:[^ .!?]+ ){{0,5}}(?:into|access to|access(?:ed|ing)?|in|using|taken over|on) my"
        r" (?:[^ .!?]+ ){0,3}(?:account|profile|e-?mail|mailbox|number)\b"
    ),
    rf"\b{SOMEONE} (?:[^ .!?]+ ){{0,3}}changed my (?:[^ .!?]+ ){{0,3}}(?:password|e-?mail|address|number|details|login)\b",
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
    r"\bpirat(?:[ée]|age\b)|\busurpation d'identit[ée]|\bquelqu'un (?:\S+ ){0,6}mon compte",
    # Codes, SIM cards, orders and forwardings that nobody asked for.
    (
        r"\b(?:codes?|sims?|e-?sims?|pac|password resets?|resets?) (?:[^ .!?]+ ){0,6}(?:i|we) (?:[^ .!?]+ )?(?:did ?n'?t|did not|never|have ?n'?t|have not) "
        r"(?:[^ .!?]+ ){0,2}(?:ask\w*|request\w*|order\w*|want\w*)"
    ),
    (
        r"\b(?:phones?|iphones?|devices?|contracts?|lines?|accounts?|tablets?) (?:[^ .!?]+ ){0,6}(?:i|we) (?:[^ .!?]+ )?(?:did ?n'?t|did not|never|have ?n'?t) "
        r"(?:[^ .!?]+ )?(?:order(?:ed)?|open(?:ed)?|take out|taken out|took out)"
    ),
    r"\bsim (?:card )?(?:[^ .!?]+ ){0,3}(?:cloned|swapped|duplicated|hijacked)\b|\bcloned sim\b",
    r"\bcalls? (?:[^ .!?]+ ){0,4}(?:forwarded|diverted|redirected) to (?:[^ .!?]+ ){0,4}(?:do ?n'?t know|unknown|not mine|stranger)",
    (
        r"\b(?:number|line) (?:[^ .!?]+ ){0,4}(?:ported|moved|transferred|switched|taken) (?:[^ .!?]+ ){0,6}(?:without|behind my back|never|did ?n'?t|not by me|by some)"
    ),
    r"\b(?:e-?sim|sim|device|phone|line|number|forwarding) (?:[^ .!?]+ ){0,3}(?:on|in) my (?:line|account|plan|contract|profile|device list)\b.{0,40}\b(?:never|did ?n'?t|not mine|not me)\b",
    r"\bcalls? (?:[^ .!?]+ ){0,3}(?:go|going|sent) to (?:a |an )?(?:different|another|other|strange|unknown) (?:phone|number|device)\b|\b(?:e-?sim|sim|number|identity|password) (?:was |is |got )?(?:stolen|hijacked)\b",
    r"\b(?:e-?mail|address|number|phone)(?: address)? (?:[^ .!?]+ ){0,5}(?:is ?n'?t|is not|not) mine\b",
    r"\b(?:unbekannte[rs]?|fremde[rs]?) (?:ger[aä]t|anmeldung|login|zugriff)",
    r"\b(?:sim|e-?sim|simkarte|sim-karte|vertrag|vertr[aä]ge|handy|bestellung|code|tan)s? (?:\S+ ){0,6}(?:ich )?(?:nie|nicht|niemals) (?:\S+ )?(?:bestellt|beantragt|angefordert|abgeschlossen|beauftragt|gemacht|gekauft|unterschrieben)\b",
    r"\b(?:nie|nicht) (?:\S+ )?(?:bestellt|beantragt|angefordert)\w* (?:\S+ )?(?:sim|e-?sim|sim-?karte|vertrag|code)",
    r"\bauf mein\w* namen (?:\S+ ){0,6}(?:vertr[aä]ge?|abgeschlossen|bestellt|gemacht|konto)|\b(?:sim|simkarte|sim-karte|karte) (?:\S+ )?ge(?:klont|clont)|\bgeklonte|\bfremde (?:sim|e-?sim|karte|nummer)\b",
    r"\b(?:rufe?|anrufe?|gespr[aä]che) (?:\S+ ){0,5}(?:umgeleitet|weitergeleitet) (?:\S+ ){0,6}(?:nicht kenne|unbekannt\w*|fremd\w*)",
    r"\bpasswort (?:\S+ ){0,4}ge[aä]ndert (?:\S+ ){0,4}(?:nicht ich|ohne mein)|\bnicht ich\b.{0,30}\b(?:angemeldet|eingeloggt)",
    r"\b(?:sim|esim|duplicado|c[oó]digos?|l[ií]neas?|contratos?|m[oó]vil(?:es)?) (?:\S+ ){0,6}(?:yo )?(?:no|nunca) (?:\S+ ){0,2}(?:pedid\w|ped[ií]|solicit\w+|contrat\w+|hice|encarg\w+)",
    r"\b(?:sim|l[ií]nea|contrato|cr[eé]dito|pr[eé]stamo|pedido)\b (?:\S+ ){0,4}a mi nombre\b|\bsim swapping\b|\bduplicado de (?:mi )?sim\b",
    r"\b(?:cambi(?:ado|aron)|robado) (?:\S+ ){0,3}(?:contrase[ñn]a|correo|n[uú]mero)\b|\bdispositivo (?:\S+ )?(?:desconocido|extra[ñn]o)",
    r"\bclon(?:aron|ado|ada|an) (?:\S+ ){0,2}(?:tarjeta|sim|chip|n[uú]mero|whatsapp)|\b(?:tarjeta|sim|chip|n[uú]mero|cart[aã]o) (?:\S+ )?clonad[oa]\b|\b(?:n[uú]mero|l[ií]nea) (?:\S+ ){0,3}(?:portad|cambiad|pasad)[oa] (?:\S+ ){0,6}sin\b",
    r"\b(?:sim|esim|codes?|contrats?|lignes?|t[ée]l[ée]phone) (?:\S+ ){0,6}(?:que )?je n'ai (?:\S+ ){0,2}(?:demand[ée]|command[ée]|souscrit|sign[ée])",
    r"\b[àa] mon nom\b.{0,40}\b(?:sans|jamais|pas moi)\b|\b(?:ouvert|souscrit|command[ée]) (?:\S+ ){0,4}[àa] mon nom\b",
    r"\bchang[ée] (?:\S+ ){0,2}mon (?:mot de passe|adresse|e-?mail|num[ée]ro)|\b(?:appareil|connexion) inconnue?\b",
    r"\bhackerat\w|\b(?:account|profilo|conto|numero) (?:\S+ ){0,3}(?:violat\w|compromess\w|rubat\w|bloccat\w da)|\bfurto d'identit[aà]",
    r"\bqualcuno (?:\S+ ){0,6}(?:mio (?:account|profilo|numero|conto|nome)|mia (?:mail|sim|linea))|\ba (?:mio nome|nome mio)\b",
    r"\b(?:sim|esim|codic[ei]|contratt[oi]|telefono|linea) (?:\S+ ){0,6}(?:che )?(?:non|mai) (?:\S+ ){0,2}(?:chiest\w|richiest\w|ordinat\w|attivat\w|stipulat\w)",
    r"\bcambiato (?:\S+ ){0,2}(?:password|mail|indirizzo|numero)\b.{0,30}\bnon\b",
    r"\bhacke(?:ada|ado|aram)\b|\binvadi(?:ram|da|do)\b|\bpirate(?:ada|ado|aram)\b|\broubo de identidade\b|\bclon(?:aram|ado) (?:\S+ ){0,3}(?:sim|chip|n[uú]mero|whats\w*)",
    r"\balgu[eé]m (?:\S+ ){0,6}(?:minha conta|meu n[uú]mero|meu e-?mail|meu chip)\b|\b(?:no|em) meu nome\b",
    r"\b(?:sim|chip|esim|c[oó]digos?|contratos?|linhas?|telem[oó]vel|celular) (?:\S+ ){0,6}(?:que )?(?:n[aã]o|nunca) (?:\S+ ){0,2}(?:pedi|solicitei|encomendei|fiz|contratei)\b",
]
PATTERNS += [
    r"\b(?:ruf|handy|telefon)?nummer (?:\S+ ){0,3}ohne (?:mein|unser)\w* (?:wissen|zustimmung|einwilligung|erlaubnis|auftrag)\b|\bohne (?:mein|unser)\w* (?:wissen|zustimmung|einwilligung) (?:\S+ ){0,3}(?:portiert|mitgenommen|[uü]bertragen)\b",
    r"\b(?:carte )?sim (?:[^ .!?]+ ){0,3}(?:dupliqu[ée]e?|clon[ée]e?|copi[ée]e)s?\b|\bnum[ée]ro (?:[^ .!?]+ ){0,3}(?:port[ée]|transf[ée]r[ée]) (?:[^ .!?]+ ){0,2}(?:[àa] mon insu|sans mon)\b",
    r"\be-?sim (?:activation|transfer|download) (?:e?-?mail|text|sms|message)\b.{0,20}\bbut i\b",
]
PATTERNS += [
    rf"\b{SOMEONE} (?:[^ .!?]+ ){{0,2}}(?:answers?|answering|picks? up|picking up|gets?|getting)\b.{{0,40}}\bmy (?:number|calls|line|texts)\b",
    r"\b(?:hakced|hakked|haked|hcaked|hackd|hackedd|hijcked|hacekd)\b",
]

NOT_MEANT = [
    # Who asks for somebody's help does not speak of a stranger.
    r"\b(?:can|could|would|will|may) (?:some(?:one|body)|any(?:one|body)) (?:[^ .!?]+ ){0,2}(?:help|assist|tell|explain|show|check|look|reset|unlock)\b[^.!?,]*",
    r"\balguien (?:\S+ ){0,3}(?:ayud|explic|revis|dec)\w*[^.!?,]*|\bquelqu'un (?:\S+ ){0,3}(?:m')?(?:aid|expliqu|v[ée]rifi)\w*[^.!?,]*",
    r"\bqualcuno (?:\S+ ){0,3}(?:aiut|spieg|controll)\w*[^.!?,]*|\balgu[eé]m (?:\S+ ){0,3}(?:ajud|explic|verific)\w*[^.!?,]*",
    r"\bhacked together\b|\b(?:growth|life|travel) hack\w*\b|\bhackathon\w*\b|\bmy own (?:access|login|log-in|device)\b",
]
