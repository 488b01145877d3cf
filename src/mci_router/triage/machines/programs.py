"""Signs of programs: delivery reports, automatic replies, receipts and calendars, in six languages. Written by us.

Texts are folded: in lower case and without accents.
"""

from mci_router.triage.machines.sent import Patterns, Sent

TEXTS_ALONE: dict[Sent, Patterns] = {
    Sent.DELIVERY_REPORT: [
        r"\bmessage (?:has been|was) (?:successfully )?delivered to (?:the following|these) (?:recipients?|groups?|mailbox)",
        (
            r"\byour (?:message|e-?mail|mail) (?:to \S+ )?(?:was ?n'?t|was not|could ?n'?t be|could not be|has not been|cannot be|"
            r"can ?not be) (?:yet )?(?:delivered|sent)\b"
        ),
        r"\bdelivery (?:to|has failed to|of the following) (?:these |the following )?(?:recipients?|message|addresses)\b",
        (
            r"\b(?:message|delivery) (?:you sent )?(?:could not be delivered|has been delayed|is delayed|failed) (?:to|"
            r"for) (?:one or more |the following )?recipients?\b"
        ),
        (
            r"\bthe following (?:address(?:es)?|recipients?) (?:had permanent|had (?:fatal|delivery)|failed|could not be reached|"
            r"has been rejected)\b"
        ),
        (
            r"\b(?:permanent(?: fatal)? errors?|diagnostic-code|reporting-mta|final-recipient|this is the mail (?:system|delivery) |"
            r"mailer-daemon)"
        ),
        r"\bthe (?:e-?mail )?account that you tried to reach\b|\bthere was a problem delivering your message\b",
        r"\b(?:will (?:continue to|keep) try(?:ing)? (?:to deliver|for)|delivery attempts will continue|you do not need to resend)\b",
        r"\b(?:ihre|die) (?:nachricht|e-?mail) (?:an \S+ )?(?:konnte|wurde) (?:\S+ ){0,4}nicht zugestellt\b",
        r"\b(?:konnte|wurde) (?:ihre|die) (?:nachricht|e-?mail) (?:\S+ ){0,4}nicht zugestellt\b",
        (
            r"\b(?:we were|i was) (?:unable|not able) to deliver your (?:message|e-?mail|mail)\b|\bn'avons pas pu (?:remettre|"
            r"distribuer|delivrer) votre (?:message|courriel)\b"
        ),
        (
            r"\b(?:no (?:hemos podido|fue posible|ha sido posible) entregar|el siguiente mensaje no pudo ser entregado|"
            r"su mensaje no pudo ser entregado)\b"
        ),
        (
            r"\b(?:non (?:abbiamo potuto|e stato possibile)|impossibile) (?:consegnare|recapitare) (?:il (?:suo|tuo|"
            r"vostro) messaggio|la (?:sua|tua) (?:mail|e-?mail)|il messaggio)\b"
        ),
        r"\bnao (?:foi possivel|conseguimos) entregar (?:a )?(?:sua )?(?:mensagem|e-?mail)\b",
        (
            r"\b(?:zustellung an (?:folgende|diese) empfanger|postfach des empfangers ist voll|"
            r"empfanger(?:adresse)? (?:wurde nicht gefunden|ist unbekannt))\b"
        ),
        (
            r"\b(?:su|tu|el) (?:mensaje|correo) (?:a \S+ )?no (?:se ha podido entregar|pudo (?:ser )?entrega\w+|ha sido entregado|"
            r"se entrego)\b"
        ),
        (
            r"\b(?:no se pudo entregar (?:el|su|tu|este) mensaje|buzon del destinatario (?:esta )?lleno|"
            r"direccion (?:del destinatario )?no (?:encontrada|existe))\b"
        ),
        (
            r"\b(?:votre|le) (?:message|courriel|e-?mail) (?:a \S+ )?n'a (?:pas )?(?:pu )?(?:pas )?(?:ete|etre) (?:remis|distribue|"
            r"delivre)\b"
        ),
        (
            r"\b(?:la remise a (?:ces|aux) destinataires|boite (?:aux lettres )?du destinataire est pleine|"
            r"adresse (?:du destinataire )?introuvable)\b"
        ),
        (
            r"\b(?:il (?:tuo|suo|vostro) messaggio|il messaggio) (?:a \S+ )?non (?:e stato|ha potuto|puo) (?:essere )?(?:recapitato|"
            r"consegnato|recapitare)\b"
        ),
        r"\b(?:recapito non riuscito ai|casella (?:di posta )?del destinatario (?:e )?piena|indirizzo non trovato)\b",
        r"\b(?:a sua|sua|a) mensagem (?:para \S+ )?nao (?:foi|pode) (?:ser )?entregue\b",
        r"\bcaixa (?:de correio|postal) do destinatario (?:esta )?cheia\b",
    ],
    Sent.AUTOMATIC_REPLY: [
        (
            r"\bthis is an (?:automat(?:ed|ic)(?:ally generated)?|auto(?:-| )?(?:generated )?) ?(?:reply|response|acknowledge?ment|"
            r"confirmation|answer)\b"
        ),
        (
            r"^(?:i am|i'm|i will be) (?:currently )?(?:out of (?:the )?office|away from (?:the office|my desk)|on (?:annual |"
            r"parental )?leave) (?:until|till|from|through) [^.!?]{1,40}[.!]?$"
        ),
        (
            r"\b(?:i'm|i am) driving\b.{0,100}\b(?:do not disturb|get where i'm going|reply later|call you (?:back )?later|"
            r"see your message)\b"
        ),
        r"^\(i'm not receiving notifications\b",
        r"\bdies ist eine automatische (?:antwort|eingangsbestatigung|ruckmeldung)\b",
        (
            r"^(?:ich bin|bin) (?:derzeit |aktuell |zurzeit |momentan )?(?:bis|vom|ab) [^.!?]{1,40} (?:nicht im (?:buro|hause)|"
            r"im urlaub|abwesend|ausser haus)[.!]?$"
        ),
        r"\besta es una respuesta automatica\b",
        r"^(?:estoy|estare|me encuentro) (?:fuera de (?:la )?oficina|de vacaciones|ausente) (?:hasta|del|desde) [^.!?]{1,40}[.!]?$",
        r"\b(?:ceci est|il s'agit d')(?: ?une)? reponse automatique\b",
        r"^je (?:suis|serai) (?:absente?|en conges?|en vacances|hors du bureau) (?:jusqu'?|du) ?[^.!?]{1,40}[.!]?$",
        r"\bquesta e una risposta automatica\b",
        r"^(?:sono|saro) (?:fuori (?:ufficio|sede)|in ferie|assente) (?:fino|dal) [^.!?]{1,40}[.!]?$",
        r"\besta e uma resposta automatica\b",
        r"^(?:estou|estarei) (?:fora do escritorio|de ferias|ausente) (?:ate|de|do) [^.!?]{1,40}[.!]?$",
    ],
    Sent.READ_RECEIPT: [
        (
            r"\byour message\b.{0,200}\b(?:was read on|was (?:displayed|opened) (?:on|by)|has been (?:read|displayed|opened)|"
            r"was deleted without being read)\b"
        ),
        r"\bthis is (?:only )?an? (?:return|read) receipt\b",
        r"\bihre (?:nachricht|e-?mail)\b.{0,200}\b(?:wurde (?:am|um|von)\b.{0,40}(?:gelesen|angezeigt|geoffnet)|ungelesen geloscht)\b",
        r"\b(?:su|tu) mensaje\b.{0,200}\b(?:se (?:leyo|mostro) el|ha sido (?:leido|mostrado)|fue leido)\b",
        r"\bvotre message\b.{0,200}\ba ete (?:lu|affiche|ouvert)\b",
        r"\bil (?:tuo|suo|vostro) messaggio\b.{0,200}\be stat[ao] (?:lett[ao]|visualizzat[ao]|apert[ao])\b",
        r"\bsua mensagem\b.{0,200}\bfoi (?:lida|exibida|aberta)\b",
    ],
    Sent.CALENDAR_REPLY: [
        (
            r"\bhas (?:accepted|declined|tentatively accepted|cancell?ed) (?:this|your|the) (?:invitation|meeting|event|"
            r"appointment request)\b"
        ),
        r"\bbegin:vcalendar\b",
        r"\byou (?:have been|are|were) invited to the following (?:event|meeting)\b",
        (
            r"\bhat (?:diese|ihre|die|den|diesen|ihren) (?:einladung|besprechung(?:sanfrage)?|termin(?:anfrage)?) (?:angenommen|"
            r"zugesagt|abgelehnt|abgesagt|mit vorbehalt\b)"
        ),
        r"\bha (?:aceptado|rechazado) (?:esta|su|tu|la) invitacion\b",
        r"\ba (?:accepte|refuse|decline) (?:cette|votre|l') ?invitation\b",
        r"\bha (?:accettato|rifiutato) (?:questo|il tuo|il suo|il vostro|l') ?invito\b",
        r"\b(?:aceitou|recusou) (?:este|o|seu|o seu) convite\b",
    ],
}
TEXTS: dict[Sent, Patterns] = {
    Sent.CALENDAR_REPLY: [r"\bthis event has been cancell?ed\b"],
    Sent.DELIVERY_REPORT: [
        r"\b(?:recipient's mailbox is (?:full|over quota)|user unknown|mailbox unavailable|no such (?:user|recipient|mailbox))\b",
        r"\b(?:status code ?: ?\d\.\d\.\d|remote server returned|see the technical details)\b|(?:^| )5\d\d[- ]\d\.\d\.\d|\b5\.\d\.\d{1,3} ",
        (
            r"\b(?:empfanger|adresse) (?:ist )?(?:unbekannt|nicht gefunden)\b|\bdestinatario (?:es |e )?(?:desconocido|sconosciuto|"
            r"inesistente|desconhecido)\b"
        ),
        (
            r"\b(?:le )?destinataire (?:est )?(?:inconnu|introuvable)\b|\b(?:direccion|indirizzo|endereco) (?:no|non|nao) (?:existe|"
            r"esiste|trovato|encontrad[ao])\b"
        ),
    ],
    Sent.AUTOMATIC_REPLY: [
        (
            r"\b(?:no longer (?:works?|employed|with) (?:for|at|by|here|with|the)?|(?:has|have) left (?:the )?(?:company|"
            r"organi[sz]ation)|(?:am|is|be) (?:not available|unavailable|out (?:this|next) week))\b"
        ),
        (
            r"\b(?:nicht mehr (?:im unternehmen|in der firma|bei uns|fur \S+) (?:tatig|beschaftigt)|nicht mehr tatig|"
            r"ya no trabaj[oa] (?:en|aqui)|ne (?:travaille|fais) plus (?:chez|partie|dans)|non lavor[oa] piu|ja nao trabalh[oa])\b"
        ),
        r"\b(?:please|bitte|kindly) (?:contact|wenden sie sich|write to|e-?mail) \S+@\S+",
        (
            r"\b(?:i am|i'm|i will be|i'll be|we are|currently) (?:currently |now )?(?:out of (?:the )?office|out of town|"
            r"away (?:from|on|until|till)|on (?:annual |maternity |paternity |parental |sick |a business )?(?:leave|vacation|"
            r"holidays?|pto|trip)|travell?ing)"
        ),
        r"\b(?:our|the) offices? (?:is|are|will be) closed (?:from|until|for|between|due)\b",
        (
            r"\b(?:ich bin|bin|wir sind) (?:\S+ ){0,6}(?:nicht im (?:buro|hause?)|im urlaub|in elternzeit|auf (?:dienst|"
            r"geschafts)reise|abwesend|ausser haus|nicht erreichbar)\b"
        ),
        (
            r"\b(?:estoy|estare|me encuentro|estamos) (?:actualmente )?(?:fuera de (?:la |mi )?oficina|de vacaciones|ausente|de baja|"
            r"de viaje|de permiso)\b"
        ),
        r"\bje (?:suis|serai) (?:actuellement )?(?:absente?|en conges?|en vacances|en deplacement|hors du bureau)\b",
        r"\bnos bureaux (?:sont|seront) fermes\b",
        r"\b(?:sono|saro) (?:attualmente )?(?:fuori (?:ufficio|sede)|in ferie|assente|in trasferta)\b",
        r"\b(?:estou|estarei) (?:atualmente )?(?:fora do escritorio|de ferias|ausente|em viagem)\b",
        (
            r"\b(?:will|shall|'ll) (?:reply|respond|answer|get back|return)\b.{0,40}\b(?:when|upon|on|after|once|"
            r"as soon as)\b.{0,20}\b(?:return|back)\b"
        ),
        r"\b(?:limited|no|intermittent|restricted|irregular) access to (?:my )?(?:e-?mails?|messages|inbox)\b",
        r"\b(?:e-?mails?|messages?) (?:will not be|won't be|are not|is not) (?:forwarded|read|monitored)\b",
        (
            r"\b(?:nachrichten|e-?mails?|mail) (?:wird|werden) (?:nicht (?:weitergeleitet|gelesen)|\S+ {0,1}nicht (?:weitergeleitet|"
            r"gelesen))"
        ),
        r"\bnach meiner ruckkehr\b",
        r"\bab dem \d\S* (?:bin ich )?wieder\b",
        r"\b(?:acceso limitado|a mi regreso|a mi vuelta|responder[e] (?:a su|cuando|a mi))\b",
        r"\b(?:acces limite|a mon retour|des mon retour|je vous repondrai)\b",
        r"\b(?:accesso limitato|al mio (?:ritorno|rientro)|rispondero)\b",
        r"\b(?:acesso limitado|no meu regresso|quando (?:eu )?(?:voltar|regressar)|responderei)\b",
        (
            r"\b(?:for|in|if) (?:it is |it's |this is |your (?:matter|request|enquiry) is |you have )?(?:an )?(?:urgent|emergency|"
            r"emergencies|immediate assistance|anything urgent)\b.{0,60}\b(?:contact|call|reach|phone|write|e-?mail)\b"
        ),
        r"\bin dringenden (?:fallen|angelegenheiten)\b",
        r"\bbei dringenden\b.{0,60}\b(?:wenden|kontaktieren|anrufen|rufen)\b",
        r"\bmeine (?:vertretung|kollegin|kollegen)\b",
        r"\b(?:en caso de urgencia|para (?:asuntos|temas) urgentes)\b",
        r"\ben cas d'urgence\b",
        r"\bpour toute (?:demande )?urgen(?:ce|te)\b",
        r"\b(?:in caso di|per) (?:urgenza|urgenze|questioni urgenti|comunicazioni urgenti)\b",
        r"\b(?:em caso de urgencia|para assuntos urgentes)\b",
        (
            r"\b(?:this|the) (?:e-?mail|message|notification) (?:is|was|has been) (?:an )?(?:automat\w+|auto-?generated|"
            r"system[- ]generated)\b"
        ),
        r"\bthis is an automat(?:ed|ic)(?:ally generated)? (?:e-?mail|message|notification)\b",
        r"\b(?:please )?do not (?:reply|respond) (?:directly )?to this (?:e-?mail|message)\b",
        r"\bthis (?:mailbox|address|inbox) is not (?:monitored|attended)\b",
        r"\bunmonitored (?:mailbox|address)\b",
        r"\b(?:wurde|wird) automatisch (?:generiert|erstellt|erzeugt|versendet|verschickt)\b",
        r"\bantworten sie (?:bitte )?nicht auf diese\b",
        r"\bautomatisch (?:generierte|erstellte|erzeugte) (?:nachricht|e-?mail)\b",
        r"\b(?:mensaje|correo) (?:ha sido )?(?:generado )?automatic(?:o|amente)\b",
        r"\bno responda a este (?:correo|mensaje)\b",
        r"\b(?:message|courriel|e-?mail) (?:genere )?automatique(?:ment)?\b",
        r"\bne pas repondre a ce\b",
        r"\bmessaggio (?:generato )?automatic(?:o|amente)\b",
        r"\bnon rispond(?:ere|a) a questa?\b",
        r"\bmensagem (?:gerada )?automatic(?:a|amente)\b",
        r"\bnao responda a est[ae]\b",
        r"\b(?:thank you|thanks) for (?:your (?:e-?mail|message|enquiry|inquiry)|contacting|getting in touch|writing to)\b",
        r"\bvielen dank fur ihre (?:nachricht|e-?mail|anfrage|mail)\b",
        r"\bgracias por (?:su|tu) (?:mensaje|correo)\b",
        r"\bmerci pour votre (?:message|mail|courriel|e-?mail)\b",
        r"\bgrazie per (?:il (?:suo|tuo|vostro) messaggio|la (?:sua|tua|vostra) (?:e-?mail|mail))\b",
        r"\bobrigad[oa] pel[ao] (?:sua mensagem|seu (?:e-?mail|contato|contacto))\b",
        (
            r"\b(?:we have received|we've received|wir haben) (?:your|ihre) (?:e-?mail|message|request|enquiry|inquiry|ticket|anfrage|"
            r"nachricht)\b"
        ),
        r"\ba (?:member of our|support) team (?:member )?will (?:be in touch|respond|reply|get back)\b",
    ],
}
