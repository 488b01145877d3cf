"""Polish, also as it is typed without its own letters."""

_FAMILY = r"(?:m[aą][zż]|[zż]ona|ojciec|tata|matka|mama|syn|c[oó]rka|brat|siostra|babcia|dziadek)"

PATTERNS = {
    "card_fraud": [
        r"(?:poda[lł][ae]?m|podyktowa[lł][ae]?m) (?:\S+ ){0,3}(?:kod|pin|has[lł]o)\w*|konto (?:\S+ )?(?:puste|wyczyszczone)",
        r"oszukan\w* (?:przez|mnie)|(?:zosta[lł]\w*|jestem) oszukan|oszuka[lł][ao]? mnie|oszust\w*|wy[lł]udz\w*|phishing\w*|\bto nie (?:by[lł]em|by[lł]am) ja|\bto nie ja\b",
        r"kto[sś] (?:\S+ ){0,6}(?:mojej|moj[aą]|mojego|moje|moich) (?:\S+ )?(?:kart|pieni|dan)\w*|kart\w* (?:\S+ ){0,4}(?:skradzion|ukradzion|sklonowan)\w*|skradzion\w* kart\w*|ukradli (?:mi )?(?:kart|pieni)\w*",
        r"(?:p[lł]atno[sś]|transakcj|przelew|zam[oó]wieni)\w* (?:\S+ ){0,6}nie (?:\S+ ){0,2}(?:zrobi[lł]|wykona[lł]|zleca[lł]|rozpoznaj|zamawia[lł]|autoryzowa[lł])\w*",
    ],
    "account_takeover": [
        r"w[lł]ama\w* (?:si[eę] )?(?:\S+ ){0,2}(?:na|do) (?:moje|mojego|m[oó]j)|zhac?kow\w*|przej(?:[aą]|[eę])(?:to|te|[lł]|li)\w* (?:\S+ ){0,3}(?:kont|numer)\w*|kradzie[zż]\w* to[zż]samo[sś]ci",
        r"(?:\bsim|umow\w*|kod\w*)\W{1,2}(?:\S+ ){0,6}nie (?:\S+ ){0,2}(?:prosi[lł]|zamawia[lł]|zawiera[lł]|podpisywa[lł]|wnioskowa[lł])\w*|kto[sś] (?:\S+ ){0,5}(?:moje konto|mojego konta|moim koncie|m[oó]j numer|na moje nazwisko)",
    ],
    "abuse": [
        r"po[lł]ami[eę] (?:\S+ ){0,3}(?:nogi|r[eę]ce|ko[sś]ci)|nie mo[zż]e (?:si[eę] )?(?:\S+ )?(?:dowiedzie[cć]|wiedzie[cć]) o|(?:czyta|przegl[aą]da|sprawdza) (?:mi |m[oó]j |moje )(?:telefon|wiadomo[sś]ci|sms|maile)",
        r"nagrywa mnie|mnie nagrywa|podgl[aą]da mnie",
        r"\bstalk\w*|\bn[eę]ka\w*|(?:on|ona|by[lł]y|by[lł]a|m[aą][zż]|kto[sś]|s[aą]siad) (?:\S+ ){0,2}(?:mi )?grozi\b|grozi[lł]?a? mi (?:[sś]mierci|pobici|no[zż]em|[zż]e)|gro[zź]b\w*|prze[sś]ladu\w*|szanta[zż]\w*|przemoc\w* (?:domow|fizyczn)\w*|stosuje (?:\S+ ){0,2}przemoc",
        r"(?:m[oó]j|moja) (?:by[lł]y|by[lł]a|eks)(?:\W{1,2}\S+){0,6} (?:wie|[sś]ledzi|dzwoni|pisze|nachodzi|sprawdza|czyta)\b|\bwie,? gdzie (?:jestem|mieszkam)|[sś]ledzi mnie|molest\w*|zakaz\w* zbli[zż]ania",
        r"bez (?:jego|jej) wiedzy|[zż]eby (?:on|ona|m[aą][zż]|[zż]ona) (?:\S+ ){0,3}nie (?:zauwa[zż]y[lł]|wiedzia[lł]|dowiedzia[lł])\w*",
    ],
    "danger_to_life": [
        r"czujnik\w* (?:czadu|gazu|tlenku w[eę]gla) (?:\S+ ){0,2}(?:piszczy|wyje|dzwoni|alarmuje|pika|w[lł][aą]czy[lł])",
        r"nie oddycha|nieprzytomn\w*|\bzawa[lł](?:u|em|owi|y)?(?:$|[^a-zA-ZąćęłńóśźżĄĆĘŁŃÓŚŹŻ])|udar\w* m[oó]zgu|przedawkowa\w*|\bkaretk\w*|\bpogotowi[ae]\b|stra[zż]\w* po[zż]arn\w*|nie mog[eę] (?:z[lł]apa[cć] tchu|oddycha[cć])|b[oó]l w klatce",
        r"ulatnia si[eę] gaz|czu[cć] gaz\w*|zapach gazu|zaczadz\w*|tlenek w[eę]gla|(?:dom|mieszkanie|router|modem|kuchnia|telefon|bateria) (?:\S+ ){0,2}(?:si[eę] pali|p[lł]onie)|\bpo[zż]ar(?:u|em|y|ze|[oó]w)?(?:$|[^a-zA-ZąćęłńóśźżĄĆĘŁŃÓŚŹŻ])|\bp[lł]onie",
        r"tablet(?:k\w*|ek) (?:\S+ ){0,3}(?:po[lł]kn|za[zż]y[lł])|(?:po[lł]kn|za[zż]y[lł]|wzi[aą][lł]|wzi[eę][lł])\w* (?:\S+ ){0,4}tablet(?:k\w*|ek)|\bma (?:n[oó][zż]|bro[nń]|pistolet)|bije mnie|dusi mnie|(?:stoi|dobija si[eę]) (?:\S+ ){0,2}(?:pod|do|za) (?:\S+ )?drzwi\w*",
        r"(?:pali si[eę]|si[eę] pali) (?:\S+ )?(?:w|u) (?:\S+ )?(?:kuchni|domu|mieszkani\w*|pokoju|piwnicy|nas|mnie|gniazdk\w*|[lł]azience|bloku)|(?:leci|idzie|wydobywa si[eę]|wychodzi) (?:\S+ )?dym|\bdym (?:leci|idzie|wydobywa si[eę]|z (?:routera|modemu|gniazdka|telefonu))",
        r"(?:dziecko|syn|c[oó]rka|m[aą][zż]|[zż]ona|mama|tata|babcia|dziadek|niemowl[eę]) (?:\S+ )?(?:si[eę] dusi|dusi si[eę]|si[eę] d[lł]awi)|\b(?:chce|chc[aą]|pr[oó]buje|grozi, [zż]e) (?:mnie|nas) (?:zabi[cć]|zabije)|czuj[eę] (?:\S+ )?gaz(?:$|[ ,.!])",
        r"\bmnie (?:bije|dusi|szarpie)\b|(?:upad[lł]|przewr[oó]ci[lł]|zemdla[lł])\w*.{0,30}nie (?:si[eę] )?(?:rusza|oddycha|budzi|wstaje)|wsz[eę]dzie (?:jest )?(?:\S+ )?dym(?:$|[ ,.!])|pe[lł]no dymu",
    ],
    "self_harm": [
        r"sensu? [zż]ycia|nie chc[eę] si[eę] (?:ju[zż] )?budzi[cć]|nie widz[eę] (?:\S+ )?sensu (?:[zż]y\w*|istnie\w*)|[zż]ycie nie ma (?:\S+ ){0,2}sensu",
        r"skocz[eę] (?:\S+ ){0,2}(?:z mostu|pod poci[aą]g|z dachu|z okna)",
        r"nie chc[eę] (?:ju[zż] |d[lł]u[zż]ej )?[zż]y[cć]|zabij[eę] si[eę]|zabi[cć] si[eę]|samob[oó]j\w*|odbi(?:or[eę]|era[cć]|era|ra[cć]) sobie [zż]ycie|odebra[cć] sobie [zż]ycie|chc[eę] umrze[cć]",
        r"sko[nń]cz\w* ze sob[aą]|nikt (?:\S+ ){0,4}zat[eę]skni|okalecza\w* si[eę]|potn[eę] si[eę]|nie mam po co [zż]y[cć]",
        r"(?:chc[eę]|chcia[lł]\w*|zamierzam|musz[eę]) (?:ju[zż] )?si[eę] zabi[cć]|skocz[eę] (?:z (?:mostu|dachu|okna|balkonu)|pod poci[aą]g)|rzuc[eę] si[eę] pod poci[aą]g",
        r"(?:podci[aą]|podci[eę]|podetn)\w* (?:sobie )?[zż]y[lł]y",
    ],
    "minors": [
        r"(?:facet|m[eę][zż]czyzna|kto[sś]|obcy) (?:\S+ ){0,8}(?:c[oó]r[ck]|syn|dzieck|wnuczk)\w* (?:\S+ ){0,6}(?:zdj[eę][cć]|fot|spotka)\w*",
        r"\bmam (?:dopiero |tylko )?(?:[6-9]|1[0-7]) lat(?:$|[,.!]| i )|jestem (?:nieletni|niepe[lł]noletni)\w*|pornografi\w* dzieci[eę]c\w*|pedofil\w*",
        r"(?:moj\w{1,4}|m[oó]j) (?:\S+ )?(?:syn|c[oó]r|dziec|wnu)\w* (?:\S+ ){0,8}(?:nag[aiąo]|nago|seksual|molest|porno)\w*|(?:nag(?:ie|a|ą)|seksual\w*|doros[lł]\w*) (?:\S+ ){0,8}(?:syn|c[oó]r[ck])\w*",
    ],
    "hardship": [
        rf"{_FAMILY} mi (?:zmar[lł]|umar[lł])",
        r"teleopiek\w*|przycisk\w* (?:alarmow|[zż]ycia|sos)\w*",
        rf"(?:m[oó]j|moja|nasz\w?) (?:\S+ )?{_FAMILY} (?:\S+ ){{0,4}}(?:zmar[lł]|umar[lł]|nie [zż]yje|odsz)\w*|\bzmar[lł]\w*|pogrzeb\w*|akt\w* zgonu|\bwdow\w*|[zż]a[lł]ob\w*",
        r"demencj\w*|alzheimer\w*|chemioterapi\w*|hospicj\w*|nowotw\w*|straci(?:[lł]\w*) (?:\S+ ){0,2}prac[eę]|bezrobotn\w*|bezdomn\w*|komornik\w*|nie mam (?:\S+ ){0,2}(?:na jedzenie|za co [zż]y[cć]|z czego zap[lł]aci[cć])",
    ],
    "legal_threat": [
        r"(?:m[oó]j|mojego|moim|mojemu|nasz|swojego) (?:adwokat|prawnik)\w*|\b(?:do|w) s[aą]d(?:u|zie)\b|\bpozew\b|pozw(?:[eę]|iemy) (?:was|pa[nń]stwa)|krok\w* prawn\w*|prokuratur\w*|rzecznik\w* (?:praw )?konsument\w*|\buokik\b",
    ],
}
NOT_MEANT = {
    "danger_to_life": [
        r"pali (?:si[eę] )?na \S+|pali si[eę] (?:\S+ )?(?:dioda|lampka|kontrolka|[sś]wiat[lł]\S*)",
        r"(?:lego|klocki|zabawk\w*|playmobil) (?:\S+ )?(?:karetk\w*|stra[zż]\w* po[zż]arn\w*)|(?:obejmuj[eą]|ubezpieczeni\w*|polisa) (?:\S+ )?(?:od )?(?:zawa[lł]\w*|udar\w* m[oó]zgu)|promocj\w* (?:\S+ )?p[lł]onie",
        r"(?:kurier|listonosz|dostawca|paczka|technik|monter)\w* (?:\S+ )?stoi (?:\S+ ){0,2}(?:pod|do|za) (?:\S+ )?drzwi\w*|\bma n[oó][zż] w zestawie|nie mog[eę] z[lł]apa[cć] tchu,? (?:tak si[eę] [sś]miej[eę]|tak si[eę] [sś]mia[lł]\w*|ze [sś]miechu)|pali (?:si[eę] )?do \S+",
    ],
    "self_harm": [
        r"(?:umrze[cć]|zabi[cć] si[eę]) (?:ze (?:[sś]miechu|wstydu|z[lł]o[sś]ci)|z (?:nud[oó]w|ciekawo[sś]ci))|zabi[cć] si[eę] mo[zż]na",
    ],
    "legal_threat": [
        r"jestem (?:adwokatem|prawnikiem)|jako (?:adwokat|prawnik)",
    ],
}
