"""Signs of people who write to thousands: newsletters, phishing, sales pitches, suppliers' invoices. Written by us.

In six languages. Texts are folded: in lower case and without accents.
"""

from mci_router.triage.machines.sent import Patterns, Sent

_DAYS = r"\d+ (?:days|tagen?|dias|jours|giorni)"

TEXTS: dict[Sent, Patterns] = {
    Sent.BULK_MAIL: [
        (
            r"\b(?:to unsubscribe|click (?:here )?to unsubscribe|unsubscribe (?:here|from (?:this|these|our)|at any time|link|[|-])|"
            r"[|-] ?unsubscribe\b|unsubscribe$)"
        ),
        r"\b(?:manage|update|change) (?:your )?(?:e-?mail |subscription |communication )?(?:preferences|subscriptions?)\b",
        r"\bview (?:this (?:e-?mail|message) )?(?:in (?:your|a) browser|online)\b",
        r"\bforward to a friend\b",
        r"\byou(?:'re| are)? (?:are )?(?:receiv(?:ed|ing)|getting|got) this (?:e-?mail|message|newsletter) (?:because|as|since)\b",
        r"\bthis (?:e-?mail|newsletter) was sent to \S+",
        (
            r"\b(?:read more|shop now|buy now|learn more|jetzt (?:kaufen|entdecken|sichern)|compra ahora|j'en profite|scopri di piu|"
            r"saiba mais|weiterlesen)\b ?(?:[>|]|$|https?:)"
        ),
        r"\b(?:(?:vom |den |diesen )?newsletter (?:abmelden|abbestellen)|(?:hier|jetzt) abmelden|abmeldelink)\b",
        r"\bim browser (?:ansehen|anzeigen|offnen)\b",
        r"\bsie erhalten diese[n]? (?:e-?mail|newsletter|nachricht),? (?:weil|da)\b",
        r"\b(?:darse de baja|cancelar (?:la |tu |su )?suscripcion)\b",
        r"\bver (?:este correo |este mensaje )?en (?:el|tu|su) navegador\b",
        r"\b(?:recibes?|ha recibido) este (?:correo|mensaje|boletin) porque\b",
        r"\b(?:se|vous) (?:desabonner|desinscrire)\b",
        r"\bvoir (?:cet e-?mail |ce message |la version )?(?:dans (?:votre|un) navigateur|en ligne)\b",
        r"\bvous recevez (?:cet e-?mail|ce message|cette newsletter|ce mail) (?:car|parce|suite)\b",
        r"\b(?:annulla(?:re)? (?:l')?|cancella(?:re)? (?:l')?)iscrizione\b|\bdisiscri(?:viti|versi)\b",
        r"\bvisualizza (?:nel|questa e-?mail nel) (?:tuo )?browser\b",
        r"\bricev[ie] questa (?:e-?mail|mail|newsletter) perche\b",
        r"\b(?:cancelar (?:a |sua )?(?:inscricao|subscricao|assinatura)|descadastr\w+)\b",
        r"\b(?:ver|visualizar) (?:este e-?mail )?no navegador\b",
        r"\b(?:recebeu|recebe|esta recebendo|esta a receber) este (?:e-?mail|boletim) porque\b",
        (
            r"\b(?:this week|this month|in this issue|our latest (?:news|offers)|top stories|diese woche|in dieser ausgabe|"
            r"esta semana en|en este numero|cette semaine|au sommaire|questa settimana|in questo numero|nesta edicao)\b ?:"
        ),
    ],
    Sent.PHISHING: [
        (
            r"\b(?:click|tap|klicken sie|haga clic|pulse|cliquez|clicchi|clicca|clique) (?:here|(?:on )?(?:the|this) (?:link|button|"
            r"attachment)|below|hier|(?:auf )?(?:den|diesen) link|aqui|en el (?:siguiente )?enlace|ici|sur (?:le|ce) lien|qui|"
            r"sul (?:seguente )?link|no link)\b"
        ),
        (
            r"(?:^|[.!:,] |\bto |\bplease |\bhere to )(?:verify|confirm|validate|update|re-?activate|restore|"
            r"reconfirm) your (?:e-?mail |online |bank(?:ing)? |billing |payment |apple |paypal )?(?:password|account|identity|"
            r"mailbox|e-?mail|details|information|payment|credentials|address|wallet)\b"
        ),
        (
            r"\byour (?:e-?mail |bank |online |cloud |apple |netflix |paypal )?(?:account|mailbox|access|storage|subscription|package|"
            r"parcel) (?:will be|has been|is being|is about to be|is|was) (?:temporarily |permanently )?(?:closed|suspended|"
            r"deactivated|terminated|locked|limited|restricted|disabled|deleted|blocked|on hold|expire\w*|held)\b"
        ),
        r"\b(?:mailbox|storage|inbox|quota) (?:is |has )?(?:almost |nearly )?(?:full|exceeded|been exceeded|limit)\b",
        r"\b(?:unusual|suspicious) (?:sign-?in|log-?in|activity) (?:was |has been )?(?:detected|attempt)\b",
        r"\bwithin (?:the next )?(?:12|24|48|72) hours?\b",
        r"\bfailure to (?:do so|comply|verify|confirm|update)\b",
        r"\b(?:binnen|innerhalb von) (?:24|48|72) stunden\b",
        r"\b(?:en|dans|entro|dentro de|em) (?:las proximas |les )?(?:24|48|72) (?:horas|heures|ore)\b",
        (
            r"\bdear (?:user|account (?:holder|owner|user)|e-?mail (?:user|owner)|beneficiary|winner|webmail user|client|"
            r"valued (?:user|customer|member))\b"
        ),
        r"\bestimado (?:usuario|cliente)\b",
        r"\bcher(?:e)? (?:utilisateur|client)\b",
        (
            r"\b(?:bestatigen|aktualisieren|verifizieren) sie (?:bitte )?ihr(?:e|en)? (?:konto|passwort|daten|kontodaten|identitat|"
            r"zahlungs\w+|zugang)\b"
        ),
        (
            r"\bihr (?:konto|postfach|zugang|paket) (?:wird|wurde|ist) (?:\S+ )?(?:gesperrt|geschlossen|deaktiviert|voll|"
            r"eingeschrankt|geloscht)\b"
        ),
        r"\b(?:verifique|confirme|actualice|valide) su (?:cuenta|contrasena|identidad|informacion|datos)\b",
        (
            r"\bsu (?:cuenta|buzon|paquete) (?:sera|ha sido|esta) (?:\S+ )?(?:cerrad[ao]|suspendid[ao]|bloquead[ao]|desactivad[ao]|"
            r"llen[ao]|retenid[ao])\b"
        ),
        (
            r"\b(?:verifiez|confirmez|validez|mettez a jour) (?:votre|vos) (?:compte|mot de passe|identite|informations|donnees|"
            r"coordonnees)\b"
        ),
        (
            r"\bvotre (?:compte|boite|colis|acces) (?:sera|a ete|est) (?:\S+ )?(?:suspendue?|fermee?|bloquee?|desactivee?|pleine|"
            r"limitee?)\b"
        ),
        (
            r"\b(?:verifichi|verifica|confermi|conferma|aggiorni|aggiorna) (?:il (?:suo|tuo)|la (?:sua|tua)|i (?:suoi|tuoi)) (?:conto|"
            r"account|password|identita|dati)\b"
        ),
        r"\bil (?:suo|tuo) (?:conto|account|pacco) (?:sara|e stato|verra) (?:\S+ )?(?:chiuso|sospeso|bloccato|disattivato)\b",
        (
            r"\b(?:verifique|confirme|atualize|valide) (?:a |o |os |as )?(?:sua|seu|seus|suas) (?:conta|senha|palavra-passe|"
            r"identidade|dados|informacoes)\b"
        ),
        r"\b(?:a )?sua (?:conta|caixa) (?:sera|foi|esta) (?:\S+ )?(?:encerrada|suspensa|bloqueada|desativada|cheia)\b",
        (
            r"\b(?:inheritance|next of kin|million (?:us )?(?:dollars|usd|euros?|pounds)|lottery|atm card|western union|"
            r"bitcoin wallet|your webcam|unclaimed funds|lucky winner|you(?:'ve| have)? won)\b"
        ),
        (
            r"\byour (?:e-?mail )?(?:password|mailbox|licen[cs]e) (?:will )?(?:expires?|is about to expire|is expiring)\b|"
            r"\bkeep (?:the|your) (?:same|current) password\b"
        ),
        (
            r"\bihr paket (?:ist|wird|wurde|konnte) (?:\S+ )?(?:im zoll|zuruckgehalten|nicht zugestellt)\b|\b(?:customs|delivery|"
            r"redelivery|import) (?:fee|charge)\b"
        ),
    ],
    Sent.SALES_PITCH: [
        (
            r"\b(?:i|we) (?:recently |just )?(?:came across|found|visited|discovered|stumbled (?:up)?on|was looking at|reviewed|"
            r"checked out) your (?:website|web ?site|company|profile|site|online store|linkedin)\b"
        ),
        (
            r"\b(?:boost|increase|grow|improve|double|maximi[sz]e|scale|generate more) (?:your |more )?(?:\w+ )?(?:traffic|rankings?|"
            r"sales|revenue|leads|conversions?|seo|visibility|roi|online presence|customers)\b"
        ),
        r"\b(?:quick|short|brief|10|15|20|30)[- ]?(?:minutes?|min)?[- ](?:call|chat|demo|meeting|intro)\b",
        r"\b(?:book|schedule|arrange) (?:a|your) (?:free )?(?:demo|call|meeting|consultation)\b",
        (
            r"\b(?:would you be (?:interested|open)|are you the right person|let me know if (?:you(?:'re| are|'d be) interested|"
            r"this is of interest)|worth a (?:quick )?(?:chat|conversation)|who (?:handles|is responsible for))\b"
        ),
        (
            r"\b(?:seo|backlinks?|guest posts?|link building|web ?site redesign|web design(?:ing)? (?:services|company)|"
            r"lead generation|app development|outsourcing|verified (?:leads|contacts)|e-?mail lists?|digital marketing)\b"
        ),
        (
            r"\b(?:we (?:are|'re) (?:a |an |the )?(?:leading|premier|global|professional|trusted|top)|we (?:specialise|specialize|"
            r"offer|provide|supply|manufacture) (?:in )?(?:high[- ]quality|a (?:wide )?range|affordable|competitive|custom|"
            r"professional)|our (?:solution|platform|software|tool|services|team) (?:can |will )?help(?:s|ed)? (?:you|companies|"
            r"businesses|teams|clients|telecoms?|operators))\b"
        ),
        (
            r"\b(?:free (?:trial|quote|audit|sample|consultation)|special (?:price|rates?)|best (?:price|rates)|competitive (?:price|"
            r"pricing|rates)|minimum order|price list|our catalogu?e)\b"
        ),
        (
            r"\b(?:partnership|business proposal|collaborat(?:e|ion) with (?:you|your)|mutually? benefi\w+|investment opportunity|"
            r"become (?:a |our )?partner)\b"
        ),
        r"\bwir sind (?:ein |eine |der |die )?(?:fuhrende|professionelle|spezialisierte)\w*",
        r"\bunsere? (?:losung|software|agentur|plattform|team) (?:hilft|unterstutzt|bietet)\b",
        r"\b(?:wir bieten ihnen|als agentur|spezialisiert auf)\b",
        r"\bihre (?:webseite|website|homepage|internetseite) gesehen\b",
        r"\bauf ihr(?:e|en)? (?:webseite|website|homepage|internetseite|firma|unternehmen|seite) (?:gestossen|aufmerksam)\b",
        r"\bmehr (?:kunden|umsatz|besucher|leads|reichweite)\b",
        r"\bunverbindliche\w* (?:gesprach|beratung|angebot|termin|telefonat)\b",
        r"\bkostenlose\w* (?:erstgesprach|beratung|demo|analyse|testphase|muster)\b",
        r"\bkurze[sn]? (?:telefonat|gesprach|call)\b",
        r"\bsomos (?:una |un )?(?:empresa|agencia|equipo|fabricantes?) (?:\S+ )?(?:lider|especializad[ao]s?)\b",
        r"\b(?:le|les) ofrecemos\b",
        r"\bnuestra (?:solucion|plataforma|agencia) (?:ayuda|permite|ofrece)\b",
        r"\b(?:aumentar|incrementar|mejorar|multiplicar) (?:sus?|el|las) (?:ventas|posicionamiento|trafico|clientes|visibilidad)\b",
        r"\b(?:hemos visitado|he visto|visite|encontre) su (?:web|pagina|sitio)\b",
        r"\b(?:presupuesto|demo|prueba|consulta|auditoria) (?:sin compromiso|gratis|gratuit[ao])\b",
        r"\buna (?:breve )?(?:llamada|reunion) de \d+ minutos\b",
        r"\bnous sommes (?:une? )?(?:societe|agence|entreprise|equipe|fabricants?) (?:\S+ )?(?:leader|specialisee?s?)\b",
        r"\bnous (?:vous )?proposons\b",
        r"\bnotre (?:solution|plateforme|agence) (?:permet|aide|propose)\b",
        r"\b(?:augmenter|developper|booster|ameliorer) (?:vos ventes|votre (?:trafic|chiffre|visibilite|referencement|activite))\b",
        r"\b(?:j'ai|nous avons) (?:visite|decouvert|consulte) votre (?:site|entreprise)\b",
        r"\b(?:devis|demo|demonstration|audit|essai) gratuite?\b",
        r"\bseriez-vous disponible\b",
        r"\b(?:un )?(?:bref |court )?(?:appel|echange) de \d+ minutes\b",
        r"\bsiamo (?:un'?a? ?)?(?:azienda|agenzia|societa|produttori) (?:\S+ )?(?:leader|specializzat\w+)\b",
        r"\b(?:vi|le) (?:proponiamo|offriamo)\b",
        r"\bla nostra (?:soluzione|piattaforma|agenzia) (?:aiuta|permette|offre)\b",
        (
            r"\b(?:aumentare|incrementare|migliorare) (?:le |il |la )?(?:vostr[aeoi] |su[aeo] )?(?:vendite|traffico|visibilita|"
            r"posizionamento)\b"
        ),
        r"\b(?:ho|abbiamo) (?:visitato|visto|trovato) il (?:vostro|suo) sito\b",
        r"\b(?:preventivo|consulenza|demo|prova|audit) (?:gratuit[ao]|senza impegno)\b",
        r"\buna (?:breve )?(?:chiamata|telefonata) di \d+ minuti\b",
        r"\bsomos (?:uma |um )?(?:empresa|agencia|equipa|equipe|fabricantes?) (?:\S+ )?(?:lider|especializad[ao]s?)\b",
        r"\b(?:lhe|vos) (?:propomos|oferecemos)\b",
        r"\b(?:a )?nossa (?:solucao|plataforma|agencia) (?:ajuda|permite|oferece)\b",
        r"\b(?:aumentar|melhorar|impulsionar) (?:as |o |a )?(?:suas? |seu |vossas? )?(?:vendas|trafego|visibilidade|posicionamento)\b",
        r"\b(?:visitei|vi|encontrei) o (?:seu|vosso) site\b",
        r"\b(?:orcamento|demonstracao|consultoria|auditoria|teste) (?:gratis|gratuit[ao]|sem compromisso)\b",
        r"\buma (?:breve )?(?:chamada|reuniao|ligacao) de \d+ minutos\b",
    ],
    Sent.SUPPLIER_INVOICE: [
        (
            r"\b(?:find (?:attached|enclosed|below)|attached (?:is|please find|you will find|find)|enclosed (?:is|please find)|"
            r"we (?:have )?(?:attached|enclosed)) (?:is )?(?:please find )?(?:our|the|your)? ?(?:\w+ )?(?:invoice|statement|"
            r"pro ?forma|credit note|purchase order)\b"
        ),
        r"\bour (?:invoice|pro ?forma)\b",
        r"\bhere(?:'s| is) (?:your |our |the )?invoice\b|\b(?:amount (?:is )?(?:due|payable)|due (?:on|by) (?:the )?\d)\b",
        r"\b(?:payment (?:is )?(?:due|terms)|payable|due|net|payment) (?:within |in |by |upon )?(?:\d+ days|receipt|net \d+)\b",
        rf"\bpayment within {_DAYS}",
        (
            r"\b(?:remit(?:tance)?|kindly (?:arrange|process|release) (?:the )?payment|bank details (?:are|below|for payment)|"
            r"purchase order (?:no|number|#)|vat (?:no|number|id|reg)|our bank (?:account|details))\b"
        ),
        r"\b(?:anbei|beiliegend|im anhang|angehangt) (?:\S+ ){0,5}(?:unsere|die) (?:\S+ )?rechnung\b",
        rf"\b(?:zahlbar|zahlung|zahlungsziel)(?: bitte)?(?: innerhalb(?: von)?| binnen| bis zum?|:)? ?(?:\d|{_DAYS}|sofort)",
        r"\b(?:adjunt(?:o|amos)|le (?:adjunto|enviamos|remitimos)) (?:\S+ ){0,3}(?:nuestra |la )?(?:\S+ )?factura\b",
        rf"\b(?:pago|vencimiento|plazo de pago)(?: a| en|:)? {_DAYS}",
        r"\b(?:ci-joint|ci-jointe|en piece jointe|veuillez trouver) (?:\S+ ){0,3}(?:notre|la) (?:\S+ )?facture\b",
        rf"\b(?:reglement|paiement|echeance)(?: a| sous| dans les|:)? (?:reception|{_DAYS})",
        r"\b(?:in allegato|alleghiamo|allego|trasmettiamo) (?:\S+ ){0,3}(?:la )?(?:nostra |vostra )?(?:\S+ )?fattura\b",
        rf"\bpagamento (?:a|entro|in) (?:\d+|{_DAYS})\b",
        r"\b(?:segue(?:m)?|em anexo|enviamos|anexamos) (?:\S+ ){0,4}(?:nossa |a |sua )?fatura\b",
        rf"\bpagamento (?:a|em|no prazo de|ate) (?:\d+|{_DAYS})\b",
    ],
}
