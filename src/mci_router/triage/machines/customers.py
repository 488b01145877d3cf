"""Words of a customer, in six languages: what is theirs, what does not work, what they want. Written by us.

Texts are folded: in lower case and without accents.
"""

from mci_router.triage.machines.sent import Patterns

_THINGS = (
    r"(?:e-?sim|sim|phone|mobile|number|internet|broadband|wi-?fi|router|modem|landline|"
    r"line|contract|tariff|data|roaming|handset|box|connection|signal)"
)

CUSTOMERS: Patterns = [
    r"\b(?:technicians?|techniker\w*|tecnico|technicien)\b",
    r"\byou (?:have |had |just )?(?:charged|billed|promised|cancell?ed|blocked|told me|accepted|took|cut)\b",
    r"\bno longer (?:works|working|connects?|loads?|arrives?)\b",
    (
        rf"\bmy (?:[^ .!?]+ ){{0,3}}(?:{_THINGS}|plan|bills?|invoices?|account|order|card|package|device|tv|refund|subscription|"
        rf"address|payment|password|pin)\b"
    ),
    rf"\bour (?:[^ .!?]+ )?{_THINGS}\b",
    (
        r"\bmein[a-z]{0,2} (?:\S+ ){0,2}(?:sim\S*|handy\S*|telefon\S*|nummer|internet\S*|w-?lan|router|anschluss|leitung|vertrag\S*|"
        r"tarif|rechnung\S*|konto|bestellung|karte|paket|gerat|fernseh\S*|zahlung|passwort|dsl\S*)\b"
    ),
    r"\bunser[a-z]{0,2} (?:\S+ )?(?:handy\S*|telefon\S*|internet\S*|w-?lan|router|anschluss|leitung|vertrag\S*|tarif|dsl\S*)\b",
    r"\b(?:mis?|su|nuestr[oa]) (?:linea|router|internet|fibra|contrato|tarifa)\b",
    r"\bmis? (?:\S+ )?(?:sim|telefono|movil|numero|wi-?fi|facturas?|cuenta|pedido|tarjeta|datos|conexion|cobertura|pago|contrasena)\b",
    (
        r"\b(?:mon|ma|mes) (?:\S+ )?(?:sim|telephone|portable|numero|internet|wi-?fi|box|routeur|ligne|contrat|forfait|factures?|"
        r"compte|commande|carte|colis|connexion|fibre|abonnement|paiement|reseau)\b"
    ),
    r"\bnotre (?:ligne|box|forfait|connexion|contrat)\b",
    (
        r"\b(?:mi[oa]|miei|mie) (?:\S+ )?(?:sim|telefono|cellulare|numero|internet|wi-?fi|router|modem|linea|contratto|tariffa|"
        r"bolletta|fatture?|fattura|conto|ordine|carta|pacco|fibra|connessione|abbonamento|pagamento)\b"
    ),
    r"\bnostra (?:linea|connessione)\b",
    (
        r"\b(?:meus?|minhas?) (?:\S+ )?(?:sim|chip|telefone|telemovel|celular|numero|internet|wi-?fi|router|roteador|linha|contrato|"
        r"plano|tarifa|faturas?|conta|pedido|cartao|encomenda|fibra|conexao|pagamento)\b"
    ),
    r"\bnoss[oa] (?:linha|contrato|internet)\b",
    (
        r"\b(?:do(?:es)? ?n'?t|does not|do not|is ?n'?t|is not|not|never|stopped) (?:work|works|working|connect|connecting|"
        r"load|loading|arrive|arrived)\b"
    ),
    r"\bno (?:signal|internet|connection|network|dial tone|coverage|reception)\b",
    r"\b(?:is|are|was|were|looks?) (?:all |totally |completely |still )?(?:wrong|incorrect|broken|too (?:high|expensive|slow|much))\b",
    r"\b(?:overcharged|double charged|charged twice|refund(?:ed)?|disput(?:e|ing))\b",
    r"\bwhy (?:do|does|is|was|did|have|am|are)\b",
    r"\b(?:funktioniert|geht|lauft|ladt) (?:\S+ ){0,3}nicht\b",
    r"\bkein(?:e|en)? (?:netz|internet|empfang|verbindung|signal)\b",
    r"\b(?:ist|sind) (?:\S+ )?(?:falsch|zu hoch|kaputt|echt)\b",
    r"\b(?:stimmt nicht|warum|wieso|erstatt\w+)\b",
    r"\bno (?:funciona|tengo (?:internet|linea|senal|cobertura)|me llega|carga)\b",
    r"\b(?:por que|esta mal|es incorrect[ao]|es falso|reembols\w+|me devuelvan)\b",
    r"\bne (?:fonctionne|marche|capte)\w* (?:pas|plus)\b",
    r"\b(?:plus|pas) (?:de |d')(?:internet|reseau|connexion|signal|ligne)\b",
    r"\b(?:pourquoi|est (?:fausse?|erronee?|trop)|rembours\w+)\b",
    r"\bnon (?:funziona|ho (?:internet|linea|segnale|rete))\b",
    r"\b(?:e (?:sbagliat[ao]|errat[ao]|troppo)|rimbors\w+|come mai)\b",
    r"\bnao (?:funciona|tenho (?:internet|sinal|rede|linha)|esta funcionando)\b",
    r"\b(?:esta (?:errad[ao]|incorret[ao])|reembols\w+|por que)\b",
    (
        r"\bi (?:still |just |also |really |only |ever |always |have |had |did )*(?:want|need|would like to (?:know|cancel|change|move|"
        r"order|complain|report)|can ?not|can'?t|couldn'?t|do(?: not|n'?t) (?:understand|accept|agree|know|get)|was charged|"
        r"am (?:being |getting )|tried|pay|paid|ordered|get (?:no|an?|the|this|these|your|only|told)|got|received|moved|lost|forgot|"
        r"waited|called|clicked|cancell?ed|bought|keep (?:getting|receiving)|(?:send|write) to|accepted|agreed)\b"
    ),
    (
        r"\bwe (?:still |just |also |really |only |have |had )*(?:want|need|would like to (?:know|cancel|change|move|order|complain|"
        r"report)|can ?not (?:call|connect|log|reach|use)|can'?t|do(?: not|n'?t) (?:understand|accept|agree)|were charged|pay|paid|ordered|"
        r"keep (?:getting|receiving))\b"
    ),
    (
        r"\bplease (?:help|fix|check|explain|tell me|cancel|refund|stop|change|unlock|activate|deactivate|send me|call me|correct|"
        r"block|reconnect)\b"
    ),
    r"\b(?:can|could) (?:you|somebody|someone) (?:please )?(?:help|tell|check|fix|explain|stop|send|call me|change|cancel)\b",
    (
        r"\b(?:is (?:this|it) (?:mail |message |text )?(?:really |actually )?(?:from you|genuine|legit\w*|real|a scam|a fake|yours|"
        r"safe)|did you (?:really )?send)\b"
    ),
    r"\bich (?:mochte|will|brauche|verstehe|bekomme|zahle|warte|finde)\b",
    r"\bich (?:habe?|hatte|wurde) (?:\S+ ){0,5}(?:bestellt|bezahlt|gekundigt|erhalten|versucht|angerufen|gewartet|bekommen|geklickt)\b",
    r"\bich kann (?:\S+ ){0,4}nicht (?:\S+ )?(?:einloggen|anmelden|telefonieren|anrufen|offnen|surfen)\b",
    r"\bbitte (?:helfen|prufen|erklaren|korrigieren|stornieren|kundigen|sperren)\b",
    r"\b(?:konnen|konnten) sie (?:\S+ ){0,3}(?:helfen|prufen|erklaren|sagen|schicken)\b",
    (
        r"\b(?:quiero|necesito|quisiera (?:saber|cancelar|cambiar)|no (?:puedo (?:entrar|llamar|acceder|navegar)|entiendo|consigo)|"
        r"he (?:recibido|pagado|pedido|llamado|intentado)|me (?:han|habeis|habian) cobrado|me cobran|(?:pueden|podrian) (?:ayudar\w*|"
        r"decirme|revisar))\b"
    ),
    (
        r"\b(?:je (?:veux|voudrais|ne (?:comprends|parviens|recois)|n'arrive|paie|paye)|j'ai (?:recu|paye|commande|appele|essaye|"
        r"besoin)|on m'a (?:preleve|facture)|(?:pouvez|pourriez)-vous (?:m'aider|verifier|m'expliquer|me dire)|aidez-moi)\b"
    ),
    (
        r"\b(?:vorrei|voglio|ho (?:bisogno|ricevuto|pagato|ordinato|chiamato|provato)|non (?:riesco|capisco)|mi (?:hanno|"
        r"avete) addebitato|(?:potete|potreste) (?:aiutar\w+|verificare|dirmi)|aiutatemi)\b"
    ),
    (
        r"\b(?:quero|preciso|gostaria de (?:saber|cancelar|mudar)|nao (?:consigo|entendo)|(?:recebi|paguei|liguei|tentei)|me cobraram|"
        r"cobraram-me|(?:podem|poderiam) (?:ajudar|verificar|me dizer)|me ajud\w+|ajudem)\b"
    ),
]

TELLERS: Patterns = [
    r"\b(?:says?|said|told|claims (?:that|to|it)|shows?|screenshots?|pictures?|proof|attached|advert\w*|the page|the site|at the (?:till|checkout|terminal)|the shop)\b",
    r"\b(?:but|although|though|and yet|yet the|twice|three times|all lies|nothing (?:came|arrived|here|there|happens|works)|never (?:came|arrived|comes)|no one came|nobody came)\b",
    r"\bsince (?:yesterday|monday|tuesday|wednesday|thursday|friday|saturday|sunday|last|this|the|\d+|two|three|four|weeks?|months?)\b|\bfor (?:\d+|two|three|four|several) (?:days|weeks|months)\b",
    r"\b(?:days|weeks|months) ago\b|\b(?:was|is|are|were) (?:refused|settled|paid|out|dead|missing|gone|blank|empty)\b|\b(?:gives|shows|throws) an? error\b|\b(?:is|are) (?:fake|a (?:fake|scam|fraud))\b",
    r"\b(?:fake|scam|spoof\w*|phishing|fraudsters?|in your name|goes round|going round|is sending|are sending|call me|ring me|my (?:old|new|work|other)|want to pay|wants? to)\b|\b(?:door|gate|entry) ?code\b",
    r"\b(?:steht|stand|stehen|heisst es|hiess es|sagt|sagte|aber|obwohl|trotzdem|nichts|niemand (?:kam|ist)|gekommen|bekommen|screenshots?|foto|beleg|anbei|siehe|seit (?:gestern|tagen|wochen|monaten|\d+|zwei|drei))\b",
    r"\b(?:wurde von|galt|kasse|prospekt|in ihrem namen|gefalscht\w*|betrug\w*|betrueger|falsche (?:sms|mail)|rufen sie (?:mich )?an|meine (?:neue|alte|andere)|ich mochte|mochte (?:ich|auf|gern\w*)|ich wohne|turcode|haustur\w*|der brief|ein brief|die kundigung)\b",
    r"\b(?:pone|dice|dicen|decia|pero|aunque|captura|adjunto|desde (?:ayer|hace|el|la|marzo)|es mentira|no se aplica|da error|estan mandando|falsos?|falsas?|estafa|en su nombre|llameme|llamenme|llamame|quisiera|vivo en|la carta|una carta|del portal)\b",
    r"\b(?:affiche|dit le|dit la|indique|capture|ci-joint|depuis (?:hier|le|la|un|une|\d+|deux|trois)|ce matin|un mensonge|faux|fausse|arnaque|en votre nom|appelez-moi|j'habite|le livreur|le facteur|de la porte|voir (?:https?|www)|mais (?:rien|pas|on|il|elle|a la|ca)|personne n)\b",
    r"\b(?:c'e il|c'e scritto|dice il|dice la|da (?:ieri|un|una|tre|due|\d+)|stamattina|allegat\w|ma (?:non|niente|alla|poi|il|la|nessuno)|vedi|truffa|falsi|a vostro nome|chiamatemi|mi chiami|abito|il corriere|una lettera|la lettera|basta|del portone|la cassa|alla cassa|mia madre|foto)\b",
    r"\b(?:diz|dizem|desde (?:ontem|o|a)|ha (?:um|uma|dois|duas|tres|\d+) (?:mes|meses|semanas?|dias?)|esta manha|anexo|ver www|porem|mas (?:nada|nao|na|o|a|ninguem)|mentira|chega|falsas?|burla|golpe|em seu nome|ligue-me|me ligue|liguem|moro|uma carta|a carta|carteiro|quero|foto)\b",
]
"""What a person says who tells of a notice, an offer or a trick. Then the words of `notices` are no signs: those who tell
of one use them, too.
"""
