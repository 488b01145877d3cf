"""Turkish, also as it is typed without its own letters."""

_FAMILY = (
    r"(?:babam|annem|e[şs]im|kocam|kar[ıi]m|o[ğg]lum|k[ıi]z[ıi]m|karde[şs]im|a[ğg]abeyim|abim|ablam|dedem|ninem|"
    r"babaannem|anneannem)"
)

PATTERNS = {
    "card_fraud": [
        r"(?:kod|[şs]ifre)\S* (?:\S+ )?(?:verdim|s[öo]yledim|okudum)|hesab[ıi]m\S* (?:\S+ ){0,2}bo[şs]alt\w*",
        r"doland[ıi]r\w*|phishing|(?:biri|birisi|ba[şs]kas[ıi]|tan[ıi]mad[ıi][ğg][ıi]m) (?:\S+ ){0,4}(?:kart[ıi]m|param|banka hesab[ıi]m)\w*|kart[ıi]m (?:\S+ ){0,4}(?:[çc]al[ıi]nd[ıi]|kopyaland[ıi]|kullan[ıi]lm[ıi][şs])",
        r"[çc]al[ıi]nt[ıi] kart|\bben de[ğg]ildim|(?:[öo]deme|harcama|i[şs]lem|sipari[şs])\w* (?:\S+ ){0,6}(?:ben )?(?:yapmad[ıi]m|onaylamad[ıi]m|tan[ıi]m[ıi]yorum)|sipari[şs]\w* ben vermedim",
    ],
    "account_takeover": [
        r"hesab[ıi]m\S* (?:\S+ ){0,2}(?:ele ge[çc]ir|[çc]al[ıi]n|hack)\w*|hack'?len\w*|hack'?lend\w*|heklen\w*|kimlik h[ıi]rs[ıi]zl[ıi][ğg][ıi]|(?:biri|birisi) (?:\S+ ){0,3}hesab[ıi]ma (?:\S+ ){0,2}gir\w*",
        r"istemedi[ğg]im (?:\S+ ){0,3}(?:sim|hat|kod)\b|(?:\bsim|\bhat|\bkod|s[öo]zle[şs]me)\w* (?:\S+ ){0,5}(?:ben )?(?:istemedim|talep etmedim|a[çc]t[ıi]rmad[ıi]m|imzalamad[ıi]m)|ad[ıi]ma (?:\S+ ){0,4}(?:hat|s[öo]zle[şs]me) (?:a[çc][ıi]lm[ıi][şs]|yap[ıi]lm[ıi][şs])",
    ],
    "abuse": [
        r"(?:kocam|e[şs]im|babam|sevgilim|ni[şs]anl[ıi]m)\S* (?:\S+ ){0,8}(?:haberi olmas[ıi]n|bilmesin|duymas[ıi]n|[öo][ğg]renmesin)|telefonumu (?:\S+ )?(?:kar[ıi][şs]t[ıi]r|kontrol ed)\w*",
        r"(?:kemik|bacak|kol|a[ğg]z|surat|kafa)\S* (?:\S+ ){0,2}(?:k[ıi]raca[ğg][ıi]m|da[ğg][ıi]taca[ğg][ıi]m)",
        r"(?:babam|kocam|e[şs]im|biri) (?:\S+ )?beni (?:\S+ )?(?:kaydediyor|[çc]ekiyor|g[öo]zetliyor)",
        r"tehdit (?:ed|et)\w*|\btaciz\w*|beni (?:s[üu]rekli )?(?:takip|izl|g[öo]zetl)\w*|[şs]antaj\w*|aile i[çc]i [şs]iddet|[şs]iddet g[öo]r\w*|[ıi]srarl[ıi] takip|uzakla[şs]t[ıi]rma karar\w*",
        r"eski (?:kocam|e[şs]im|kar[ıi]m|sevgilim|erkek arkada[şs][ıi]m) (?:\S+ ){0,7}(?:biliyor|takip|ar[ıi]yor|izliyor|g[öo]r[üu]yor|yaz[ıi]yor|okuyor)|nerede oldu[ğg]umu (?:\S+ ){0,3}(?:biliyor|g[öo]r[üu]yor)|(?:kocam|e[şs]im|onun)\S* haberi olmadan",
    ],
    "danger_to_life": [
        r"nefes (?:alm[ıi]yor|alam[ıi]yor)\w*|bilin(?:ci|c[ıi]) (?:yok|kapal[ıi])|bay[ıi]ld[ıi](?:$|[^a-zA-ZçğıöşüÇĞİÖŞÜ])|kalp krizi|inme ge[çc]ir\w*|a[şs][ıi]r[ıi] doz|ambulans\w*|g[öo][ğg][üu]s a[ğg]r[ıi]s[ıi]",
        r"gaz (?:koku|ka[çc]a)\w*|karbon ?monoksit|yang[ıi]n|\bev(?:im|imiz)? yan[ıi]yor|\bduman\w*|itfaiye\w*|hap\w* (?:\S+ ){0,2}(?:i[çc]tim|yuttum|i[çc]ti|yuttu)",
        r"(?:elinde|onda) (?:\S+ )?(?:b[ıi][çc]ak|silah)|b[ıi][çc]a[ğg][ıi] var|silah[ıi] var|beni d[öo]v[üu]yor|bo[ğg]az[ıi]m[ıi] s[ıi]k[ıi]yor|kap[ıi]m[ıi]n [öo]n[üu]nde",
        r"\b(?:mutfak|ev|evimiz|oda|salon|daire|bina|araba|priz|modem|router|kablo|batarya|apartman)\w{0,4} (?:\S+ )?(?:alev ald[ıi]|alev al[ıi]yor|tutu[şs]tu)|\b(?:mutfak|evimiz|oda|salon|dairemiz|bina|priz|modem|router|kablo|apartman) yan[ıi]yor",
        r"(?:[çc]ocu[ğg]um|bebe[ğg]im|bebek|o[ğg]lum|k[ıi]z[ıi]m|annem|babam|e[şs]im) (?:\S+ )?bo[ğg]uluyor|(?:beni|bizi) [öo]ld[üu]r(?:ecek|meye|mek istiyor)|haplar\w* (?:\S+ ){0,2}(?:i[çc]tim|yuttum)",
        r"(?:d[üu][şs]t[üu]|y[ıi][ğg][ıi]ld[ıi]).{0,30}(?:k[ıi]p[ıi]rdam[ıi]yor|hareket etmiyor|uyanm[ıi]yor)",
    ],
    "self_harm": [
        r"ya[şs]am\S* (?:\S+ )?anlam[ıi] (?:yok|kalmad[ıi])|hayat\S* (?:\S+ )?anlam[ıi] (?:yok|kalmad[ıi])|bir daha uyanmak istemiyorum",
        r"(?:k[öo]pr[üu]den|[çc]at[ıi]dan|pencereden) atla\w*|trenin [öo]n[üu]ne atla\w*",
        r"ya[şs]amak istemiyorum|[öo]lmek istiyorum|intihar\w*|kendimi [öo]ld[üu]r\w*|can[ıi]ma k[ıi]y\w*|hayat[ıi]ma son ver\w*|kendime zarar ver\w*|kimse beni [öo]zleme\w*",
        r"(?:k[öo]pr[üu]den|balkondan|[çc]at[ıi]dan|pencereden) (?:\S+ )?atl(?:ayaca[ğg][ıi]m|[ıi]yorum|amak istiyorum)|trenin [öo]n[üu]ne atla\w*",
        r"bilek\w* (?:kes(?:tim|ece[ğg]im|iyorum))",
    ],
    "minors": [
        r"(?:^|[^0-9])(?:[6-9]|1[0-7]) ya[şs][ıi]nday[ıi]m|re[şs]it de[ğg]ilim|[çc]ocuk (?:pornosu|istismar)\w*|pedofil\w*",
        r"(?:o[ğg]lum|k[ıi]z[ıi]m|[çc]ocu[ğg]um|torunum)\w* (?:\S+ ){0,6}(?:[çc][ıi]plak|cinsel|m[üu]stehcen)\w*|(?:[çc][ıi]plak|cinsel|yeti[şs]kin) (?:\S+ ){0,6}(?:o[ğg]lum|k[ıi]z[ıi]m|[çc]ocu[ğg]um)\w*",
    ],
    "hardship": [
        r"acil (?:durum )?(?:d[üu][ğg]mesi|butonu)\S* (?:\S+ ){0,4}(?:[çc]al[ıi][şs]m|bozul|gitti)\w*",
        rf"{_FAMILY} (?:\S+ ){{0,4}}(?:[öo]ld[üu]|[öo]lm[üu][şs])\w*|{_FAMILY}\S* (?:\S+ ){{0,4}}kaybett\w*|vefat e[dt]\w*|\bmerhum\w*|cenaze\w*|[öo]l[üu]m belgesi|\bdemans\b|alzheimer\w*|kemoterapi",
        r"kanser (?:hasta|tedavi|oldu)\w*|i[şs]imi kaybett\w*|i[şs]ten (?:[çc][ıi]kar[ıi]ld[ıi]|at[ıi]ld[ıi])\w*|i[şs]sizim|i[şs]siz kald\w*|\bevsiz\w*|icra(?:ya| takib\w*| memur\w*|l[ıi]k)",
    ],
    "legal_threat": [
        r"\bavukat[ıi]m[ıi]?\w*|avukat tut\w*|avukata (?:git|ver|ba[şs]vur)\w*|mahkeme\w*|dava a[çc]\w*|yasal (?:i[şs]lem|yol)\w*|hukuki (?:i[şs]lem|yol|s[üu]re[çc])\w*|su[çc] duyurusu|t[üu]ketici (?:hakem|mahkeme)\w*|savc[ıi]l[ıi]\w*",
    ],
}
NOT_MEANT = {
    "danger_to_life": [
        r"(?:lego|oyuncak|playmobil) (?:itfaiye|ambulans)\w*|(?:itfaiye|ambulans) (?:oyunca[ğg]\w*|seti)|sigorta\w* (?:\S+ )?kalp krizi\w*|kalp krizi\w* kaps[ıi]yor|oyunda (?:\S+ )?silah[ıi] var|(?:bekleyi[şs]|fatura\w*|fiyat\w*) (?:\S+ )?beni [öo]ld[üu]recek",
        r"(?:kurye|kargo\w*|postac[ıi]|paket\w*|teknisyen) (?:\S+ )?kap[ıi]m[ıi]n [öo]n[üu]nde|yang[ıi]n (?:yeri|alarm\w*|dedekt\w*|s[öo]nd[üu]r\w*|sigorta\w*|indirim\w*)|duman (?:dedekt\w*|alarm\w*|sens[öo]r\w*|gri\w*)|dumans[ıi]z\w*|dumanl[ıi] gri",
    ],
    "self_harm": [
        r"(?:g[üu]lmekten|utan[çc]tan|s[ıi]k[ıi]nt[ıi]dan|meraktan) [öo]lmek istiyorum|ya[şs]amak istemiyorum,? bu (?:tarife|fatura|hat|internet)\w*",
    ],
}
