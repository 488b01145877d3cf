"""Fraud: money or a card taken by somebody, and tricks to take it."""

from mci_router.triage.our_rules.words import FEW, MANY, NEVER, NOT_KNOW, PAYMENT, SOMEONE, SURELY

PATTERNS = [
    r"\bfraud(?:s|ulent(?:ly)?|sters?)?\b",
    r"\b(?:been|was|got|were|being|i'?m) (?:scammed|defrauded|phished|swindled|conned|cloned|skimmed)\b|\bscam(?:med|mers?)\b",
    r"\bphish(?:ed|ing)\b",
    rf"\b(?:un-?auth?ori[sz]ed|not auth?ori[sz]ed|unknown|suspicious|unfamiliar|unrecogni[sz]ed) {FEW}(?:use|{PAYMENT})\b",
    (
        rf"\b{PAYMENT} {MANY}(?:i|we|me) {SURELY}{NEVER} {SURELY}(?:ever )?(?:make|made|do|done|did|auth?ori[sz]ed?|approved?|"
        r"initiated?|create|perform(?:ed)?|set up|consent\w*|permit\w*|give permission)\b"
    ),
    (
        rf"\b(?:i|we) {SURELY}{NEVER} {SURELY}(?:ever )?(?:make|made|do|done|auth?ori[sz]ed?|approved?|set up) (?:this|that|these|"
        rf"those|the|any|a|such|some) {FEW}{PAYMENT}\b"
    ),
    rf"\b{PAYMENT} {MANY}(?:i|we) {SURELY}{NOT_KNOW}",
    rf"\b(?:i|we) {SURELY}{NOT_KNOW} (?:making )?(?:this|that|these|those|the|any|a|some) {FEW}{PAYMENT}\b",
    rf"\b{PAYMENT} {MANY}(?:without|not) (?:my|our|any) (?:permission|consent|knowledge|auth?ori[sz]ation)\b",
    (
        rf"\b{PAYMENT} {MANY}(?:was ?n'?t|was not|were ?n'?t|were not|is ?n'?t|is not|are ?n'?t|are not|'s not|not) (?:mine|me|"
        r"by me|made by me|done by me)\b"
    ),
    (
        rf"\b{SOMEONE} (?:[^ .!?]+ ){{0,6}}(?:used|using|uses|utili[sz]ing|stole|stolen|steal|stealing|cloned|copied|copy of|spent|"
        rf"spending|took|taken|withdr[ea]w\w*|emptied|got (?:my|hold)|bought|ordered|shopping|charged|paid)\b {FEW}(?:card|cards|"
        r"card'?s|money|bank|debit|credit|pin|funds|wallet)\b"
    ),
    (
        rf"\b{SOMEONE} (?:[^ .!?]+ ){{0,4}}(?:has|have|had|got|gotten|gained|stole) (?:[^ .!?]+ ){{0,4}}(?:my|our)"
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
    # Tricks: gift cards read out, somebody let into the computer, money to a "safe account".
    r"\b(?:told|asked|asking|said|pay|paid|want(?:s|ed)?|demand\w*) (?:[^ .!?]+ ){0,8}(?:gift|google play|itunes|steam|amazon|apple) (?:gift )?(?:cards?|vouchers?)\b",
    r"\b(?:gave|read|told|sent) (?:him|her|them|it|someone|somebody) (?:[^ .!?]+ ){0,3}(?:codes?|numbers?|pin|password|card|details)\b",
    (
        r"\b(?:let|gave) (?:him|her|them|someone|somebody) (?:[^ .!?]+ ){0,3}(?:into|in|access|on|control) (?:[^ .!?]+ ){0,3}(?:computer|laptop|phone|pc|"
        r"tablet|account)\b"
    ),
    r"\b(?:anydesk|teamviewer|remote access)\b|\bsafe account\b",
    r"\bunknown payee\b|\b(?:texted|text|emailed|message|alert) (?:[^ .!?]+ ){0,4}new payee\b|\bpayee (?:[^ .!?]+ ){0,4}(?:never|did ?n'?t|not)\b",
    r"\b(?:geschenk|guthaben|gutschein|google[- ]play[- ]?|steam[- ]?|paysafe)-?karten?\b.{0,40}\b(?:code|nummer|bezahl|durchgegeben|vorgelesen)",
    r"\b(?:abbuchung|lastschrift|zahlung|[uü]berweisung|bestellung)\w* (?:\S+ ){0,6}(?:nie|nicht) (?:\S+ ){0,2}(?:gemacht|bestellt|veranlasst|erkenne|kenne|war)",
    r"\b(?:reingelegt|abgezockt worden|hereingefallen|phishing\w*)\b",
    r"\bt(?:ar|rar)jetas? (?:\S+ ){0,6}(?:usad[ao]|utilizad[ao]|gastad[ao]|copiad[ao]|duplicad[ao])",
    r"\balguien (?:\S+ ){0,5}(?:mi tarjeta|mi dinero|mi banco|mis datos|a mi nombre)",
    r"\b(?:compras?|pagos?|cobros?|cargos?|transferencias?|pedidos?|recibos?) (?:\S+ ){0,6}(?:yo )?(?:no|nunca) (?:\S+ ){0,2}(?:hice|hecho|reconozco|autori\w+|pedid\w|ped[ií])\b",
    r"\bme (?:han )?(?:estafa\w+|enga[ñn]a\w+|timad\w)\b|\btimo\b|\btarjetas? (?:de )?regalo (?:\S+ ){0,6}(?:n[uú]meros?|c[oó]digos?)",
    r"\b(?:utilis[ée]|vol[ée]|pirat[ée]|d[ée]bit[ée]|vid[ée])\S* (?:\S+ ){0,3}ma carte\b|\bma carte (?:\S+ ){0,5}(?:utilis[ée]e|pas moi)",
    r"\b(?:achats?|commandes?|paiements?|virements?|pr[ée]l[èe]vements?) (?:\S+ ){0,5}(?:que )?je (?:n'ai|ne) (?:\S+ ){0,2}(?:fait|command[ée]|autoris[ée]|reconnais|pass[ée])",
    r"\bce n'[ée]tait pas moi\b|\bcarte[s]? (?:cadeau|google play|steam|pcs) (?:\S+ ){0,8}(?:codes?|num[ée]ros?)",
    r"\btruff\w+|\bfrode\b|\bfrodi\b|\bfraudolent\w+|\braggir\w+|\bcarta (?:\S+ ){0,4}(?:clonata|rubata|usata|rubato)",
    r"\b(?:qualcuno|sconosciut\w) (?:\S+ ){0,6}(?:mia carta|miei soldi|mio conto|mio nome|miei dati)",
    r"\b(?:pagament\w|addebit\w|acquist\w|bonific\w|ordin[ei]) (?:\S+ ){0,6}(?:che )?(?:non|mai) (?:\S+ ){0,2}(?:fatto|autorizzat\w|riconosc\w+|effettuat\w|ordinat\w)",
    r"\bnon sono stat[oa] io\b|\b(?:mi hanno|hanno) (?:rubato|clonato|svuotato) (?:\S+ ){0,2}(?:carta|conto|soldi|portafogl\w+)",
    r"\bfraude\b|\bburl(?:a|ad[oa]|aram|ado)\b|\bgolpe\b|\bgolpista\w*|\bcart[aã]o (?:\S+ ){0,4}(?:clonado|roubado|usado|furtado)",
    r"\balgu[eé]m (?:\S+ ){0,6}(?:meu cart[aã]o|meu dinheiro|meu nome|meus dados|meu banco)",
    r"\b(?:pagamentos?|compras?|cobran[cç]as?|transfer[eê]ncias?|d[eé]bitos?|pedidos?) (?:\S+ ){0,6}(?:que )?(?:n[aã]o|nunca) (?:\S+ ){0,2}(?:fiz|autori\w+|reconhe\w+|pedi|efetuei)\b",
    r"\bn[aã]o fui eu\b|\b(?:roubaram|furtaram|clonaram)(?:-me)? (?:\S+ ){0,3}(?:cart[aã]o|carteira|dinheiro)",
]
PATTERNS += [
    r"^(?:that'?s |this is |it'?s |it is )?not my (?:order|contract|sim|phone|number|signature|card|purchase)\W*$|\b(?:see|watch|control) (?:[^ .!?]+ )?my screen\b.{0,60}\bmoney\b|\blink\b.{0,40}\b(?:put|typed|entered|gave) (?:[^ .!?]+ )?my (?:card|bank|details)",
    r"\b(?:m[oó]vil|tel[eé]fono|contrato|l[ií]nea|pedido) (?:\S+ ){0,4}que (?:yo )?(?:jam[aá]s|nunca|no) (?:\S+ )?(?:compr|firm|contrat)\w+|\b(?:contratto|fattura|telefono|ordine) (?:\S+ ){0,4}mai (?:firmat|comprat|ordinat|stipulat)\w+",
    r"\b(?:t[ée]l[ée]phone|contrat|commande|portable) (?:\S+ ){0,2}je n'ai (?:jamais|pas) (?:achet|sign|command)\w+|\b(?:telem[oó]vel|celular|contrato|pedido|linha) que (?:eu )?(?:nunca|n[aã]o) (?:comprei|assinei|pedi)\b",
    r"\b(?:handy|ger[aä]t|vertrag|paket) (?:\S+ ){0,4}(?:das|den|die) ich (?:nie|nicht|niemals) (?:\S+ )?(?:gekauft|bestellt|unterschrieben)\b|\bloan (?:[^ .!?]+ ){0,3}in my name\b",
]
PATTERNS += [
    r"\b(?:direct debit|standing order|mandate|payee)\b.{0,40}\b(?:was|were) never there\b|\b(?:direct debit|standing order|mandate|payee)\b.{0,40}\b(?:i never (?:set up|signed|authori[sz]ed|agreed))\b",
    r"\bseller (?:is |has |have |'s )?(?:just |now )?(?:gone|vanished|disappeared|blocked me)\b.{0,30}\b(?:deposit|money|payment)\b",
    r"\b(?:order|shipping|delivery) confirmations? (?:[^ .!?]+ ){0,4}(?:i|we) (?:never|did ?n'?t|have ?n'?t) (?:order|bought|buy)\w*",
]
PATTERNS += [
    r"\b(?:gave|read|told) (?:the|this|that) (?:caller|man|woman|lady|guy|bloke|person|voice|lad) (?:[^ .!?]+ ){0,4}(?:codes?|pin|password|digits)\b",
]

NOT_MEANT = [
    r"\bfraud (?:check|team|department|desk|prevention|protection|screening|awareness|course|hold)s?\b|\banti-?fraud\b",
    r"\b(?:spot|spotting|recogni[sz]e|recogni[sz]ing|avoid|avoiding|report|about|against|erkenne|erkennen|vor) (?:[^ .!?]+ ){0,2}(?:phishing|scams?)\b",
    r"\b(?:precios?|plan|tarifas?|facturas?|servicio|oferta|forfait|prix|facture|abonnement|piano|prezz[oi]|tariff[ae]|bolletta|plano|pre[cç]os?|fatura|tarif[ae]?|rechnung|preise?|vertrag) (?:[^ .!?]+ ){0,3}(?:estafa|robo|arnaque|escroquerie|truffa|golpe|burla|roubo|betrug|abzocke)\b",
    r"\b(?:estafa|arnaque|truffa|golpe|betrug|abzocke)\b (?:[^ .!?]+ ){0,2}(?:de (?:precio|plan)|ce forfait|ist das|questo piano)\b|\bquelle arnaque\b|\bihr betr[uü]ger\b|\b(?:son|sois) (?:unos )?(?:estafadores|ladrones)\b",
]
_COMPANY = r"(?:you|you people|larkwave|this company|the company|your company|your (?:billing|bills?|invoices?|prices?|pricing|fees?|contracts?|plans?|offers?|ads?))"
COMPLAINTS = [
    rf"\b{_COMPANY}(?:'re| are| is|'s)? (?:all |just |such |simply |nothing but |pure |a bunch of |running )?(?:an? )?(?:[^ .!?]+ )?(?:frauds?|fraudsters?|fraudulent|scam(?:mers?)?)\b",
    r"\bfraudulent (?:[^ .!?]+ )?(?:billing|bills?|invoic\w+|compan(?:y|ies)|practices?|business|advertis\w+|marketing|fees?|prices?|sales|contracts?|behaviou?r)\b",
    r"\bfraudulent (?:[^ .!?]+ ){0,3}by (?:you|your|larkwave|the company)\b|\b(?:what|is|it's|such|sounds like|feels like|smells like) (?:a |an )?(?:pure |complete |total )?(?:fraud|scam) (?:by|from|of) (?:you|your|a|this)\b",
    r"\bbetr[uü]g(?:er)? (?:seid|sind) (?:ihr|sie)\b|\b(?:ihr|sie) (?:seid|sind) (?:\S+ )?betr[uü]ger\b|\bbetr[uü]gerisch\w* (?:\S+ )?(?:firma|laden|preis\w*|rechnung\w*|vertrag\w*|werbung)",
]
"""An angry customer calls the company itself a fraud: a complaint."""
