"""Dutch."""

_FAMILY = r"(?:man|vrouw|vader|moeder|papa|mama|zoon|dochter|broer|zus|oma|opa|partner|vriend|vriendin)"

PATTERNS = {
    "card_fraud": [
        r"\b(?:ben|werd|word|zijn) (?:\S+ ){0,6}opgelicht\b|\b(?:bankhelpdesk)?fraude\b|\bphishing\b|\bfraudeur\w*|\b(?:was ik niet|ik was het niet)\b",
        r"\b(?:iemand|onbekende\w*|vreemde\w*) (?:\S+ ){0,6}mijn (?:\S+ )?(?:bankpas|pas|pinpas|creditcard|kaart|geld|rekening|gegevens)\b",
        r"\b(?:bankpas|pinpas|creditcard|kaart|portemonnee) (?:\S+ ){0,4}(?:gestolen|geskimd|misbruikt|gekopieerd)\b|\bgestolen (?:\S+ )?(?:bankpas|pinpas|creditcard|kaart)\b",
        r"\b(?:afschrijving|betaling|bestelling|overboeking|incasso)(?:en)? (?:\S+ ){0,6}(?:niet|nooit) (?:\S+ ){0,2}(?:gedaan|geplaatst|herken|gemaakt|besteld|goedgekeurd)\b",
    ],
    "account_takeover": [
        r"\bgehackt?\b|\bidentiteits(?:fraude|diefstal)\b|\b(?:account|nummer|profiel) (?:\S+ ){0,3}(?:overgenomen|gekaapt|gekraakt)\b",
        r"\b(?:sim|simkaart|esim|contract|abonnement|code|toestel)s?\W{1,2}(?:\S+ ){0,8}(?:nooit|niet) (?:\S+ ){0,3}(?:aangevraagd|besteld|afgesloten)\b",
        r"\b(?:iemand|vreemde\w*) (?:\S+ ){0,3}(?:ingelogd|ingebroken|zit|gebruikt) (?:\S+ ){0,3}mijn (?:\S+ )?(?:account|mail|profiel|nummer)\b",
    ],
    "abuse": [
        r"\bmag (?:hij|zij|ze|mijn (?:man|vrouw|vriend|partner|ex)) (?:\S+ ){0,3}(?:niet|niks|niets) (?:\S+ )?(?:weten|merken)\b|\b(?:hij|mijn (?:man|vriend|partner|ex)) mag (?:\S+ ){0,3}(?:niet|niks|niets) (?:\S+ )?(?:weten|merken)\b|\b(?:man|vriend|partner|hij) (?:\S+ )?(?:controleert|checkt|leest|doorzoekt) (?:\S+ ){0,2}mijn (?:telefoon|berichten|mobiel|appjes)\b",
        r"\bfilmt (?:mij|me|ons)\b",
        r"\bgestalkt\b|\bstalkt\b|\bbedreig(?:t|d|ing\w*|en)\b|\bhuiselijk geweld\b|\bmishandel\w*|\bchanteer\w*|\bchantage\b|\bafgeperst\b|\bachtervolgt\b",
        r"\b(?:mijn )?ex\b (?:\S+ ){0,6}(?:weet|volgt|belt|appt|stuurt|ziet|controleert|leest)\b|\bweet (?:\S+ ){0,4}waar ik (?:ben|woon)\b|\bvalt (?:me|mij) lastig\b",
        r"\bzonder dat (?:hij|zij|ze|mijn man|mijn vrouw) (?:\S+ ){0,3}(?:merkt|weet|ziet)\b|\bcontactverbod\b|\bblijf-van-mijn-lijf\w*",
    ],
    "danger_to_life": [
        r"\b(?:koolmonoxide|co)-?(?:melder|alarm)\w* (?:\S+ ){0,3}(?:gaat af|piept|loeit|afgegaan)\b",
        r"\bademt niet\b|\bkan (?:\S+ )?niet ademen\b|\bkrijgt? geen lucht\b|\bbewusteloos\b|\bhart(?:aanval|infarct|stilstand)\b|\bberoerte\b|\boverdosis\b|\bpijn op de borst\b",
        r"\b(?:ambulance|brandweer)\b|\bgas(?:lucht|lek)\b|\bruikt? naar gas\b|\bkoolmonoxide\b|\bsta(?:at|an) (?:\S+ ){0,3}in brand\b|\b(?:pillen|slaappillen) (?:\S+ ){0,3}(?:geslikt|ingenomen)\b",
        r"\bheeft een (?:mes|pistool|wapen|bijl)\b|\b(?:slaat|wurgt) (?:mij|me|ons)\b|\b(?:staat|bonkt) (?:\S+ ){0,3}(?:voor|op) (?:de|mijn) deur\b",
        r"\b(?:kind|baby|zoon|dochter|hij|zij|ze|man|vrouw|oma|opa|moeder|vader|mama|papa) (?:\S+ )?stikt(?:$|[ ,.!])|\b(?:er is|is er) brand(?:$|[ ,.!])|\bbrand in (?:huis|mijn|ons|onze|de (?:keuken|woning|schuur|meterkast|gang|flat|kamer))\b",
        r"\bin de (?:fik|hens)\b|\b(?:komt|kwam) (?:\S+ )?rook (?:\S+ ){0,2}(?:uit|van)\b|\b(?:pillen|slaappillen|tabletten) (?:\S+ ){0,3}(?:genomen|geslikt|ingenomen)\b|\b(?:wil|gaat|probeert|dreigt) (?:me|mij|ons) (?:te )?(?:vermoorden|doden|doodslaan|doodschieten)\b",
        r"\b(?:gevallen|ingestort|flauwgevallen)\b.{0,30}\b(?:reageert niet|beweegt niet|ademt niet|wordt niet wakker)|\boveral (?:\S+ )?rook\b|\brook (?:overal|in (?:huis|de (?:keuken|woning|gang|flat)))\b|\bvol rook\b",
    ],
    "self_harm": [
        r"\bwil (?:\S+ ){0,3}nooit meer wakker worden\b|\bleven (?:\S+ )?niet meer zitten\b|\bgeen zin meer in het leven\b|\bleven (?:heeft geen zin|hoeft (?:\S+ ){0,3}niet meer)\b",
        r"\bspring (?:\S+ ){0,3}(?:voor de trein|van de brug|van het dak)\b",
        r"\bwil (?:\S+ ){0,3}(?:niet meer leven|dood|niet meer wakker worden)\b|\bniet meer (?:willen )?leven\b|\bmaak (?:\S+ ){0,4}eind(?:e)? aan\b",
        r"\bzelfmoord\w*|\bsu[iï]cid\w*|\bmezelf (?:\S+ ){0,2}(?:iets aandoen|snijden|ophangen|van kant maken)\b|\b(?:niemand|geen mens) (?:\S+ ){0,3}missen\b",
        r"\bspring (?:\S+ )?(?:voor de trein|van (?:de|een|het) (?:brug|flat|dak|balkon|viaduct))\b|\b(?:voor de trein|van (?:de|een|het) (?:brug|flat|dak)) (?:te )?springen\b",
        r"\bpolsen (?:\S+ )?(?:door|open)(?:ge|te )?sn\w+|\bwil er niet meer zijn\b",
    ],
    "minors": [
        r"\bik ben (?:pas |nog |maar )?(?:[6-9]|1[0-7])(?: jaar(?: oud)?)?(?:$|[,.!]| en\b)|\bik ben (?:nog )?minderjarig|\bkinderporno\w*|\bkindermisbruik\b|\bpedofi?el\w*",
        r"\b(?:mijn (?:zoon|dochter|kind|kleinkind)|kinderen|meisje|jongen)\b (?:\S+ ){0,8}(?:naakt\w*|seksue\w*|misbruik\w*|porno\w*)",
        r"\b(?:naakt\w*|seksue\w*|volwassene) (?:\S+ ){0,8}(?:mijn (?:zoon|dochter|kind)|minderjarig\w*)",
    ],
    "hardship": [
        r"\b(?:persoonsalarm\w*|alarmknop\w*|noodknop\w*)\b",
        rf"\b(?:mijn|onze) (?:\S+ )?{_FAMILY} (?:\S+ ){{0,4}}(?:overleden|gestorven|dood)\b|\boverleden\b|\boverlijden\b|\bbegrafenis\b|\bweduwe\b|\bnabestaande\w*",
        r"\b(?:kanker|alzheimer|dementie|dement|terminaal|chemotherapie|werkloos|dakloos|deurwaarder|voedselbank)\b|\bschuldsaner\w*|\bschuldhulp\w*",
        r"\bbaan (?:\S+ )?(?:kwijt|verloren)\b|\bhuis uitgezet\b|\bgeen geld (?:\S+ ){0,3}(?:eten|huur|kinderen)\b",
    ],
    "legal_threat": [
        r"\b(?:mijn|onze|een|de) advocaat\b|\bnaar de rechter\b|\brechtszaak\b|\bkort geding\b|\bdagvaard\w*|\bingebrekestelling\b|\bjuridische stappen\b|\bgeschillencommissie\b|\bautoriteit persoonsgegevens\b",
    ],
}
NOT_MEANT = {
    "danger_to_life": [
        r"\b(?:lego|playmobil|speelgoed)[ -]?(?:ambulance|brandweer)\w*|\b(?:ambulance|brandweer)(?:auto|wagen)? van (?:lego|playmobil)\b",
        r"\b(?:dekt|vergoedt|verzekering|verzekerd) (?:\S+ )?(?:een |ook |tegen |bij |voor |de ){0,3}(?:hart(?:aanval|infarct)|beroerte)\b|\bstikt? van\b|\bvaatwas\w*tabletten\b",
        r"\b(?:bezorger|koerier|pakket\w*|postbode|pakketbezorger|monteur|bestelling) (?:[^ ,.!?]+ )?staat (?:[^ ,.!?]+ ){0,2}voor (?:de|mijn) deur\b|\b(?:site|website|app|beurs|prijzen) staa?[tn] (?:[^ ,.!?]+ ){0,3}in brand\b",
    ],
    "self_harm": [
        r"\bwil dood ?(?:gewoon|leuk|simpel|eenvoudig|normaal)\b|\b(?:niemand|geen mens) (?:\S+ )?(?:deze|die|de|jullie|dit|dat) (?:app|site|website|dienst|abonnement|functie|zender) (?:\S+ )?missen\b",
    ],
    "legal_threat": [
        r"\b(?:ik ben|als) advocaat\b",
    ],
}
