"""Words and sentences of customers who want no further messages, in the languages of our texts. Written by us.

They match texts without accents and punctuation.
"""

WORDS = frozenset(
    [
        *(
            "stop",
            "stopp",
            "stopall",
            "stop all",
            "stop sms",
            "stop texts",
            "stop mail",
            "stop mails",
            "stop promo",
            "stop ads",
            "stop please",
        ),
        *("please stop", "unsubscribe", "unsub", "unsubscribe me", "opt out", "optout", "revoke", "quit", "remove me"),
        *("abmelden", "abmeldung", "abbestellen", "austragen", "newsletter abmelden", "newsletter abbestellen"),
        *("baja", "alto sms", "parar", "no mas sms", "no mas mensajes", "baja sms", "baja newsletter"),
        *(
            "arret",
            "arreter",
            "arret sms",
            "stop pub",
            "desabonner",
            "desabonnement",
            "desinscrire",
            "desinscription",
            "desinscrivez moi",
        ),
        *("desabonnez moi", "me desinscrire", "me desabonner"),
        *(
            "disattiva",
            "cancellami",
            "cancellatemi",
            "disiscrivi",
            "disiscrivimi",
            "disiscrizione",
            "basta sms",
            "basta messaggi",
        ),
        *(
            "afmelden",
            "afmelden sms",
            "uitschrijven",
            "schrijf mij uit",
            "stop sms en",
            "geen sms meer",
            "geen berichten meer",
        ),
        *("wypisz", "wypisz mnie", "wypisz mnie z listy", "nie wysylajcie wiecej sms", "nie chce wiecej sms"),
        *("avregistrera", "avregistrera mig", "sluta skicka sms", "inga fler sms", "inga fler mejl", "stopp sms"),
        *("afmeld", "afmeld mig", "afmeld sms", "ikke flere sms", "stop med at sende sms"),
        *("odhlasit", "odhlasit odber", "odhlaste me", "zadne dalsi sms", "neposilejte mi sms"),
        *("sms istemiyorum", "mesaj istemiyorum", "abonelikten cik", "sms iptal", "iptal sms", "beni listeden cikarin"),
        *("sair", "pare", "parem", "descadastrar", "descadastre me", "cancelar inscricao", "remova me", "chega de sms"),
    ]
)
"""Each is the whole of a text."""

IN_OTHER_LETTERS = frozenset(
    [
        *("配信停止", "配信停止希望", "配信停止お願いします", "配信解除", "メール不要", "配信不要", "ストップ"),
        *("إيقاف", "ايقاف", "الغاء الاشتراك", "إلغاء الاشتراك", "стоп", "отписаться", "відписатися"),
    ]
)
"""The same in letters that are not folded."""

BACK = frozenset(
    [
        *(
            "start",
            "unstop",
            "optin",
            "opt in",
            "resubscribe",
            "subscribe",
            "alta",
            "reabonner",
            "riattiva",
            "iscrivimi",
            "reativar",
        ),
        "wieder anmelden",
    ]
)
"""Each is the whole of a text from a customer who wants messages again."""

_MORE = r"(?:any ?more|again|from you|from (?:your|this) company|please|in (?:the )?future|thanks|thank you)"
_MAILS = (
    r"(?:e ?mails?|mails?|mailings?|messages?|texts?|text messages|sms|newsletters?|offers|promotions?|promos?|advert\w*|ads|"
    r"marketing(?: (?:e ?mails?|messages?|texts?|calls))?|spam|updates)"
)
_LIST = (
    (
        r"(?:(?:your|this|the|that|all|any|these) )*(?:(?:e ?mail(?:ing)?|mail(?:ing)?|sms|marketing|distribution|contact|"
        r"newsletter|promotional|subscriber) ?)*(?:lists?|newsletters?|database|"
    )
    + _MAILS
    + ")"
)
_VERTEILER = (
    r"(?:(?:aus|von|vom) )(?:(?:ihrem|ihrer|eurem|eurer|dem|der|diesem|dieser) )?(?:(?:e ?mail|mail|sms|newsletter|"
    r"werbe) ?)?(?:verteiler(?:liste)?|newsletter|mailing ?liste|liste|werbeliste|empfangerliste)"
)
_WERBUNG = (
    r"(?:werbung|newsletter|werbe ?e? ?mails?|werbe ?sms|e ?mails|mails|sms|nachrichten|angebote|werbenachrichten)"
)
_LISTA = (
    r"(?:lista(?: de (?:correos?|distribucion|envios|contactos|e ?mails?|distribuicao|contatos))?|boletin(?:es)?|newsletter|"
    r"correos|mensajes|publicidad|mailing(?: ?list)?|elenco|database)"
)
_CORREOS = r"(?:correos?(?: electronicos)?|mensajes|sms|publicidad|e ?mails?|promociones|boletines|newsletters?)"
_LISTE = r"(?:liste(?: de diffusion| d envoi)?|newsletter|infolettre|mailing ?list|envois|mails|lettre d information|base(?: de donnees)?)"
_COURRIELS = r"(?:e ?mails?|mails?|sms|messages|newsletters?|publicites?|pubs?|courriels?|offres)"
_POSTA = r"(?:e ?mail|mail|sms|messaggi|newsletter|pubblicita|promozioni|comunicazioni)"
_CORREIO = r"(?:e ?mails?|mensagens|sms|newsletters?|publicidade|promocoes|propagandas?|ofertas)"

SENTENCES = [
    (
        rf"(?:please |kindly |pls |plz )?(?:unsubscribe|remove|delete|take) (?:me|us|(?:my|this) (?:e ?mail(?: address)?|"
        rf"address|number))(?: off| out)?(?: of| from| off)? {_LIST}(?: {_MORE})*"
    ),
    (
        rf"(?:please |kindly |pls )?unsubscribe(?: me| us)?(?: (?:from|of) {_LIST})?(?: {_MORE})*|(?:please |pls )?opt (?:me |"
        rf"us )?out(?: (?:of|from) {_LIST})?(?: {_MORE})*"
    ),
    (
        rf"(?:do not|don t|dont) (?:text|message|e ?mail|sms|contact) me(?: {_MORE})*|(?:stop ?)+|"
        rf"(?:please |pls )?stop (?:(?:these|the|all|your|sending) )*{_MAILS}(?: {_MORE})*|"
        rf"(?:please |pls )?stop (?:sending|texting|messaging|e ?mailing|spamming|contacting)(?: (?:me|us))?(?: (?:with|these|"
        rf"those|any|your|all|more|this|so many))*(?: {_LIST})?(?: {_MORE})*"
    ),
    (
        rf"(?:i|we) (?:do not|don t|dont|no longer|never)(?: (?:want|wish|need|would like))(?: to)?(?: (?:receive|get|"
        rf"be sent))?(?: (?:any|more|of|further|these|those|your|anymore))* {_LIST}(?: {_MORE})*"
    ),
    (
        rf"(?:please )?(?:no more|send no more|do not send (?:me |us )?(?:any )?(?:more )?|don t send (?:me |"
        rf"us )?(?:any )?(?:more )?) ?(?:of )?(?:these |your )?{_MAILS}(?: {_MORE})*"
    ),
    (
        rf"(?:i|we) (?:want|would like|wish|d like) to (?:unsubscribe|opt out|be (?:removed|taken off|unsubscribed))(?: (?:of|"
        rf"from|off) {_LIST}| {_LIST})?(?: {_MORE})*"
    ),
    (
        rf"(?:bitte )?(?:nehmen sie|nehmt|streichen sie|streicht|entfernen sie|entfernt|loschen sie|loscht|tragen sie|"
        rf"tragt) (?:mich|uns|meine (?:adresse|e ?mail adresse|nummer))(?: bitte)? {_VERTEILER}(?: (?:aus|heraus|raus|bitte))*"
    ),
    (
        rf"(?:bitte )?(?:mich |uns )?{_VERTEILER} (?:nehmen|streichen|loschen|entfernen|austragen|abmelden)(?: bitte)?|"
        rf"(?:bitte )?(?:den |ihren |euren |diesen )?newsletter (?:abbestellen|abmelden|kundigen)(?: bitte)?"
    ),
    (
        rf"(?:ich (?:mochte|will|wurde)(?: gerne?)? )?(?:mich |uns )?(?:bitte )?{_VERTEILER} (?:abmelden|austragen)(?: bitte)?|"
        rf"(?:bitte )?(?:melden|tragen) sie (?:mich|uns)(?: bitte)? {_VERTEILER} (?:ab|aus)"
    ),
    (
        rf"(?:bitte )?(?:ich (?:mochte|will|wunsche) )?(?:schicken sie mir |"
        rf"senden sie mir )?(?:bitte )?keine? (?:weiteren? )?{_WERBUNG}(?: (?:mehr|bitte|von ihnen|per (?:e ?mail|sms)|"
        rf"an mich))*(?: (?:schicken|senden|zusenden|erhalten|bekommen|haben))?"
    ),
    (
        rf"(?:por favor )?(?:quiero |deseo |quisiera |solicito )?(?:dar|den|de|dame|darme|darse|denme|deme)(?:me|"
        rf"nos)?(?: me)? de baja (?:de|en|del) (?:(?:la|las|esta|estos|su|sus|este|el|los) )?{_LISTA}(?: por favor)?"
    ),
    (
        rf"(?:por favor )?(?:ya )?no (?:quiero|deseo|queremos) (?:seguir )?(?:recib(?:ir|iendo) )?(?:mas )?(?:(?:sus?|estos|"
        rf"los|de) )*{_CORREOS}(?: (?:suyos|de ustedes|publicitarios|comerciales|promocionales|por favor))*|"
        rf"(?:por favor )?no me (?:envien|manden|envie|"
        rf"mande) mas {_CORREOS}(?: por favor)?"
    ),
    (
        rf"(?:por favor )?(?:quitenme|borrenme|eliminenme|saquenme|borreme|elimineme|quiteme|denme de baja) de (?:(?:la|esta|"
        rf"su|sus|este|el) )?{_LISTA}(?: por favor)?|cancelar (?:la |mi )?suscripcion (?:a|al|de|del)(?: la)? {_LISTA}"
    ),
    (
        rf"(?:merci de |veuillez |svp |s il vous plait |bonjour )?(?:me |nous )?(?:desinscrire|desabonner|retirer|supprimer|"
        rf"enlever) (?:de|des) (?:(?:votre|cette|la|vos) )?{_LISTE}(?: (?:merci|svp|s il vous plait))?"
    ),
    (
        rf"(?:merci de |veuillez )?(?:desinscrivez|desabonnez|retirez|enlevez|supprimez) (?:moi|nous)(?: (?:s il vous plait|"
        rf"svp|de suite))*(?: (?:de|des) (?:(?:votre|cette|la|vos) )?{_LISTE})?(?: (?:merci|svp|s il vous plait))?"
    ),
    (
        rf"je (?:ne )?(?:veux|souhaite|desire) plus recevoir (?:(?:vos|de|ces|d|autres|"
        rf"aucun) )*{_COURRIELS}(?: (?:de votre part|publicitaires|svp|merci))*|(?:merci de |veuillez )?ne (?:plus )?(?:m |"
        rf"nous )?(?:plus )?(?:envoyer|envoyez)(?: plus)?(?: (?:de|vos|ces|d))* {_COURRIELS}(?: (?:svp|merci))?"
    ),
    (
        rf"je (?:souhaite|veux|voudrais|desire) (?:me (?:desinscrire|desabonner)|etre retiree?) (?:de|des) (?:(?:votre|cette|"
        rf"la|vos) )?{_LISTE}(?: (?:merci|svp))?"
    ),
    (
        r"(?:per favore |per cortesia |vi prego di |si prega di )?(?:cancellatemi|cancellami|cancellarmi|rimuovetemi|"
        r"rimuovimi|toglietemi|disiscrivetemi|disiscrivimi|eliminatemi|rimuovermi) (?:dalla|dalle|da|dal|dai)(?: (?:questa|"
        r"questo|vostra|vostro|vostri|sua))? (?:lista|mailing ?list|newsletter|elenco|database)(?: (?:grazie|per favore))?"
    ),
    (
        rf"non (?:voglio|desidero|vogliamo)(?: piu)?(?: ricevere)?(?: piu)?(?: (?:le|i|altre|altri|vostre|vostri|queste|questi|la|"
        rf"vostra))* {_POSTA}(?: (?:da voi|pubblicitari[ae]?|grazie))*|(?:vorrei|voglio|desidero) (?:cancellarmi|"
        rf"disiscrivermi) (?:dalla|dal)(?: vostra| vostro)? (?:newsletter|lista|mailing ?list)"
    ),
    (
        rf"(?:annulla(?:re|te)?|cancella(?:re|te)?) (?:la mia |l )?iscrizione alla(?: vostra)? (?:newsletter|lista|"
        rf"mailing ?list)|basta (?:con )?(?:(?:i|le|la|questi|queste|vostri|vostre) )*{_POSTA}"
    ),
    (
        rf"(?:por favor )?(?:remova|retire|tire|exclua|removam|retirem|tirem) (?:me|(?:o )?meu (?:e ?mail|numero|endereco|"
        rf"contato|contacto)) (?:da|de|do|desta|dessa)(?: (?:sua|vossa|esta))? {_LISTA}(?: por favor)?"
    ),
    (
        rf"(?:eu )?nao (?:quero|desejo|queremos) (?:mais )?receber(?: mais)?(?: (?:os|as|seus|suas|estes|estas|esses|essas|"
        rf"vossos|vossas))* {_CORREIO}(?: (?:de voces|por favor|mais))*"
    ),
    (
        rf"(?:por favor )?(?:parem?|pare) de (?:me )?(?:enviar|mandar)(?: me)?(?: (?:estes|estas|esses|essas|mais|tantos|"
        rf"tantas))* {_CORREIO}|(?:quero|gostaria de) (?:me )?(?:descadastrar|desinscrever|sair)(?: me)? (?:da|do|desta|"
        rf"dessa)(?: (?:sua|vossa))? {_LISTA}"
    ),
    rf"je (?:ne )?(?:veux|souhaite) plus (?:(?:de|d|vos|ces) )*{_COURRIELS}(?: (?:de votre part|svp|merci))*",
    rf"(?:eu )?nao (?:quero|desejo|queremos) mais (?:os |as |suas |seus )?{_CORREIO}(?: por favor)?",
    # What the company is told not to send.
    (
        rf"(?:please |pls )?(?:do not|don t|dont) send (?:me|us)(?: (?:this|these|those|any|your|it|that|such))*(?: {_LIST})?(?: {_MORE})+|"
        rf"(?:please |pls )?(?:leave|keep) (?:me|us|my number) (?:off|out of) {_LIST}(?: {_MORE})*"
    ),
    rf"(?:svp |merci d )?arret(?:ez|er) (?:de |d )(?:m |nous |me )?(?:envoyer|ecrire)(?: (?:des|vos|de|ces|d|tous))*(?: {_COURRIELS})?(?: (?:svp|merci))?",
    rf"(?:per favore )?non (?:mi )?(?:mandate|inviate|scrivete|mandare|inviare|mandatemi|inviatemi|scrivetemi)(?: piu)(?: (?:le|i|altre|altri|vostre|vostri))*(?: {_POSTA})?",
    rf"(?:por favor )?nao (?:me )?(?:enviem?|mandem?)(?: me)? mais {_CORREIO}(?: por favor)?",
    (
        r"(?:prosze )?nie (?:wysylajcie|przysylajcie|wysylac|przysylac|wysylaj|piszcie)(?: (?:mi|do mnie|juz|wiecej|zadnych|tych))*(?: (?:sms|sms ow|"
        r"smsow|smsy|wiadomosci|maili|reklam))?(?: (?:prosze|dziekuje|wiecej|juz))*"
    ),
    r"(?:chce |prosze )?(?:sie |mnie )?(?:wypisac|wypisz|wypiszcie)(?: (?:sie|mnie))?(?: (?:z|ze) (?:tej |waszej )?(?:listy|newslettera|sms))?",
    (
        r"(?:lutfen |bana |artik |bir daha |daha fazla )*(?:mesaj|sms|mail|e ?posta|reklam)(?:lar)? (?:atmayin|gondermeyin|yollamayin|atma|"
        r"gonderme)(?: (?:lutfen|artik|bana))*"
    ),
    r"(?:stuur|zend) (?:me|mij|ons) (?:aub |alstublieft )?(?:geen|nooit meer) (?:sms|sms en|smsjes|mails?|berichten|reclame)(?: meer)?(?: (?:aub|alstublieft))?",
    r"(?:snalla )?(?:skicka (?:mig )?|sluta skicka )(?:inga fler |inte fler )?(?:sms|mejl|meddelanden|reklam)(?: till mig)?(?: (?:tack|langre))*",
    r"(?:send (?:mig )?ikke|lad vaere med at sende) (?:flere |mere )?(?:sms|sms er|smser|mails?|beskeder|reklamer?)(?: til mig)?(?: tak)?",
    rf"(?:quero )?cancelar (?:a |minha |a minha )?(?:inscricao|subscricao|assinatura) (?:da|na|desta|do) {_LISTA}",
]

COURTESY = (
    r"(?:hi|hello|hey|dear|hallo|guten (?:tag|morgen)|sehr geehrte|hola|buenos dias|buenas(?: tardes)?|bonjour|salve|buongiorno|ola|"
    r"bom dia|boa tarde|madame|monsieur|estimad[oa]s?)(?: [\w-]+){0,3}"
    r"|(?:many )?(?:thanks|thank you|thx|ty|danke|vielen dank|gracias|muchas gracias|merci(?: d avance| beaucoup)?|grazie(?: mille)?|"
    r"obrigad[oa]|tack|tak|bedankt|alstublieft|dziekuje|prosze|dekuji|prosim|tesekkurler|lutfen|please|pls|bitte|por favor|per favore|svp|s il vous plait)(?: (?:in advance|im voraus|very much))?"
    r"|(?:kind |best |warm )?(?:regards|wishes)|best|cheers|sincerely|mfg|lg|mit freundlichen grussen|viele grusse|"
    r"(?:un )?saludos?(?: cordiales)?|cordialement|(?:cordiali |distinti )?saluti|atenciosamente|cumprimentos"
    r"|(?:sent|gesendet|envoye|enviado|inviato) (?:from|von|de|desde|da|do) (?:[\w-]+ ?){1,4}"
)
"""What may come with an opt-out."""

HINT = (
    r"\b(?:stop|unsub|opt\b|quit|revoke|remove|loschen|liste|nehm|streich|entfern|quiero|deseo|voglio|desidero|text me|no more|"
    r"any ?more|more (?:e-?mail|mail|text|sms|messag|news|advert|market)|receive|"
    r"sending|list|abmeld|abbestell|austrag|verteiler|newsletter|werb|keine|baja|alto sms|parar|recibi|no mas|no me|boletin|suscripcion|"
    r"quitenme|borr[ea]|elimine|arret|des(?:abon|insc)|retir|recevoir|envoye|disattiva|cancella|rimuov|disiscri|ricever|basta|annulla|"
    r"afmeld|uitschrij|schrijf mij|geen |wypisz|nie (?:wysyla|przysyla|piszcie|chce)|atma|gonderme|(?:don'?t|do not) send|wypis|yollamayin|mandate|inviate|scrivete|mandare|inviare|enviem|mandem|skicka|sende|avregistr|sluta|inga |ikke |odhlas|zadne|neposil|istemiyorum|abonelik|iptal|listeden|veux plus|quero mais|"
    r"sair|parem?|descadastr|inscricao|assinatura|remova|receber|chega|exclua|tire)"
)
"""Every opt-out has one of these, so most texts need no second look."""
