"""Danish."""

_FAMILY = r"(?:mand|kone|far|mor|s[øo]n|datter|bror|s[øo]ster|mormor|morfar|farmor|farfar|k[æa]reste)"

PATTERNS = {
    "card_fraud": [
        r"\b(?:blevet|blev) (?:\S+ ){0,2}(?:svindlet|bedraget|snydt af en|franarret)\b|\bsvindel\w*|\bsvindler\w*|\bbedrageri\w*|\bphishing\b|\bdet var ikke mig\b|\bstj[åa]let (?:\S+ ){0,2}(?:kort|penge)\b",
        r"\b(?:nogen|en fremmed|ukendte?) (?:\S+ ){0,3}(?:brugt|stj[åa]let|taget|misbrugt|k[øo]bt) (?:\S+ ){0,4}(?:kort|h[æa]vekort|dankort|konto|penge|oplysninger)\w*|\bkort(?:et)? (?:\S+ ){0,4}(?:stj[åa]let|misbrugt|kopieret)",
        r"\b(?:betaling|k[øo]b|h[æa]vning|overf[øo]rsel|bestilling)\w* (?:\S+ ){0,6}(?:ikke|aldrig) (?:\S+ ){0,2}(?:lavet|foretaget|godkendt|genkender|bestilt)\b",
    ],
    "account_takeover": [
        r"\bhacket\b|\bidentitetstyveri\b|\bnogen (?:\S+ ){0,3}(?:logget ind|overtaget|brudt ind|kommet ind) (?:\S+ ){0,3}(?:konto|mail|nummer)\w*|\b(?:oprettet|bestilt) (?:\S+ ){0,4}i mit navn\b",
        r"\b(?:sim|simkort|esim|abonnement|kode)\w*\W{1,2}(?:\S+ ){0,8}(?:ikke|aldrig) (?:\S+ ){0,2}(?:bestilt|anmodet|oprettet|bedt)\b",
    ],
    "abuse": [
        r"\bfilmer mig\b",
        r"\bstalk(?:er|et|ing)\b|\bforf[øo]lg(?:er|t) mig|\btruer mig|\b(?:bliver|blevet) truet|\btrusler\b|\bchikaner\w*|\bmishandl\w*|\bafpres\w*|\bvoldelig (?:mand|eks|k[æa]reste|far)|\btilhold\b",
        r"\bmin eks\w*\b (?:\S+ ){0,6}(?:ved|f[øo]lger|ringer|skriver|ser|l[æa]ser|sporer)\b|\bved (?:\S+ ){0,3}hvor jeg (?:er|bor)\b|\buden at (?:han|hun|min mand|min kone) (?:\S+ ){0,3}(?:opdager|ved|ser)\b",
    ],
    "danger_to_life": [
        r"\btr[æa]kker ikke vejret|\bkan ikke (?:f[åa]|tr[æa]kke) vejret?|\bbevidstl[øo]s\w*|\bhjerte(?:anfald|stop)\b|\bblodprop\b|\boverdosis\b|\bambulance\w*|\bbrystsmerter\b|\bondt i brystet\b",
        r"\bgaslugt|\blugter (?:af )?gas\b|\bkulilte\b|\b(?:det|huset|lejligheden|routeren|modemmet|telefonen|batteriet|k[øo]kkenet) br[æa]nder\b|\bbrandv[æa]sen\w*|\b(?:slugt|taget) (?:\S+ ){0,4}(?:piller|tabletter)\w*",
        r"\bhar en (?:kniv|pistol|[øo]kse)\b|\bsl[åa]r mig\b|\bkv[æa]ler mig\b|\bst[åa]r (?:\S+ ){0,2}(?:uden for|foran|ved) (?:\S+ )?d[øo]r\w*",
        r"\b(?:der er|er der|det er) (?:en )?brand(?:$|[ ,.!])|\bbrand i (?:k[øo]kken\w*|huset|lejlighed\w*|stuen|opgang\w*|mit|min|vores)\b|\b(?:kommer|kom) (?:\S+ )?r[øo]g (?:\S+ ){0,2}(?:ud|fra)\b|\bbliver? kvalt(?:$|[,.!])|\ber ved at (?:\S+ )?kv[æa]les\b",
        r"\b(?:sl[åa]r?|vil) (?:mig|os) ihjel\b|\b(?:dr[æa]be|myrde) (?:mig|os)\b",
        r"\b(?:faldet|faldt|besvimet)\b.{0,30}(?:r[øo]rer sig ikke|v[åa]gner ikke|tr[æa]kker ikke)|\br[øo]g (?:overalt|i (?:k[øo]kkenet|huset|opgangen|lejligheden))|\bfuld(?:t)? af r[øo]g\b",
    ],
    "self_harm": [
        r"v[æa]k fra livet|tage mit (?:eget )?liv|\borker ikke (?:at )?leve",
        r"\bhopper? (?:\S+ ){0,2}(?:fra|foran) (?:broen|taget|toget)\b",
        r"\bvil ikke (?:l[æa]ngere )?leve\b|\bikke leve (?:mere|l[æa]ngere)|\btager? livet af mig|\btager? mit (?:eget )?liv|\bselvmord\w*|\bvil (?:bare |gerne )?d[øo](?:$|\W)|\bingen (?:\S+ ){0,3}savne mig|\bsk[æa]re?r? i mig selv|\bskade mig selv",
        r"\borker ikke (?:at )?leve\b|\borker ikke livet\b|\b(?:springer?|hopper?) (?:\S+ )?(?:foran (?:toget|et tog)|ud fra (?:broen|en bro|taget|altanen))|\bkaster? mig (?:ud )?foran (?:toget|et tog)",
        r"\bsk[åa]ret mig i (?:h[åa]ndled|arm)\w*|\bvil ikke v[æa]re her (?:mere|l[æa]ngere)",
    ],
    "minors": [
        r"\bjeg er (?:kun |bare )?(?:[6-9]|1[0-7])(?: [åa]r(?: gammel)?)?(?:$|[,.!]| og\b)|\bmindre[åa]rig\w*|b[øo]rneporno\w*|p[æa]dofil\w*",
        r"\b(?:min (?:s[øo]n|datter)|mit barn|mine b[øo]rn) (?:\S+ ){0,8}(?:n[øo]gen|n[øo]gne|seksuel|porno)\w*|\b(?:n[øo]gen\w*|n[øo]gne|seksuel\w*|voksen) (?:\S+ ){0,8}(?:min (?:s[øo]n|datter)|mit barn)",
    ],
    "hardship": [
        r"\bn[øo]dkald\w*",
        rf"\b(?:min|vores) (?:\S+ )?{_FAMILY} (?:\S+ ){{0,4}}(?:d[øo]de|d[øo]d|g[åa]et bort|sov ind)\b|\bafd[øo]d\w*|\bbegravelse\w*|\bd[øo]dsbo\w*|\benke(?:mand)?\b|\bdemens\w*|\bdement\b|\balzheimer\w*",
        r"\bkr[æa]ft\b|\bkemoterapi\b|\barbejdsl[øo]s\w*|\bmistet (?:\S+ ){0,2}(?:job|arbejde)\w*|\bhjeml[øo]s\w*|\bfogedret\w*|\bikke r[åa]d til (?:\S+ ){0,2}(?:mad|husleje)\w*",
    ],
    "legal_threat": [
        r"\b(?:min|vores|en) advokat\w*|\badvokaten?\b (?:\S+ ){0,2}(?:kontakt|skriv|tager)\w*|\bg[åa]r til retten\b|\bi retten\b|\bst[æa]vn(?:e|er|ing)\b|\bretslige skridt|\bjuridiske skridt|\bpolitianmeld\w*|\bforbrugerombudsmand\w*|\bforbrugerklagen[æa]vn\w*|\bdatatilsynet\b",
    ],
}
NOT_MEANT = {
    "danger_to_life": [
        r"\bdet br[æa]nder ikke\b|\b(?:lego|playmobil|leget[øo]js?)[ -]?(?:ambulance|brandv[æa]sen)\w*|\bd[æa]kker (?:\S+ ){0,2}(?:blodprop|hjerteanfald|hjertestop)|\boverdosis (?:af )?(?:reklame\w*|mails|notifikationer|serier)|\btabletter til opvask\w*",
        r"\b(?:bud|buddet|postbud\w*|pakke\w*|tekniker\w*|chauff[øo]r\w*) (?:[^ ,.!?]+ )?st[åa]r (?:[^ ,.!?]+ ){0,2}(?:uden for|foran|ved) (?:[^ ,.!?]+ )?d[øo]r\w*|\bspillet har en (?:pistol|kniv|[øo]kse)\b|\bsl[åa]r mig (?:med|at)\b|\b(?:ventetiden|k[øo]en|priserne?) sl[åa]r mig ihjel\b",
    ],
    "self_harm": [
        r"\b(?:ventetiden|ventetid|k[øo]en|telefonk[øo]en|siden|appen) (?:[^ ,.!?]+ )?tager livet af mig|\bd[øo] af (?:grin|skam|kedsomhed|nysgerrighed)",
    ],
    "legal_threat": [
        r"\b(?:jeg er|som) advokat\b",
    ],
}
