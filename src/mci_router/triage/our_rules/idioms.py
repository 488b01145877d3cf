"""What sounds like danger and is none, in English, German, Spanish, French, Italian and Portuguese: what people say
when they laugh or wait, toys and games, what an insurance covers, who brings a parcel.

Each is as narrow as can be: only the words themselves are left out, and what else a customer says is heard. Nothing
that somebody in danger may say stands here, even where most who say it are not.
"""

_CARRIERS = (
    (
        r"(?:courier|driver|postman|parcel|package|delivery|bote|paketbote|postbote|techniker|monteur|paket|lieferung)",
        r"(?:is|'s|ist|steht) (?:[^ ,.!?]+ ){0,2}(?:at|outside|in front of|vor|an) (?:the |my |our |der |meiner |unserer )?(?:door|house|t[uü]r|haust[uü]r)\b",
    ),
    (
        r"(?:repartidor|mensajero|cartero|paquete|pedido|t[eé]cnico|estafeta|carteiro|encomenda|pacote|entregador|motoboy)",
        r"est[aá] (?:[^ ,.!?]+ ){0,2}(?:en|fuera de|[àa]|na) (?:la |mi |minha )?(?:puerta|porta|casa)\b",
    ),
    (
        r"(?:livreur|facteur|colis|paquet|technicien|commande|corriere|postino|pacco|fattorino|tecnico|ordine)",
        r"(?:est|[eè]) (?:[^ ,.!?]+ ){0,2}(?:devant|derri[eè]re|[àa]|alla|davanti alla|fuori dalla|sotto) (?:ma |la )?(?:porte|porta|casa)\b",
    ),
)
_TOYS = r"(?:lego|playmobil|toy|spielzeug|juguete|jouet|giocattolo|brinquedo|siku|matchbox)"
_EMERGENCY = r"(?:ambulances?|ambulancias?|ambulanza|ambul[aâ]ncia|krankenwagen|rettungswagen|feuerwehr\w*|notarzt|fire brigade|samu)"
_WORK = (
    r"(?:film|movie|game|series|song|book|serie|spiel|buch|lied|pel[ií]cula|juego|libro|canci[oó]n|s[ée]rie|jeu|livre|chanson|gioco|canzone|filme|jogo|"
    r"livro|spel|boek|gra|bok|spil|bog|hra|kniha|oyun|kitap|dvd|blu-?ray|spillet|spelet)"
)
TITLES = [
    rf'\b{_WORK} (?:[^ ,.!?]+ )?["«„“»][^"»”“.!?]{{1,40}}["»”“«]',
    r"\b(?:film|movie|spiel|dvd|serie|s[ée]rie) (?:feuerwehr\S*|ambulance|notarzt|herzinfarkt|rettungswagen)\b",
]
_SHOCK = r"(?:bill|invoice|price|prices|fee|amount|rechnung|preis|preise|factura|precio|facture|prix|montant|bolletta|fattura|prezzo|fatura|pre[cç]o|conta)"
_AND_NO_MORE = r"(?: (?:for|of|from|this|last|today|yesterday|von|vom|de|del|du|d[aeio])(?: [^ ,.!?]+){0,3})?(?: ?$| ?[.!?;])"  # of what is no idiom
LIFE = [
    *TITLES,
    r"\b(?:lights?|leds?|lamps?) (?:[^ ,.!?]+ ){0,5}(?:burn|burns|burning) (?:all (?:night|day|the time)|red|green|blue|orange|constantly|steadily)\b|\bspark(?:s|ing)? (?:joy|(?:my |our |an? )?(?:interest|curiosity|debate|idea))\b",
    rf"\b(?:nearly|almost) (?:had|got|gave me) a (?:heart attack|stroke) (?:(?:when|as) (?:i|we) (?:saw|see|got|opened|read|received)|(?:on )?(?:seeing|opening|reading)|at the sight of|at) (?:[^ ,.!?]+ ){{0,4}}{_SHOCK}{_AND_NO_MORE}",
    rf"\b(?:beim (?:blick auf|anblick)|als ich) (?:[^ ,.!?]+ ){{1,4}}{_SHOCK} (?:[^ .!?]+ ){{0,4}}(?:fast|beinahe|beinah) (?:[^ ,.!?]+ )?(?:herzinfarkt|schlaganfall|herzkasper)\b",
    rf"\b(?:fast|beinahe) (?:[^ ,.!?]+ )?(?:herzinfarkt|schlaganfall) (?:bekommen|gekriegt),? (?:als|beim) (?:[^ ,.!?]+ ){{1,5}}{_SHOCK}\b",
    rf"\bcasi me (?:da|dio) un infarto (?:al|cuando) (?:[^ ,.!?]+ ){{1,4}}{_SHOCK}\b|\bfailli (?:faire|avoir) une crise cardiaque en (?:[^ ,.!?]+ ){{1,4}}{_SHOCK}\b",
    rf"\b(?:mi [eè] quasi venuto|quasi mi viene) un infarto (?:[^ ,.!?]+ ){{1,4}}{_SHOCK}\b|\bquase (?:tive|me deu) um (?:enfarte|infarto) (?:ao|quando) (?:[^ ,.!?]+ ){{1,4}}{_SHOCK}\b",
    rf"\b{_TOYS}[ -](?:the |der |de |di )?{_EMERGENCY}(?: (?:and|und|y|et|e|o|or|oder|ou) {_EMERGENCY})?\b|\b(?:feuerwehr|krankenwagen|ambulance)[ -](?:simulator|toy|lego|playmobil|spiel)\w*",
    r"\b(?:cover(?:s|ed)?|insured) (?:also |for |against |a |an |the ){0,3}(?:heart attacks?|strokes?|overdoses?)\b",
    r"\b(?:versicherung|zahlt|deckt|versichert|schutz) (?:auch |bei |einen? |im |falle |eines |f[uü]r |gegen |nach ){0,4}(?:herzinfarkt\w*|schlaganf[aä]ll\w*)",
    r"\b(?:cubre|incluye|couvre|prend en charge|copre|coprono|cobre|inclui) (?:el |un |une |l'|les |anche |o |um |uma |la |d')*(?:infarto|infarctus|ambulancia|ambulance|ambulanza|enfarte|ataque card[ií]aco|ambul[aâ]ncia|overdose)\b|\bambulancia incluida\b",
    r"\bdrowning in (?:paperwork|spam|e-?mails?|bills?|work|data|ads)\b|\b(?:prices?|shares?|markets?|connection|network|system|server|line|call|site) (?:has |have )?collapsed\b|\bexploded in popularity\b|\bburn(?:s|ing) (?:battery|cds?|dvds?|data)\b|\bsmoking fast\b|\bstroke of (?:luck|genius)\b",
    r"\b(?:calls?|calling|dialling) (?:to )?(?:911|999|112) (?:cost|costs|free|charged|from abroad|on prepaid|is free)\b|\b(?:phone|laptop|computer|pc|site|server|data) (?:has |got |was |been ){1,2}poisoned\b|\bswallowed (?:all (?:of )?)?(?:my|our|the|his|her) (?:data|minutes|gigs?|allowance|credit|budget)\b",
    r"\btragado (?:\S+ )?(?:los |mis |el )?(?:datos|gigas|saldo)\b|\baval[ée] (?:tout |toutes )?(?:le |les |mon |mes )?(?:forfait|donn[ée]es|gigas?|cr[ée]dit)|\bingoiato (?:tutti |tutto )?(?:i |il |gli )?(?:giga|dati|credito)\b|\bengoliu (?:os |o |meus )?(?:dados|gigas|saldo|cr[ée]dito)\b",
    r"\b(?:m[oó]vil|servidor|bater[ií]a|ordenador|tel[eé]fono|port[aá]til|router|m[oó]dem|computer|telefono|batteria|portatile|modem|server) (?:[^ ,.!?]+ )?(?:se est[aá] muriendo|sta morendo)\b|\becha chispas de (?:lo )?r[aá]pid|\bkeine luft mehr vor lachen\b",
    r"\bburning (?:through|question|desire|issue|blue|red|hot|bright)\b|\b(?:fire|hot) sale\b|\b(?:kindle|amazon) fire\b",
    r"\b(?:phone|laptop|tablet|computer|pc|screen|tv|console|monitor|watch|ipad|macbook|device|camera|printer) (?:is |just |still ){0,2}not waking up\b|\bwent black and is not waking up\b",
    r"\b(?:took|taken|take) (?:[^ ,.!?]+ ){0,3}tablets (?:back|to (?:the|your) (?:shop|store|branch)|abroad|on holiday|with me)\b|\btablets? with (?:\d|wi-?fi|android|a sim)",
    r"\bbox(?:es)? of tablets (?:for (?:our|the|my) (?:school|office|company|class)|(?:was|were) (?:promised|delivered|ordered)|(?:has|have) (?:not )?arrived)\b|\bdishwasher tablets\b",
    r"\bes brennt (?:gar |ja |noch )?nicht\b|\b(?:kuchen|toast|pizza|kaffee|popcorn|keks\w*) (?:riecht|stinkt|schmeckt) (?:\S+ )?(?:verbrannt|angebrannt)\b",
    r"\bersticke? (?:\S+ )?(?:in|an|unter) (?:\S+ )?(?:werbung|arbeit|rechnungen|mails?|papierkram|kosten|geb[uü]hren)\b|\bsp[uü]lmaschinentabletten\b|\b(?:tabletten|tablets),? (?:also )?(?:die )?ipads\b",
    r"\b(?:me estoy|se est[aá]|estoy) muriendo de (?:la )?(?:risa|ganas|verg[uü]enza|sue[ñn]o|aburrimiento|curiosidad|envidia|asco)\b|\becha humo de tant[oa]\b|\bprecios? (?:\S+ )?en llamas\b",
    r"\bc[aá]psulas (?:de caf[eé]|nespresso|dolce gusto)|\bpastillas (?:de freno|para el lavavajillas|de lavavajillas)|\bcomprim[ée]s (?:de |pour )(?:le )?lave-vaisselle|\bcompresse (?:per|da) (?:la )?lavastoviglie|\b(?:pastilhas|comprimidos) (?:para|de) (?:a )?m[aá]quina",
    r"\b(?:overdose|sobredosis) (?:de|di|d'|of) ?(?:la )?(?:pub\w*|publicit\S+|publicidad\w*|anuncios|an[uú]ncios|mails?|e-?mails?|messages|messaggi|notifi\S+|s[ée]ries?|ads|advert\w*|cookies|spam)",
    r"\b(?:sto|sta|stiamo) morendo (?:dal|dalla|di|dalle) (?:ridere|noia|risate|voglia|curiosit[aà]|sonno|vergogna|invidia)|\b(?:prezz[oi]|offert[ae]|squadra|promo\w*) fa(?:nno)? scintille\b",
    r"\b(?:offres?|prix|soldes|promo\w*) (?:prend|prennent) feu\b|\bmorrendo de (?:rir|vergonha|vontade|curiosidade|sono|t[eé]dio|inveja)\b|\bsolta fuma?[cç]?o? de t[aã]o\b",
]
_OPENED = r"(?:cables?|cords?|wires?|box|boxes|parcels?|packages?|packaging|cartons?|foil|tape|sim|tray|kabel|karton|paket|caja|paquete|c[aâ]ble|colis|carton|cavo|pacco|scatola|cabo|caixa|encomenda)"
_END = r" ?$| ?[.!?;]"
_ONLY_THAT = {  # or what became of the thing: whom else the knife has met is no idiom
    "en": rf"(?:{_END}| (?:by (?:accident|mistake)|accidentally|while|to open)\b| and (?:scratched|damaged|ruined|broke|tore) (?:the|its?)\b| (?:and|but) (?:the|its?|there)\b)",
    "de": rf"(?:{_END}| (?:und|aber) (?:das|der|die|es|jetzt ist)\b)",
    "es": rf"(?:{_END}| sin querer\b| (?:y|pero) (?:el|la|los|ahora est[aá])(?: |$))",
    "fr": rf"(?:{_END}| (?:sans le|par erreur)\b| (?:et|mais) (?:le|la|il)\b)",
    "it": rf"(?:{_END}| per sbaglio\b| (?:e|ma) (?:il|la|lo)\b)",
    "pt": rf"(?:{_END}| sem querer\b| (?:e|mas) (?:o|a|agora est[aá])(?: |$))",
}
VIOLENCE = [
    *TITLES,
    rf"\b(?:i|we) (?:accidentally )?(?:cut|sliced?|opened|slit) (?:[^ ,.!?]+ ){{0,2}}{_OPENED}(?: [^ ,.!?]+){{0,2}} with (?:a|the|my|our) (?:[^ ,.!?]+ )?knife{_ONLY_THAT['en']}",
    rf"\bich (?:habe|hab) (?:[^ ,.!?]+ ){{0,2}}{_OPENED} (?:[^ ,.!?]+ ){{0,3}}mit (?:einem|dem|meinem) messer (?:durch|auf|an)\w+{_ONLY_THAT['de']}",
    rf"\bhe (?:cortado|abierto) (?:el|la|un|una) {_OPENED} con (?:un|el) cuchillo{_ONLY_THAT['es']}",
    rf"\bj'ai (?:coup[ée]|ouvert) (?:le|la|un) {_OPENED} avec (?:un|le) couteau{_ONLY_THAT['fr']}",
    rf"\bho (?:tagliato|aperto) (?:il|la|un|una) {_OPENED} con (?:un|il) coltello{_ONLY_THAT['it']}",
    rf"\b(?:cortei|abri) (?:o|a|um|uma) {_OPENED} com (?:uma|a) faca{_ONLY_THAT['pt']}",
    *(rf"\b{who} (?:[^ ,.!?]+ ){{0,2}}{where}" for who, where in _CARRIERS),
    r"\b(?:negozio|ufficio|cantiere|antenna|centralina|armadio|tienda|oficina|loja|boutique|magasin|cartel|cartello) (?:[^ ,.!?]+ ){0,2}(?:[eè]|est[aá]|est) (?:[^ ,.!?]+ ){0,3}(?:sotto casa|alla porta|en la puerta|fuera de casa|[àa] porta)",
    r"\b(?:has|got|have|with|pulled|holding) (?:a|the) (?:knife|gun|weapon|axe|machete) (?:[^ ,.!?]+ )?(?:skin|block|sharpener|set|in (?:the |this )?(?:game|set|box|fortnite|roblox|valorant|minecraft|gta|pubg|counter-?strike|call of duty))\b",
    r"\b(?:is|'s) (?:at|outside|in front of) (?:my|the|our) (?:door|house|flat|home) (?:of (?:your|the) (?:shop|store|branch|office)|with (?:the|a|my|our) (?:parcel|package|delivery|order))\b|\bt[uü]r (?:ihrer|eurer|deiner) (?:filiale|bank|niederlassung)\b",
    r"\b(?:tiene|a|ha|tem|hat) (?:un|una|uma|ein|eine) (?:arma|pistola|cuchillo|fusil|pistolet|couteau|coltello|faca|messer|waffe|axt|pistole) (?:[^ ,.!?]+ )?(?:en el juego|dans le jeu|nel gioco|no jogo|im spiel|im set|en el set|de cocina)\b",
    r"\bme est[aá] (?:ahogando|golpeando) (?:con|de|a) (?:\S+ )?(?:notificaciones|anuncios|publicidad|facturas|mensajes)\b",
]
_COMMERCE = (
    r"(?:commercial|financial|economic|career|brand|reputational|wirtschaftlicher|finanzieller|unternehmerischer)"
)
_COMERCIO = r"(?:comercial|financiero|econ[oó]mico|empresarial|commercial|financier|[ée]conomique|commerciale|finanziario|economico|financeiro|econ[oô]mico)"
_PURSES = (  # by language: "is suicide for my budget"; what has no life to lose, and never "the suicide"
    (
        r"(?:\b(?:is|are|was|would be)|'s) (?:a |pure |sheer )?suicide for (?:my|our|any|the)",
        r"(?:budget|wallet|purse|business|company|firm|shop|store|bank account|savings|sales|finances|data plan)",
    ),
    (
        r"\b(?:ist|sind|w[aä]re|war) (?:ein |reiner |purer )?(?:selbstmord|suizid) f[uü]r (?:meine?n?|unsere?n?)",
        r"(?:budget|geldbeutel|portemonnaie|konto|gesch[aä]ft|firma|laden|finanzen)",
    ),
    (
        r"\b(?:es|son|ser[ií]a) (?:un )?suicidio para (?:mi|nuestr[oa])",
        r"(?:bolsillo|presupuesto|cartera|econom[ií]a|negocio|empresa|tienda|cuenta)",
    ),
    (
        r"\b(?:est|sont|serait) (?:un )?suicide pour (?:mon|ma|mes|notre)",
        r"(?:budget|porte-?monnaie|portefeuille|entreprise|compte|boutique|finances)",
    ),
    (
        r"(?:\bsarebbe|(?:^| )(?:[èé]|e un)) (?:un )?suicidio per (?:il mio|la mia|le mie|la nostra|il nostro)",
        r"(?:budget|portafoglio|tasche|azienda|negozio|finanze|conto)",
    ),
    (
        r"(?:\bseria|(?:^| )(?:[èé]|e um)) (?:um )?suic[ií]dio para (?:o meu|a minha|a nossa|o nosso)",
        r"(?:bolso|or[cç]amento|carteira|empresa|conta|neg[oó]cio|finan[cç]as|loja)",
    ),
)
SELF = [
    *TITLES,
    r"\bnicht mehr von (?:[^ ,.!?]+ ){1,4}aufwachen\b",
    rf"\b{_COMMERCE} (?:suicide|selbstmord|suizid)\b|\b(?:suicidio|suicide|suic[ií]dio) {_COMERCIO}\b",
    *(rf"{said} (?:[^ ,.!?]+ )?{of}\b" for said, of in _PURSES),
    r"\b(?:it|this|everything) (?:all )?to be over with (?:this|the|my|your) (?:contract|subscription|plan|bill|order|claim|complaint)\b|\bend it all,? i mean\b",
    r"\b(?:kill|hurt|hang) myself laughing\b|\bbringe? mich (?:\S+ )?um (?:den|meinen|mein|das) (?:verstand|schlaf|geld|rabatt)\b",
    r"\bcortarme (?:(?:la|el|los|las|mi) (?:l[ií]nea|tel[eé]fono|internet|m[oó]vil|servicio|luz|datos|n[uú]mero|tarjeta|pelo|wifi|fibra|suministro|cuenta|conexi[oó]n|contrato)|internet)\b",
    r"\b(?:cortar-me|me cortar|tagliarmi) (?:a|o|os|as|la|il|l'|i|minha) ?(?:linha|internet|luz|telefone|servi[cç]o|dados|n[uú]mero|linea|corrente|fibra|telefono|dati|servizio|utenza|capelli|cabelo)\b",
    r"\bque todo (?:se )?(?:acabe|termine) de [a-z]+r(?:se)?\b|\bmatarme (?:a|de) (?:trabajar|trabajo|risa|la risa)\b",
    r"\ben finir (?:\S+ )?avec (?:ce|cette|ces|mon|ma|mes|vos|votre|le|la|les|l') ?(?:contrat|abonnement|litige|probl[eè]me|dossier|forfait|r[ée]clamation|factures?|pubs?|appels|op[ée]rateur)s?\b",
    r"\bque (?:[cç]a|tout) s'arr[eê]te,? (?:ces|les|vos|tous ces|toutes ces) (?:mails?|e-?mails?|pubs?|appels|sms|publicit\S+|relances|notifications|pr[ée]l[eè]vements)\b",
    r"\bfarla finita con (?:quest[oae]|quest'|il|la|l'|le|i|voi) ?(?:abbonament\w*|contratt\w*|offert\w*|bollett\w*|telefonat\w*|chiamate|pubblicit\w*|operator\w*)\b",
    r"\b(?:vivere|vivre|vivir|viver|leben) (?:pi[uù] )?(?:senza|sans|sin|sem|ohne) (?:la |il |ma |le |el |o |a )?(?:fibra|fibre|internet|wi-?fi|telefono|tel[eé]fono|rete|box|connexion|m[oó]vil|telem[oó]vel)\b|\bsenza (?:fibra|internet|wi-?fi)\b",
    r"\bm(?:i ammazzo|i uccido) (?:di|dal|dalle) (?:lavoro|ridere|risate|fatica)\b|\bammazzarmi di (?:lavoro|fatica)\b",
    r"\b(?:espera|demora|fila|lentid[aã]o|app|aplica[cç][aã]o|pre[cç]os?)\w* (?:[^ ,.!?]+ )?(?:est[aá] a matar-me|vai matar-me|vai me matar)\b|\bacabar com tudo o que\b",
]
