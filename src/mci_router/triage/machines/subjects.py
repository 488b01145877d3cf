"""Subjects of what machines send, in twelve languages. Written by us.

They are folded: in lower case and without accents. Each of `SUBJECTS_ALONE` is enough without other signs.
"""

from mci_router.triage.machines.sent import Patterns, Sent

SUBJECTS_ALONE: dict[Sent, Patterns] = {
    Sent.DELIVERY_REPORT: [
        (
            r"^(?:undeliverable(?: ?:|$)|message not delivered\b|undelivered (?:mail|message)\b|"
            r"returned mail\b|failure notice\b|mail delivery (?:failed|"
            r"failure|subsystem|system|error)\b)"
        ),
        (
            r"^(?:delivery (?:status )?notification\b|message (?:delivery )?(?:delayed|undeliverable)\b|warning: (?:message|"
            r"could not send)\b|delayed mail\b)"
        ),
        (
            r"^(?:unzustellbar\b|ruckgabe ?:|nicht zugestellt\b|(?:zustellung|ubermittlung) (?:der |ihrer )?(?:nachricht|e-?mail) |"
            r"nachricht (?:ist )?(?:nicht zustellbar|unzustellbar)\b)"
        ),
        (
            r"^(?:benachrichtigung (?:zum|uber den) (?:ubermittlungs|zustell)|zustellungs(?:status|fehler)|"
            r"mailzustellung fehlgeschlagen\b)"
        ),
        (
            r"^(?:no se puede entregar\b|no entregado ?:|mensaje (?:no entregado|devuelto)\b|correo devuelto\b|"
            r"notificacion de(?:l)? estado de (?:la )?entrega\b)"
        ),
        (
            r"^(?:non remis ?:|votre message n'a pas (?:pu )?(?:ete|etre) (?:remis|distribue)\b|(?:message|courrier|"
            r"mail) non (?:distribue|remis|delivre)\b|notification d'etat de (?:la )?(?:remise|"
            r"distribution)\b)"
        ),
        r"^(?:echec de (?:la )?(?:remise|distribution)\b|impossible de remettre\b)",
        (
            r"^(?:non recapitabile\b|mancat[ao] (?:consegna|recapito) (?:del messaggio|della mail|:)|messaggio non (?:recapitat|"
            r"consegnat)o\b|recapito non riuscito\b)"
        ),
        r"^(?:notifica (?:sullo |dello |di )?stato (?:di |della |del )?(?:consegna|recapito)\b)",
        (
            r"^(?:nao (?:foi )?(?:entregue|e possivel entregar) ?:|mensagem (?:nao entregue|devolvida)\b|falha na entrega (?:da|"
            r"de) (?:mensagem|e-?mail)\b)"
        ),
        r"^(?:notificacao (?:de|sobre) (?:o )?(?:estado|status) (?:de|da) entrega\b)",
        (
            r"^(?:niet bezorgd\b|onbestelbaar\b|kan niet worden bezorgd\b|ej levererat\b|kan inte levereras\b|ikke leveret\b|kan ikke leveres\b|nie mozna dostarczyc\b|"
            r"wiadomosc niedostarczona\b|nedorucitelna zprava\b|nedorucitelne\b|iletilemedi\b|teslim edilemedi\b)"
        ),
    ],
    Sent.AUTOMATIC_REPLY: [
        (
            r"^(?:automatisch antwoord\b|afwezigheids(?:bericht|melding)\b|afwezig(?: ?:|$)|automatiskt svar\b|automatisk svar\b|autosvar\b|franvarande(?: ?:|$)|"
            r"(?:automatyczna odpowiedz|odpowiedz automatyczna)\b|autoodpowiedz\b|automaticka odpoved\b|otomatik (?:yani?t|yant|cevap)\b)"
        ),
        (
            r"^(?:auto(?:matic|mated)?[ -]?(?:reply|response|answer)\b|autoreply\b|out[ -]of[ -](?:the )?office(?: ?[:!(-]|$|"
            r" (?:re:|until|till|from|auto|reply|notice|notification|back|this|next))|ooo\b|(?:vacation|"
            r"holiday|away) (?:reply|response|notice|message)\b)"
        ),
        (
            r"^(?:automatische (?:antwort|abwesenheit\w*|ruckmeldung)\b|abwesenheits(?:notiz|nachricht|meldung|assistent|"
            r"benachrichtigung)\b|abwesend ?:|abwesenheit ?:)"
        ),
        r"^(?:respuesta automatica\b|fuera de (?:la )?oficina\b|ausen(?:te|cia) ?:|aviso de ausencia\b)",
        (
            r"^(?:reponse automatique\b|(?:message|notification|avis) d'absence\b|absen(?:t|ce) (?:du bureau|de bureau|:)|absen(?:t|"
            r"ce) ?:)"
        ),
        r"^(?:risposta automatica\b|fuori (?:sede|ufficio)\b|assen(?:te|za) ?:|avviso di assenza\b)",
        r"^(?:resposta automatica\b|fora do escritorio\b|ausen(?:te|cia) ?:|aviso de ausencia\b)",
    ],
    Sent.READ_RECEIPT: [
        r"^(?:not read ?:|read receipt\b|return receipt\b|ungelesen geloscht ?:|lesebestatigung\b|confirmacion de lectura\b)",
        (
            r"^(?:accuse de (?:lecture|reception) ?[:(]|confirmation de lecture\b|conferma di lettura\b|confirmacao de leitura\b|"
            r"recibo de leitura\b)"
        ),
    ],
    Sent.CALENDAR_REPLY: [
        r"^(?:accepted|tentative(?:ly accepted)?|new time proposed|updated invitation(?: with note)?) ?:",
        (
            r"^(?:zugesagt|angenommen|mit vorbehalt|zusage|aceptad[ao]|provisional|accepte|acceptee|provisoire|accettato|provvisorio|geaccepteerd|accepterat|accepteret|zaakceptowano|prijato|kabul edildi|"
            r"aceit[eo]|aceite|provisorio) ?:"
        ),
    ],
}
SUBJECTS: dict[Sent, Patterns] = {
    Sent.READ_RECEIPT: [r"^(?:read|gelesen|leido|lu|letto|lida?) ?:"],
    Sent.DELIVERY_REPORT: [
        (
            r"^(?:delivery (?:has )?(?:failed|failure|delayed|delay|incomplete)\b|zustellung (?:fehlgeschlagen|verzogert)\b|"
            r"(?:error|fallo) (?:de|en) (?:la )?entrega\b|echec de (?:la )?livraison\b|errore (?:di|nella) consegna\b|(?:falha|erro) (?:na|de) entrega\b)"
        ),
    ],
    Sent.CALENDAR_REPLY: [
        (
            r"^(?:declined|cancell?ed(?: event)?|invitation|abgesagt|absage|abgelehnt|einladung|rechazad[ao]|cancelad[ao]|invitacion|"
            r"refuse|annule|invitation|rifiutato|annullato|invito|recusad[ao]|convite) ?:"
        ),
    ],
    Sent.BULK_MAIL: [
        r"\b(?:newsletter|infolettre|boletin|boletim|weekly digest|news digest|rundbrief)\b",
        r"(?:^|\b)-?\d\d ?% (?:off|ce |auf |de |sur |su |heute|today|rabatt|descuento|de descuento|de reduction|di sconto|de desconto)\b",
    ],
    Sent.PHISHING: [
        (
            r"\b(?:mailbox|inbox|storage|postfach|buzon|boite (?:mail|aux lettres)|casella|caixa (?:de correio|postal)) (?:is |ist |"
            r"esta |est |e )?(?:almost |fast |casi |presque |quasi |quase )?(?:full|voll|lleno|llena|pleine|piena|cheia)\b"
        ),
        (
            r"\b(?:action required|urgent action|final warning|account (?:suspended|suspension|limited|deactivat\w+)|security alert|"
            r"verify your|unusual sign-?in|password expir\w+)\b"
        ),
        (
            r"\b(?:konto (?:gesperrt|eingeschrankt)|cuenta (?:suspendida|bloqueada)|compte (?:suspendu|bloque)|conto (?:sospeso|"
            r"bloccato)|conta (?:suspensa|bloqueada))\b"
        ),
        r"\b(?:you(?:'ve| have)? won|lottery|inheritance|congratulations winner|gewonnen|loteria|heritage|eredita|heranca)\b",
    ],
    Sent.SALES_PITCH: [
        (
            r"\b(?:partnership (?:opportunity|proposal)|business proposal|collaboration (?:opportunity|proposal)|guest post|"
            r"link building|seo (?:services|audit|proposal))\b"
        ),
        r"\b(?:increase|boost|grow|double) your (?:sales|traffic|revenue|leads|business|ranking)\b",
    ],
    Sent.SUPPLIER_INVOICE: [
        (
            r"^(?:invoice|rechnung(?:snr\.?)?|factura|facture|fattura|fatura) (?:no\.? ?|nr\.? ?|n[o.]+ ?|number |num(?:ero)?\.? ?|"
            r"#)?[a-z]{0,4}[-/ ]?\d[\w/-]*"
        ),
        r"\b(?:remittance advice|statement of account|payment reminder for invoice|zahlungsavis|purchase order \d+)\b",
    ],
}
