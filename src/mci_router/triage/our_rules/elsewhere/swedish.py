"""Swedish."""

_FAMILY = r"(?:man|fru|pappa|mamma|far|mor|son|dotter|bror|syster|mormor|morfar|farmor|farfar|sambo)"

PATTERNS = {
    "card_fraud": [
        r"\b(?:blev|blivit) (?:\S+ ){0,2}(?:lurad|bedragen)|\bbedr[aä]geri\w*|\bbedragar\w*|\bn[aä]tfiske|\bphishing\b|\bdet var inte jag\b|\bstulit (?:\S+ ){0,2}(?:kort|pengar)\w*",
        r"(?:n[aå]gon|ok[aä]nd\w*) (?:\S+ ){0,3}(?:anv[aä]nt|stulit|tagit|skimmat|kapat|k[oö]pt) (?:\S+ ){0,4}(?:kort|bankkort|konto|pengar|uppgifter)\w*|\bkort(?:et)? (?:\S+ ){0,4}(?:stulet|skimmat|kapat|kopierat)|\bstulet (?:\S+ )?kort",
        r"\b(?:betalning|k[oö]p|uttag|best[aä]llning|[oö]verf[oö]ring)\w* (?:\S+ ){0,6}(?:inte|aldrig) (?:\S+ ){0,2}(?:gjort|godk[aä]nt|k[aä]nner igen|best[aä]llt)",
    ],
    "account_takeover": [
        r"\bhacka(?:d|t|de|ts)\b|\bkapa(?:d|t|ts)\b|\bid-?st[oö]ld|\bidentitetsst[oö]ld|\bn[aå]gon (?:\S+ ){0,3}(?:loggat in|tagit [oö]ver|kommit in) (?:\S+ ){0,3}(?:konto|mejl|mail|nummer)",
        r"\b(?:sim|simkort|esim|abonnemang|kod)\w*\W{1,2}(?:\S+ ){0,8}(?:inte|aldrig) (?:\S+ ){0,2}(?:best[aä]llt|beg[aä]rt|tecknat)",
    ],
    "abuse": [
        r"\bfilmar mig\b",
        r"\bstalk(?:ar|ad|ning)\w*|\bf[oö]rf[oö]lj(?:er|d|s)\w* mig|\bhotar mig|\b(?:blir|blivit) hotad|\bhot om (?:v[aå]ld|att)|\btrakasser\w*|\bmisshandl\w*|\butpress(?:ar|ad|ning)\b|\bv[aå]ld i n[aä]ra|\bkontaktf[oö]rbud",
        r"\bmi(?:tt|na?) (?:ex|fd|f[oö]re detta|exman|exsambo)\b (?:\S+ ){0,6}(?:vet|f[oö]ljer|ringer|skriver|ser|l[aä]ser|sp[aå]rar)\b|\bvet (?:\S+ ){0,3}var jag (?:[aä]r|bor)|\butan att (?:han|hon|min man|min fru) (?:\S+ ){0,3}(?:m[aä]rker|vet|ser)",
    ],
    "danger_to_life": [
        r"\bandas inte|\bkan inte andas|\bf[aå]r ingen luft|\bmedvetsl[oö]s\w*|\bhj[aä]rt(?:infarkt|attack|stopp)\w*|[oö]verdos\w*|\bambulans\w*|\bbr[oö]stsm[aä]rt\w*|\bont i br[oö]stet",
        r"\bgaslukt|\bluktar gas|\bkolmonoxid|\bkoloxid|\bbrinner\b|\bbrandk[aå]r\w*|\b(?:svalt|tagit) (?:\S+ ){0,4}(?:tabletter|piller)\w*",
        r"\bhar (?:en )?(?:kniv|pistol|yxa|vapen)\b|\bsl[aå]r mig\b|\bstryper mig\b|\bst[aå]r (?:\S+ ){0,2}(?:utanf[oö]r|vid) (?:\S+ )?d[oö]rr\w*",
        r"\bryker (?:\S+ )?(?:ur|fr[aå]n|om) |\b(?:kommer|kom) (?:\S+ )?r[oö]k (?:\S+ ){0,2}(?:ur|fr[aå]n)\b|\bkv[aä]v(?:s|as)\b|\bs[aä]tter i halsen\b|\b(?:f[oö]rs[oö]ker|vill|t[aä]nker|ska|kommer att) (?:d[oö]da|m[oö]rda|sl[aå] ihjel) (?:mig|oss)\b",
        r"\b(?:ramlat|fallit|svimmat|trillat)\b.{0,30}(?:r[oö]r sig inte|vaknar inte|andas inte)|\br[oö]k (?:[oö]verallt|i (?:k[oö]ket|huset|trapphuset|l[aä]genheten))|\bfullt (?:av|med) r[oö]k\b",
    ],
    "self_harm": [
        r"\bhoppar? (?:\S+ ){0,2}(?:fr[aå]n|framf[oö]r) (?:bron|taket|t[aå]get)\b",
        r"\bvill inte (?:l[aä]ngre )?(?:leva|finnas)|\btar? livet av mig|\btar? mitt (?:eget )?liv|\bsj[aä]lvmord\w*|\bvill (?:bara )?d[oö](?:$|\W)|\borkar inte leva|\bingen (?:\S+ ){0,3}sakna mig|\bsk[aä]r mig sj[aä]lv|\bskada mig sj[aä]lv",
        r"\bhoppa(?:r)? (?:\S+ )?(?:framf[oö]r (?:t[aå]get|ett t[aå]g)|fr[aå]n (?:bron|en bro|taket|balkongen)|ut genom f[oö]nstret)",
        r"\bsk(?:[aä]r|urit) mig i (?:handled|arm)\w*|\bvill inte (?:vara med|vara h[aä]r) (?:l[aä]ngre|mer)",
    ],
    "minors": [
        r"\bjag [aä]r (?:bara |endast )?(?:[6-9]|1[0-7])(?: [aå]r(?: gammal)?)?(?:$|[,.!]| och\b)|\bminder[aå]rig\w*|\bbarnporr\w*|\bpedofil\w*",
        r"\b(?:min (?:son|dotter)|mitt barn|mina barn)\b (?:\S+ ){0,8}(?:naken|nakna|sexuell|porr)\w*|\b(?:naken\w*|nakna|sexuell\w*|vuxen) (?:\S+ ){0,8}(?:min (?:son|dotter)|mitt barn)",
    ],
    "hardship": [
        r"\btrygghetslarm\w*",
        rf"\b(?:min|v[aå]r) (?:\S+ )?{_FAMILY} (?:\S+ ){{0,4}}(?:dog|d[oö]d|avled|avliden|gick bort|g[aå]tt bort)\b|\bavlid(?:en|na|it)\b|\bbegravning\w*|\bd[oö]dsbo\w*|\bdemens\w*|\bdement\b|\balzheimer\w*",
        r"\bcancer\b|\bcellgift\w*|\barbetsl[oö]s\w*|\bf[oö]rlorat (?:\S+ )?(?:jobb|arbete)\w*|\bheml[oö]s\w*|\bkronofogd\w*|\bvr[aä]k(?:t|s|as|ning)\w*|\binte r[aå]d (?:med|att) (?:\S+ ){0,2}(?:mat|hyra|[aä]ta)\w*",
    ],
    "legal_threat": [
        r"\b(?:min|v[aå]r|en) advokat\w*|\badvokaten?\b (?:\S+ ){0,2}(?:h[oö]r|kontakt|skriv|tar)\w*|\btill (?:tings)?r[aä]tten\b|\btill domstol|\bst[aä]mmer? er\b|\br[aä]ttsliga [aå]tg[aä]rder|\bjuridiska [aå]tg[aä]rder|\bpolisanm[aä]l\w*|\bkonsumentverket\b|\ballm[aä]nna reklamationsn[aä]mnden\b",
    ],
}
NOT_MEANT = {
    "danger_to_life": [
        r"\bbrinner (?:f[oö]r|av (?:iver|l[aä]ngtan|nyfikenhet))|\b(?:lamp\w*|diod\w*|ljus\w*|lysdiod\w*) (?:[^ ,.!?]+ )?brinner\b|\bbrinner (?:[^ ,.!?]+ ){0,2}(?:lamp\w*|diod\w*|lysdiod\w*)|\bbrinner inte\b",
        r"\b(?:lego|playmobil|leksaks?)[ -]?(?:ambulans\w*|brandk[aå]r\w*)|\bt[aä]cker (?:\S+ ){0,2}hj[aä]rt(?:infarkt|attack)\w*|[oö]verdos(?:en)? (?:av|med) (?:reklam|mejl|notiser|serier|sms)",
        r"\b(?:bud|budet|brevb[aä]rar\w*|paket\w*|tekniker\w*|chauff[oö]r\w*) (?:[^ ,.!?]+ )?st[aå]r (?:[^ ,.!?]+ ){0,2}(?:utanf[oö]r|vid) (?:[^ ,.!?]+ )?d[oö]rr\w*|\bspelet har (?:en )?(?:pistol|kniv|yxa|vapen)\b|\bsl[aå]r mig (?:med h[aä]pnad|att)\b|\btabletter f[oö]r disk\w*|\bdisk(?:maskins)?tabletter|\bkv[aä]vs av (?:reklam|mejl)",
    ],
    "self_harm": [
        r"\b(?:v[aä]ntan|v[aä]ntetiden|k[oö]n|telefonk[oö]n|sidan|appen) (?:[^ ,.!?]+ )?tar livet av mig|\bd[oö] av (?:skratt|skam|tristess|nyfikenhet)",
    ],
    "legal_threat": [
        r"\b(?:jag [aä]r|som) advokat\b",
    ],
}
