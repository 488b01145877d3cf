"""Signs of notices that programs send to thousands, and of tricks by text message: parcels, codes, offers, new numbers.
Written by us.

In six languages. Texts are folded: in lower case and without accents; what was masked is `[code removed]` there.
"""

from mci_router.triage.machines.sent import Patterns, Sent

_CODE = r"(?:g-?)?(?:\[(?:card )?code removed\]|\d(?:[ -]?\d){3,7})"
_CODE_NAMES = (
    r"(?:(?:\S+ ){0,3}(?:code|otp|pin|passcode)|(?:\S*(?:bestatigungs|sicherheits|verifizierungs|anmelde)?code|tan)|codigo(?: \S+){0,3}"
    r"|codice(?: \S+){0,3})"
)
_PARCEL = (
    r"(?:orders?|parcels?|packages?|shipments?|items?|paket|sendung|bestellung|lieferung|pedido|paquete|envio|colis|commande|pacco|ordine|spedizione"
    r"|encomenda|pacote)"
)

BY_PROGRAMS: Patterns = [
    r"\bthis (?:is an|e-?mail is an|message is an) automat(?:ed|ic)(?:ally generated)? (?:e-?mail|message|notification|notice)\b",
    (
        r"\b(?:please )?(?:do not|don't) (?:reply|respond|answer)\b|\bdo-not-reply\b|\breplies (?:\S+ ){0,4}(?:are|is|will) not (?:be )?(?:monitored|read|answered)\b"
        r"|\bnotification[- ]only\b|\bcannot (?:receive|accept) (?:replies|incoming)\b"
    ),
    r"\b(?:bitte )?(?:antworten sie (?:bitte )?nicht|nicht (?:auf diese \S+ )?antworten)\b|\bautomatisch (?:generierte|erstellte|erzeugte|versendete)\b",
    r"\bno (?:respondas?|contestes?|conteste) (?:a este|a esta|directamente)\b|\b(?:favor de |por favor,? )no (?:responder|contestar|conteste|responda)\b",
    r"\b(?:mailbox|address|number) (?:\S+ ){0,2}(?:cannot|can't|does not|doesn't) (?:receive|accept|take)\b|\byou do not (?:have|need) to do anything\b|\bno admite respuestas\b|\bkeine antwort m(?:o|oe)glich\b|\bn'accepte pas (?:de|les) reponses\b|\bnon accetta risposte\b|\bnao aceita respostas\b",
    r"\b(?:sent|created) automatically\b|\bno need to (?:reply|answer|respond)\b|\bautomatisch (?:versendet|versandt|verschickt)\b",
    r"\bantworten an diese \S+ (?:erreichen|kommen)\b|\b(?:mensaje|correo) automatico\b|\bno (?:responder|contestar)\W*$",
    r"\b(?:es un|este es un) aviso automatico\b|\bbuzon no (?:se supervisa|es atendido|se revisa)\b",
    r"\b(?:merci de )?ne pas (?:y )?repondre\b|\bne repondez pas\b|\b(?:message|e-?mail|courriel|mail) (?:envoye )?automatique(?:ment)?\b",
    r"\b(?:si prega|preghiamo|la preghiamo|ti preghiamo) di non rispondere\b|\bnon rispondere\b|\b(?:messaggio|e-?mail|mail) (?:\S+ )?automatic(?:o|amente)\b",
    r"\b(?:nobody|no one) (?:reads|monitors|answers) (?:it|this|these|here|replies)\b|\b(?:replies|answers|responses) (?:\S+ ){0,4}(?:not|never) (?:be )?(?:read|monitored|answered|delivered)\b",
    r"\bantworten (?:\S+ ){0,4}(?:nicht|niemand\w*) (?:gelesen|beantwortet|bearbeitet)\b|\bmaschinell (?:erstellt|erzeugt|generiert)\b|\bvom system (?:erstellt|erzeugt|generiert|versendet)\b",
    r"\brespuestas (?:\S+ ){0,3}no (?:se leen|seran leidas)\b|\bgenerad[oa] (?:automaticamente|por (?:el|nuestro) sistema)\b|\bno (?:es posible|se puede) responder\b",
    r"\breponses (?:\S+ ){0,3}(?:ne (?:sont|seront) pas|non) lues\b|\bgeneree? (?:automatiquement|par (?:le|notre) systeme)\b",
    r"\brisposte (?:\S+ ){0,3}non (?:vengono|saranno) lette\b|\bgenerat[ao] (?:automaticamente|dal (?:nostro )?sistema)\b|\bnon e possibile rispondere\b",
    r"\brespostas (?:\S+ ){0,3}nao (?:sao|serao) lidas\b|\bgerad[ao] (?:automaticamente|pelo (?:nosso )?sistema)\b|\bnao e possivel responder\b",
    r"\b(?:por favor,? |favor )?nao (?:responda|responder)\b|\b(?:mensagem|e-?mail) (?:\S+ ){0,2}automatic(?:a|o|amente)\b",
]
"""A program says that it is one. `programs` has it for an automatic reply: one phrase is one point."""

NOTICES: dict[Sent, Patterns] = {
    Sent.AUTOMATIC_MESSAGE: [
        *BY_PROGRAMS,
        r"\byour (?:\S+ ){0,3}(?:orders?|package|parcel|shipment|items?|delivery) (?:\S+ ){0,2}(?:has|have|was|were|is|are|will be) (?:\S+ )?(?:shipped|dispatched|delivered|posted|on (?:its|the) way|out for delivery)\b",
        r"\bihre? (?:bestellung|paket|sendung|lieferung) (?:\S+ ){0,3}(?:wurde|ist|wird) (?:\S+ ){0,2}(?:versandt|versendet|verschickt|unterwegs|zugestellt|geliefert|ausgeliefert)\b",
        r"\b(?:tu|su) (?:pedido|paquete|envio) (?:\S+ ){0,3}(?:enviado|en camino|entregado|en reparto)\b|\bhemos enviado (?:tu|su) pedido\b",
        r"\bvotre (?:commande|colis) (?:\S+ ){0,3}(?:expediee?|en route|livree?|remise? au transporteur)\b",
        r"\bil (?:tuo|suo) (?:ordine|pacco) (?:\S+ ){0,2}(?:spedito|in viaggio|partito|consegnato|in consegna)\b",
        r"\b(?:o seu|a sua|seu|sua) (?:pedido|encomenda|pacote) (?:\S+ ){0,3}(?:enviad[ao]|expedid[ao]|a caminho|entregue)\b",
        r"\b(?:your|ihr|su|tu|votre|il suo|a sua) (?:appointment|booking|reservation|subscription|plan|termin|buchung|cita|reserva|rendez-vous|reservation|appuntamento|prenotazione|marcacao) (?:\S+ ){0,8}(?:confirmed|renewed|bestatigt|verlangert|confirmad[ao]|renovad[ao]|confirmee?|renouvelee?|confermat[ao]|rinnovat[ao])\b",
        rf"\bcode ?: ?{_CODE}",
        r"\b(?:order|parcel|package) \S+ (?:has )?(?:left|leaves) our\b|\bihr paket kommt\b|\b(?:receipt|beleg|recibo|recu|ricevuta) (?:for|fur|de|del|do|di) (?:(?:your|ihre|su|votre|il suo|seu) )?(?:payment|zahlung|pago|paiement|pagamento)\b",
        r"\btrack(?: it)? ?: ?https?:|\bverfolgen ?: ?https?:|\bseguimiento ?: ?https?:|\bsuivi ?: ?https?:|\btracking ?: ?https?:",
        r"\b(?:track your|sendung verfolgen|verfolgen ?:|sendungsverfolgung ?:|rastrea tu|suivez votre|traccia il|rastreie)\b",
        r"\b(?:we've|we have) (?:\S+ ){0,2}(?:handed|passed|received|processed|shipped|dispatched) your (?:\S+ )?(?:parcel|order|payment|purchase|package)\b|\bthank(?:s| you) for (?:your (?:order|purchase)|shopping)\b|\byou can (?:follow|track) it\b",
        r"\bdanke fur ihre[n]? (?:einkauf|bestellung|zahlung)\b|\bwir haben ihre (?:zahlung|bestellung) (?:erhalten|versandt)\b|\bihre (?:zahlung|bestellung) ist (?:bei uns )?eingegangen\b",
        r"\b(?:tu|su) (?:compra|pago) (?:\S+ ){0,3}(?:confirmad[oa]|recibid[oa])\b|\bhemos recibido (?:tu|su) (?:pago|pedido)\b|\bgracias por (?:tu|su) (?:compra|pedido)\b",
        r"\bnous avons bien recu votre (?:paiement|commande|reglement)\b|\bmerci pour votre (?:achat|commande)\b",
        r"\bil pagamento e stato ricevuto\b|\babbiamo ricevuto il (?:suo|tuo) (?:pagamento|ordine)\b|\bgrazie per il (?:suo|tuo) (?:acquisto|ordine)\b",
        r"\brecebemos o? ?(?:seu|teu) (?:pagamento|pedido)\b|\bobrigad[oa] pela sua (?:compra|encomenda)\b",
        rf"\byour {_CODE_NAMES} (?:is|:) ?{_CODE}|\b{_CODE} is your\b|\b(?:ihr|dein) {_CODE_NAMES} (?:lautet|ist|:) ?{_CODE}|\b{_CODE} (?:ist|lautet) (?:ihr|dein)\b",
        rf"\buse {_CODE} (?:to|as)\b|\b{_CODE} (?:to|zum|zur) (?:sign|log|verify|confirm|anmelden|anmeldung|bestatigen)\b|\b(?:usa|utilice|utilisez|use|usi) (?:el codigo |le code |il codice |o codigo )?{_CODE}",
        rf"\b(?:tu|su) codigo (?:\S+ ){{0,4}}(?:es|:) ?{_CODE}|\b{_CODE} es (?:tu|su) codigo\b|\bvotre code (?:\S+ ){{0,4}}(?:est|:) ?{_CODE}|\b{_CODE} est votre code\b",
        rf"\bil (?:tuo|suo) codice (?:\S+ ){{0,4}}(?:e|:) ?{_CODE}|\b(?:o )?seu codigo (?:\S+ ){{0,4}}(?:e|:) ?{_CODE}",
        r"\b(?:do not|don't|never) (?:share|give|tell|send|forward|disclose) (?:it|this|your|the|that)\b|\b(?:expires? in|valid for) \d+ min|\bgeben sie (?:ihn|den code|diesen code) (?:niemals|nicht|an niemand\w*) weiter\b",
        r"\bno (?:lo )?(?:compartas|comparta)\b|\bne (?:le )?(?:partagez|communiquez) (?:pas|a personne)\b|\bnon (?:condividerlo|condividere|comunicarlo)\b|\bnao (?:o )?compartilhe\b",
    ],
    Sent.AUTOMATIC_REPLY: [
        r"\bplease leave (?:a|your|me a|us a) message\b|\bwill (?:reply|respond|answer|get back(?: to you)?) as soon as (?:i|we|possible)\b",
        r"\b(?:i am|i'm|we are|we're) (?:currently|presently|momentarily) (?:unavailable|not available|closed|away|offline)\b",
        r"\b(?:away from (?:my|the) (?:desk|office)|have no access to (?:my|our) (?:mailbox|e-?mails?|mails?))\b",
        r"\b(?:i'm|i am|we're|we are|i will be|i'll be|we will be) (?:\S+ )?(?:out (?:until|till|this week|next week)|not (?:here|in|around|online|available) (?:until|till|right now|at the moment))\b",
        r"\bwith (?:no|limited|little) (?:internet|e-?mail|network|phone)\b|\byour (?:message|e-?mail|mail) has been (?:stored|saved|received|recorded)\b",
        r"(?:^|[.!:,] )(?:on|de|en|in|im|auf) (?:\S+ )?(?:holidays?|vacation|leave|vacaciones|vacances|conges?|ferie|ferias|urlaub|elternzeit|dienstreise|viaje|deplacement)\b[^?]{0,30}(?:[.!]|\b(?:until|till|bis|hasta|jusqu|fino|ate)\b)",
        r"\b(?:bin|bis) (?:\S+ ){0,4}unterwegs\b|\bbeantworte (?:\S+ )?(?:mails?|e-?mails?|nachrichten)\b|\b(?:ich )?melde mich (?:nach|danach|am|ab)\b",
        r"\b(?:contestare|respondere|le responderemos) (?:a|al|en|cuando)\b|\bsono in viaggio\b|\brisponder[eo] al (?:mio )?(?:rientro|ritorno)\b|\bje repondrai a mon retour\b|\bread (?:my )?(?:e-?)?mails? only\b",
        r"\b(?:wir|ich) (?:melden?|antworten?|beantworten?|bearbeiten?|kummern?|werden?)\b.{0,80}\b(?:so schnell wie moglich|schnellstmoglich)\b",
        r"\b(?:responderemos|contestaremos|respondere|contestare|atenderemos|pondremos|respondera)\b.{0,60}\blo antes posible\b",
        r"\b(?:repondra|repondrons|repondrai|reviendrons|traiterons|recontacterons)\b.{0,60}\b(?:des que possible|dans les plus brefs delais)\b",
        r"\b(?:rispondero|risponderemo|ricontatteremo|contatteremo|rispondera)\b.{0,60}\b(?:il prima possibile|appena possibile)\b",
        r"\b(?:responderemos|responderei|retornaremos|entraremos|respondera)\b.{0,60}\b(?:o mais rapido possivel|assim que possivel)\b",
        r"\b(?:danke|vielen dank) fur (?:deine|ihre|eure) (?:nachricht|e-?mail|mail|anfrage)\b.{0,10}\bwir (?:melden|kummern|bearbeiten|werden|antworten|haben ihre)\b",
        r"\b(?:contacte con|contactez|contatti|contacte|kontaktieren sie|my team can help|mi equipo|mon equipe|mein team)\b.{0,30}\S+@\S+",
        r"\byou(?:'ve| have) reached\b|\bwe(?:'re| are) closed\b|\b(?:notre|nuestro|il nostro|a nossa|unser) (?:equipe|equipo|team|equipa) (?:vous repondra|le respondera|te respondera|risponder\w+|vai responder|meldet sich)\b",
        r"\b(?:covers?|covering|stands? in|standing in|filling in|fills in) for me\b|\bvertretung ?:|\bvertritt mich\b|\bme sustituye\b|\bme remplace\b|\bmi sostituisce\b|\bsubstitui-me\b|\bme substitui\b",
        r"\b(?:ich )?(?:habe|hab) urlaub\b|\be-?mails? (?:\S+ )?(?:erst )?(?:wieder )?(?:am|ab dem) \d|\b(?:wieder|erst) (?:am|ab dem) \d\S*(?: \S+)? (?:da|zuruck|im buro|erreichbar)\b|\bback on (?:the )?\d",
        r"\bich befinde mich (?:\S+ ){0,5}(?:urlaub|elternzeit|dienstreise|mutterschutz|ausland)\b",
        r"\bwenden sie sich (?:bitte )?an\b",
        r"\bwerde (?:ihre|deine) (?:nachricht|e-?mail|mail) (?:\S+ ){0,4}(?:lesen|beantworten)\b",
        r"\bno me encuentro (?:\S+ )?(?:disponible|en la oficina)\b|\bpara (?:cualquier )?(?:urgencias?|emergencias?)\b|\bgracias por (?:contactar\w*|comunicar\w*|escribir\w*)\b|\b(?:te |le )?responderemos\b",
        r"(?:^|[.!,] )absente? (?:jusqu'?|du|pour)|\bpour (?:toute )?(?:urgences?|question urgente)\b|\bmerci de (?:nous avoir contactes?|votre message)\b|\bnous (?:vous )?(?:repondrons|reviendrons)\b",
        r"\bassente (?:dall'ufficio|fino|dal)\b|\bgrazie per (?:averci|avermi) (?:contattato|scritto)\b|\b(?:ti|vi|le) risponder(?:emo|o)\b",
        r"\bestou (?:ausente|fora) (?:ate|de|do)\b|\bpara (?:assuntos )?(?:urgencias|urgentes)\b|\bobrigad[oa] por (?:nos )?(?:contactar|contatar|escrever|entrar em contato)\w*\b|\bresponderemos\b",
        r"\b(?:urgen\w+|dringend\w*|urgenz\w*)\b.{0,40}\b(?:contact|contactez|contacte|scrivere a|scriva a|escriba a|escreva para|schreiben sie an|write to) \S+@\S+",
        r"\b(?:wir sind|ich bin) (?:derzeit|aktuell|momentan|gerade) (?:leider )?nicht (?:verfugbar|erreichbar|da|im buro)\b|\bab dem \d\S*(?: \S+)? (?:bin ich )?wieder (?:fur sie )?(?:da|erreichbar|im buro)\b",
        r"\b(?:actualmente|ahora mismo|en este momento) no (?:estoy|estamos) (?:en la oficina|disponibles?)\b|\bvuelvo el \d|\bno tendre acceso al correo\b",
        r"\b(?:actuellement|en ce moment) (?:absente?|indisponibles?)\b|\bserai de retour le \d|\b(?:absente?) du bureau\b|\bne sera pas transfere\b",
        r"\b(?:al momento|attualmente) non (?:sono|siamo) (?:in ufficio|disponibil[ei])\b|\brientrero il \d|\bal mio (?:rientro|ritorno)\b",
        r"\b(?:neste momento|no momento|de momento) (?:nao )?(?:estou|estamos) (?:ausente\w*|disponive\w+|fora)\b|\b(?:regresso|volto) (?:a|em|no dia) \d|\bausente do escritorio\b",
    ],
    Sent.BULK_MAIL: [
        r"\b\d\d ?% (?:off|rabatt|nachlass|auf (?:alles|das)|de (?:descuento|remise|reduction|desconto)|di sconto|sur tout|em tudo)\b|-\d\d ?% sur\b",
        r"\b(?:flash sale|sale ends|today only|nur heute|solo hoy|aujourd'hui seulement|solo oggi|so hoje|2 (?:for|fur|por|pour|per) 1|jetzt sparen|aprovecha|profitez|approfitta|aproveite)\b",
        r"\b(?:wenn|falls) sie (?:\S+ ){1,5}(?:nicht mehr|keine|kein)? ?(?:\S+ ){0,3}(?:mehr )?(?:erhalten|bekommen) (?:mochten|wollen)\b",
        r"\b(?:abmelden|cancelar suscripcion|se desinscrire|desinscription|disiscriviti|descadastrar-se)\W*$",
        r"\b(?:our|die|las|nos|les|le|as) (?:best|latest|besten|mejores|meilleures|migliori|melhores) (?:\S+ )?(?:deals|offers|angebote|ofertas|offres|offerte)\b",
        r"\b(?:jetzt shoppen|j'achete|compra ya|compre ja|acquista ora)\b",
        r"\bme desabonner\W*$|\bhier abmelden\b|\bunsubscribe at any time\b",
        r"\btext \w{2,10} to \d{4,6}\b",
        r"\b(?:read (?:it )?online|online lesen|leer en linea|lire en ligne|leggi online|ler online|im browser lesen)\b",
        r"\b(?:dear readers|liebe leserinnen|liebe leser|queridos lectores|chers lecteurs|chers abonnes|cari lettori|caros leitores)\b",
        r"\bvom verteiler abmelden\b|\bannulla iscrizione\b|\bcancelar (?:suscripcion|subscricao|inscricao)\W*$|\bleave this list\b|\bse desinscrire\W*$",
        r"\b(?:new|latest) issue\b|\bneue ausgabe\b|\bnuevo numero (?:de|ya|esta)\b|\bya esta aqui el nuevo numero\b|\ble nouveau numero est\b|\bil nuovo numero\b|\bnovo numero\W",
        r"[.|] ?(?:impressum|datenschutz|privacy)\b|\b(?:impressum|datenschutz|privacy) ?[|]",
        r"\b(?:only until|last days|ends (?:sunday|tonight|soon|today)|nur (?:noch )?bis|ultimos dias|derniers jours|ultimi giorni)\b",
        r"\b(?:hand-?picked|new arrivals|new collection|shop the|neue kollektion|jetzt entdecken|descubre (?:la|nuestra)|decouvrez (?:la|notre)|scopri (?:la|le|i|il)|j'en profite|descubra|a nova colecao)\b",
        r"\bopt[ -]?out ?:? stop\b",
        r"\b\d (?:large|grosse|grandes|grandi)? ?(?:for|fur|por|pour|per) \d",
        r"\b(?:reply|text|txt|send|antworten sie mit|abmelden mit|envia|responde|repondez|rispondi|responda|envie) stop\b|\bstop (?:to|2|au|an|al|a|para) (?:end|opt|cancel|\d{4,6})",
        r"\bdate de baja aqui\b|\bdesabonnez-vous\b|\bcliquez ici pour (?:vous )?des(?:abonner|inscrire)\b|\bversion en ligne\b",
        r"\b(?:novedades|nouveautes|novita|novidades|neuigkeiten|what's new) (?:del|de|du|di|do|im|this|of)\b|\b(?:confira|decouvrez|ecco) (?:as|nos|le) (?:novidades|nouveautes|novita)\b",
        r"\bgibt es neues\b|\b(?:here is|here's) what(?:'s| is) new\b|\bjoin us for\b",
    ],
    Sent.PHISHING: [
        r"\b(?:unusual|suspicious|unauthori[sz]ed) activity\b|\b(?:ungewohnliche|verdachtige) aktivitat(?:en)?\b|\bactividad (?:sospechosa|inusual)\b|\bactivite (?:inhabituelle|suspecte)\b|\battivita (?:sospett[ae]|insolit[ae])\b|\batividade suspeita\b",
        r"\b(?:lose|losing) (?:access|your account)\b|\b(?:avoid|prevent) (?:suspension|closure|deactivation)\b|\bsperrung (?:\S+ )?(?:zu )?(?:vermeiden|verhindern)\b|\bevitar (?:el|o) bloqu?eio\b|\bevitar el bloqueo\b|\beviter (?:le blocage|la suspension|la fermeture)\b|\bevitare (?:il blocco|la sospensione)\b",
        r"\b(?:ihre daten|ihr konto|ihre identitat) (?:\S+ )?(?:zu )?(?:aktualisieren|bestatigen|verifizieren)\b|\baus sicherheitsgrunden\b",
        r"\b(?:verificar|confirmar|actualizar|validar) (?:su|sus|tu|tus) (?:\S+ )?(?:cuenta|identidad|datos|informacion)\b|\b(?:verifique|actualice|confirme) sus datos\b",
        r"\b(?:verifier|confirmer|valider|mettre a jour) (?:votre|vos) (?:\S+ )?(?:compte|identite|donnees|informations|coordonnees|adresse)\b|\ben cliquant (?:ici|sur)\b",
        r"\b(?:verificare|confermare|aggiornare|aggiorni|confermi) (?:i suoi|i tuoi|il suo|la sua) (?:dati|conto|account|identita)\b|\b(?:cliccando|clicchi|facendo clic) (?:qui|sul)\b",
        r"\b(?:atualizar|confirmar|verificar|atualize) (?:seus|sua|seu|os seus) (?:dados|conta|identidade)\b|\bclicando (?:aqui|no)\b",
        r"\b(?:su cuenta|votre compte|il conto|la sua utenza|sua conta|ihr konto) (?:sera|verra|wird|sera) (?:\S+ )?(?:bloquead[ao]|suspendu|bloccato|suspensa|bloqueada|gesperrt)\b",
        r"\bpassword (?:will )?expires? (?:in|today|within)\b|\b(?:validate|re-?validate) your\b",
        r"\b(?:congratulations|herzlichen gluckwunsch|felicidades|felicitations|congratulazioni|parabens)\b.{0,80}\b(?:selected|chosen|won|winner|gewonnen|ausgewahlt|ganado|seleccionad[ao]|gagne|selectionnee?|vinto|selezionat[ao]|ganhou|selecionad[ao])\b",
        r"\bclaim (?:it|your|the|now)\b|\bawaiting your claim\b|\bsend us your bank details\b",
        r"\b(?:expires|expire|expiring) (?:today|tomorrow|tonight|in \d+ (?:hours?|days?))\b|\blauft (?:heute|morgen|in \d+ \S+) ab\b|\b(?:caduca|vence|expira) (?:hoy|manana)\b|\bexpire (?:aujourd'hui|demain)\b|\bscade (?:oggi|domani)\b|\bexpira (?:hoje|amanha)\b",
        r"\bnew (?:sign-?in|log-?in) (?:to|on) your\b|\bsecure (?:it|your account) now\b|\bneue anmeldung (?:in|bei) ihrem\b|\bnuevo inicio de sesion\b|\bnouvelle connexion a votre\b|\bnuovo accesso al (?:suo|tuo)\b|\bnovo acesso a sua\b",
        r"\b(?:melden sie sich (?:hier )?an|acceda (?:aqui|qui|ahora)|acesse aqui|renouvelez-le|renueve|rinnovi|renove)\b|\bha superado el limite\b|\b(?:pulse|haga clic) aqui\b",
        r"\bpayment (?:failed|declined|was declined)\b|\bzahlung fehlgeschlagen\b|\bpago (?:rechazado|fallido)\b|\bpaiement (?:refuse|echoue)\b|\bpagamento (?:rifiutato|fallito|recusado)\b",
        r"\b(?:update|upgrade|confirm|log in|sign in|verify|aktualisieren|hier|aqui|ici|qui|here) ?:? ?(?:here|aqui|hier|ici|qui)? ?:? ?https?:",
        r"\b(?:final|last) reminder\b|\bunpaid (?:toll|fee|fine|invoice|bill|charge)\b|\bunbezahlte (?:maut|gebuhr)\b|\b(?:peaje|multa) (?:pendiente|impagad[ao])\b|\bpeage impaye\b|\bpedaggio non pagato\b|\bportagem (?:em atraso|por pagar)\b",
        r"\b(?:pay|payment|pago|pague|zahlen|payez|paga|pagar|pagamento) ?: ?https?:",
        (  # said to somebody: customers send links to what they have seen
            r"\b(?:you|your|sie|ihre?[mnrs]?|usted|sus?|tu|votre|vos|vous|suo|sua|suoi|sue|seu|seus|suas|dear|dein\w*)\b.{0,200}(?:https?:|\bwww\.)"
        ),
        r"\b(?:visit|apply|claim|rebook|re-?arrange|reschedule|settle|tap|besuchen sie|beantragen|visite|consultez|visiti|acesse|rellene|remplissez|compili|preencha)\b[^.!?]{0,40}https?:",
        r"\b(?:we missed you|rebook|re-?deliver\w*|missed delivery|konnten sie nicht antreffen|no pudimos entregar|nous n'avons pas pu (?:livrer|vous livrer)|non siamo riusciti a consegnare|nao conseguimos entregar)\b",
        r"\byou (?:are|'re) (?:entitled|eligible|due)\b|\byou have an? (?:\S+ ){0,2}(?:refund|payment|package)\b|\b(?:sie haben|haben sie) anspruch\b|\bihnen steht\b|\btienes? derecho\b|\bvous avez droit\b|\b(?:ha|hai) diritto\b|\btem direito\b",
        r"\b(?:fill|complete|enter|provide|remplissez|compili|compila|preencha|rellene|fullen sie|geben sie|indiquez|inserisca|insira)\b[^.!?]{0,60}\b(?:form\w*|modulo|bank\w*|card|cartao|tarjeta|carta|carte|kartendaten|kontodaten|bancaires|bancari)\b",
        r"\b(?:your|ihre?|sus?|vos|votre|i suoi|la sua|seus?|sua) (?:\S+ ){1,2}(?:will be|sera|seran|seront|serao|wird|werden|verra|verranno|saranno) (?:\S+ )?(?:deleted|suspended|cut|blocked|closed|geloscht|gesperrt|eliminad\w+|suspendid\w+|cortad\w+|supprime\w*|suspendu\w*|cancellat\w+|sospes\w+|bloquead\w+|apagad\w+|suspens\w+)\b",
        r"\b(?:pay now|pague (?:ahora|agora|ya)|payez (?:maintenant|vite)|paghi (?:ora|subito)|(?:zahlen|uberweisen) sie (?:jetzt|sofort|bitte)|letzte mahnung|final (?:notice|warning)|last warning|ultimo aviso|dernier avis|ultimo avviso)\b",
        r"\bif (?:this|it) (?:wasn't|was not) you\b|\b(?:falls|wenn) sie das nicht waren\b|\bsi no (?:has sido|fuiste|fue) (?:tu|usted)\b|\bsi ce n'est pas vous\b|\bse non (?:sei|e) stat[oa] (?:tu|lei)\b|\bse nao foi voce\b",
    ],
    Sent.SALES_PITCH: [
        r"\b(?:grow|boost|gain|buy) (?:your )?(?:\S+ )?followers\b|\b\d+k followers\b|\bfollowers fast\b",
        r"\b(?:we|i) offer (?:\S+ )?loans?\b|\bno credit check\b|\bkredit ohne schufa\b|\bloans? at \d",
        r"\binbox (?:us|me)\b|\blink below\b|\b(?:hot|private|sexy) (?:pics?|photos?|videos?)\b|\bonlyfans\b",
        r"\bmake (?:money|cash) (?:from home|online|fast)\b|\bwork(?:ing)? from home (?:and|to) (?:earn|make|get)\b|\bask me how\b|\bpassive income\b",
        r"\bjoin (?:my|our) (?:telegram|whats ?app|discord)\b",
        r"\bbrand ambassador\b|\bwe love your (?:page|profile|feed|content)\b|\bdm us\b",
        r"\blink in (?:my )?bio\b|\bdm (?:us|me) (?:to|for)\b|\bto collab(?:orate)?\b",
        r"\b(?:i|we) (?:earned|made|make|earn) \S{0,3}\d\S*(?: \S+)? (?:in|a|per|every) (?:a |one |just )?(?:day|week|month)\b",
        r"\b(?:crypto\w*|bitcoin|forex|binary options?|trading)\b.{0,120}\b(?:whats ?app|telegram|contact (?:her|him)|dm|inbox)\b",
        r"\b(?:thanks to|all thanks to|under the guidance of) (?:mrs?|ms|miss|coach|expert)\b",
        r"\b(?:spell caster|love spells?|bring back (?:your|my) (?:ex|lover)|blue tick|verification badge|cheap (?:price|rate)s?)\b",
        r"\b(?:message|contact|text|reach|write|inbox|dm) (?:me|us|him|her|our \S+) (?:on|via|now|at|today)\b",
    ],
    Sent.DELIVERY_REPORT: [
        r"\b(?:postfach|boite|casella|buzon|caixa)(?: \S+){0,2} (?:ist |est |e |esta )?(?:voll|pleine|piena|llen[ao]|cheia)\b|\bmailbox (?:is )?full\b|:? (?:boite pleine|casella piena|buzon lleno|caixa cheia)\b",
        r"\b(?:folgende|diese|die) (?:\S+ )?adresse (?:\S+ )?(?:wurde|konnte) nicht (?:gefunden|erreicht)\b|\bbenutzer unbekannt\b",
        r"\ble message (?:\S+ )?n'a (?:pas )?pu etre (?:livre|remis|distribue|delivre)\b|\bau destinataire\b|\badresse (?:inconnue|introuvable|inexistante)\b",
        r"\bno se (?:ha podido|pudo) entregar\b|\b(?:al destinatario|ao destinatario)\b|\bla direccion no existe\b",
        r"\bimpossibile (?:recapitare|consegnare)\b|\bnon e stato (?:consegnato|recapitato)\b|\bindirizzo (?:inesistente|sconosciuto)\b",
        r"\bnao (?:pode|foi possivel) (?:ser )?entreg(?:ue|ar)\b|\bendereco nao encontrado\b",
        r"\b(?:server|serveur|servidor)\b.{0,60}\b(?:rejected|refused|abgewiesen|abgelehnt|rechazo|rechazado|rejete|refuse|rifiutato|rejeitou|recusou|rejeitada)\b",
        r"\b(?:quota|cuota) (?:exceeded|excedida|depassee?|superata)\b|\bspeicherplatz (?:\S+ ){0,3}(?:uberschritten|erschopft)\b|\bmailbox does not exist\b|\bpostfach existiert nicht\b|[( ]5\.\d\.\d",
        r"\bdelivery to \S+@\S+ failed\b|\bzustellung an \S+@\S+ (?:ist )?fehlgeschlagen\b|\b(?:host|domane|domain|domaine|dominio) (?:unknown|unbekannt|not found|inconnu|desconocido|sconosciuto)\b",
        r"\bthe (?:e-?mail|mail|message) you sent to\b|\b(?:was|has been) returned\b|\badd?ress unknown\b|\bempfanger unbekannt\b",
        r"\b(?:konnte|konnten) nicht (?:an \S+ )?(?:ubermittelt|zugestellt|gesendet) werden\b",
        r"\bcould ?n[o']t (?:deliver|send) your (?:e-?mail|mail|message)\b|\b(?:e-?mail|nachricht) (?:an \S+ )?(?:kam|kommt|ging) zuruck\b",
        r"\b(?:unable|not able|failed) to deliver your (?:e-?mail|mail|message)\b|\b(?:e-?mail|nachricht|mensaje|message|messaggio|mensagem) (?:an|para|destine a|per|a|to|for) \S+@\S+",
    ],
}
_MAILS = r"(?:\S+ ){0,5}(?:(?:e-?)?mails?|newsletters?|messages?|texts?|offers?|updates?|these|this|it|correos?|mensajes?|boletin\w*|comunicaciones|ofertas|courriels?|offres|lettres?|messaggi|comunicazioni|offerte|mensagens|comunicacoes|sms)\b"
NOTICES_ALONE: dict[Sent, Patterns] = {
    Sent.BULK_MAIL: [
        rf"\bif you (?:no longer|do not|don't) (?:wish|want) to receive {_MAILS}",
        rf"\bsi (?:ya )?no (?:deseas?|quieres?) (?:seguir )?recib\w+ {_MAILS}|\bsi vous ne (?:souhaitez|voulez|desirez) plus recevoir {_MAILS}|\bpour ne plus recevoir (?:nos|ces|cette|la|les|notre) {_MAILS}",
        rf"\bse non (?:vuoi|desideri|desidera|vuole) (?:piu )?ricevere {_MAILS}|\b(?:se|caso) (?:voce )?nao (?:deseja|quer|quiser|queira|deseje) (?:mais )?receber {_MAILS}",
        r"\b(?:stop receiving|dejar de recibir|ne plus recevoir|cancellarti|cancellarsi|deixar de receber)\b.{0,60}\b(?:click|clic|pulsa|pulse|clicca|clicchi|clique|cliquez|here|aqui|qui|ici)\b",
        r"\b(?:reply|text|txt) stop (?:to|2) (?:opt[ -]?out|unsubscribe|end|cancel|stop)\W*$|\babmelden mit stop an \d+|\bstop (?:au|al|an|para) \d{4,6}\W*$",
    ],
    Sent.AUTOMATIC_MESSAGE: [
        r"\b(?:please )?(?:do not|don't) (?:reply|respond|answer) (?:directly )?to this (?:e-?mail|message|text|address)\b|\bthis (?:e-?mail|message) (?:is|was|has been) (?:an )?(?:automatically|auto-?|system[- ])(?:generated|sent|created)?\b|\bthis is a system (?:message|notification)\b",
        r"\bantworten sie (?:bitte )?nicht auf diese\b|\bnicht auf diese (?:e-?mail|nachricht) antworten\b|\bdiese (?:e-?mail|nachricht|mail) (?:wurde|wird|ist) (?:automatisch|maschinell|vom system)\b",
        r"\bno (?:respondas?|contestes?|conteste|responda|responder|contestar) a este (?:mensaje|correo|e-?mail)\b|\beste (?:mensaje|correo) (?:ha sido|fue|es|se ha) (?:generado )?automatic\w+\b",
        r"\bne (?:pas repondre|repondez pas) (?:a )?(?:ce|cet) (?:message|e-?mail|mail|courriel)\b|\bc(?:e|et) (?:message|e-?mail|mail|courriel) (?:a ete|est) (?:genere |envoye )?automatique(?:ment)?\b",
        r"\bnon rispond(?:ere|a|ete) a quest[ao] (?:e-?mail|mail|messaggio)\b|\bquest[ao] (?:e-?mail|mail|messaggio) (?:e|e stat[ao]) (?:generat[ao] |inviat[ao] )?automatic\w+\b",
        r"\bnao respond(?:a|er) a est[ae] (?:e-?mail|mensagem)\b|\best[ae] (?:e-?mail|mensagem) (?:e|foi) (?:gerad[ao] |enviad[ao] )?automatic\w+\b",
        rf"^\W*(?:{_CODE} is your (?:\S+ ){{1,3}}(?:code|otp|pin|passcode)|your (?:\S+ ){{1,3}}(?:code|otp|pin|passcode) is:? {_CODE})\W*$|^<#> ",
    ],
    Sent.AUTOMATIC_REPLY: [
        r"\bthank(?:s| you) for (?:contacting|reaching out to|messaging|writing to)\b.{0,80}\b(?:how we can help|will (?:get back|respond|reply|be in touch))",
    ],
    Sent.PHISHING: [
        r"\b(?:hacked your|recorded you|your webcam|ihre webcam|su camara|votre webcam|la sua webcam|sua webcam)\b.{0,300}\b(?:bitcoins?|btc)\b|\b(?:bitcoins?|btc)\b.{0,300}\b(?:your contacts|(?:your|ihre|su|votre|la sua|sua) webcam|recorded you)\b",
        (
            rf"\b{_PARCEL}\b.{{0,120}}\b(?:pay|settle|confirm|update|reschedule|zahlen|begleichen|bestatigen|pague|paga|abone|confirme|payez|reglez"
            r"|confirmer|paghi|confermi|regulari[sz]e|regularice|pagar)\b.{0,80}https?:"
        ),
    ],
}
NOTICES_CERTAIN: dict[Sent, Patterns] = {
    Sent.PHISHING: [
        (
            r"^\W*(?:(?:hi|hey|hello|hola|hallo|ciao|ola|coucou|salut|bonjour|oi)\W+)?(?:mum|mom|mommy|dad|daddy|mama|mami|mutti|papa|papi|maman|mamma|mae|pai)\b"
            r".{0,200}\b(?:my|mein\w*|mi|mon|mio|meu|minha) (?:\S+ )?(?:new number|new phone|neue nummer|nuevo numero|nouveau numero|nuovo numero|numero novo|novo numero|number|numero|nummer)\b"
            r".{0,100}\b(?:whats ?app|schreib|write|text|message|save|speicher\w*|escrib\w+|guarda\w*|ecris\w*|scriv\w+|escrev\w+|manda\w*|salva\w*)\b"
        ),
    ],
}
"""Nobody greets a company so: it decides although the rest sounds like a customer."""
