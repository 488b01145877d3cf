"""Czech, also as it is typed without its own letters."""

_FAMILY = (
    r"(?:man[zž]el|man[zž]elka|otec|t[aá]ta|matka|m[aá]ma|syn|dcera|bratr|sestra|babi[cč]ka|d[eě]da|d[eě]de[cč]ek)"
)

PATTERNS = {
    "card_fraud": [
        r"podvedl\w*|\bpodvod\w*|phishing\w*|n[eě]kdo (?:\S+ ){0,4}(?:pou[zž]il|ukradl|zneu[zž]il|sebral|okop[ií]roval) (?:\S+ ){0,3}(?:kart|pen[ií]z|[uú][cč]t|[uú]daj)\w*|j[aá] to (?:nebyl|nebyla)|to jsem nebyl\w? j[aá]",
        r"kart\w* (?:\S+ ){0,4}(?:ukraden|zneu[zž]it|naklonovan|odcizen)\w*|ukraden\w* (?:\S+ )?kart\w*|ukradli mi (?:\S+ )?(?:kart|pen[ií]z)\w*",
        r"(?:platb|transakc|p[rř]evod|objedn[aá]vk)\w*\W{1,2}(?:\S+ ){0,6}(?:jsem )?ne(?:ud[eě]lal|provedl|zadal|pozn[aá]v|schv[aá]lil|objednal)\w*",
    ],
    "account_takeover": [
        r"napad\w* (?:\S+ ){0,3}(?:[uú][cč]et|[uú][cč]tu)|hackn?ut\w*|hackl\w*|hacknul\w*|kr[aá]de[zž]\w* identity|ukrad\w* (?:\S+ ){0,2}identit\w*|n[eě]kdo (?:\S+ ){0,3}(?:p[rř]ihl[aá]sil|dostal) (?:\S+ ){0,3}(?:m[eé]ho|m[uů]j|m[eé]m)",
        r"(?:\bsim|smlouv\w*|k[oó]d\w*)\W{1,2}(?:\S+ ){0,6}(?:jsem )?ne(?:objednal|[zž][aá]dal|po[zž][aá]dal|uzav[rř]el|podepsal)\w*",
    ],
    "abuse": [
        r"nat[aá][cč][ií] m[eě]|m[eě] nat[aá][cč][ií]",
        r"\bstalk\w*|pron[aá]sled\w*|vyhro[zž]\w*|vyd[ií]r\w*|dom[aá]c[ií] n[aá]sil[ií]|t[yý]r(?:[aá]n[ií]|[aá] m[eě])|sleduje m[eě]|sexu[aá]ln\w* obt[eě][zž]\w*",
        r"m[uů]j (?:b[yý]val[yý]|ex)(?:\W{1,2}\S+){0,6} (?:v[ií]|sleduje|vol[aá]|p[ií][sš]e|[cč]te|kontroluje)|\bv[ií],? kde (?:jsem|bydl[ií]m)|ani[zž] by (?:\S+ ){0,3}(?:zjistil|poznal|v[eě]d[eě]l)\w*",
    ],
    "danger_to_life": [
        r"ned[yý]ch[aá]|nem[uů][zž]\w* d[yý]chat|nem[uů][zž]u se nadechnout|bezv[eě]dom[ií]|infarkt\w*|mrtvic[ei]|p[rř]ed[aá]vkova\w*|\bsanitk\w*|z[aá]chrank\w*|z[aá]chrann\w* slu[zž]b\w*|bolest na hrudi",
        r"\bhasi[cč](?:i|e|sk\w*)\b|z[aá]pach plynu|c[ií]tit plyn\w*|[uú]nik plynu|oxid uhelnat[yý]|\bho[rř][ií](?:$|[^a-zA-Záčďéěíňóřšťúůýž])|\bpo[zž][aá]r(?:u|em|y|[uů])?(?:$|[^a-zA-Záčďéěíňóřšťúůýž])|(?:spolyk|vzal|sn[eě]dl|polkl)\w* (?:\S+ ){0,4}(?:pr[aá][sš]k|tablet|pilul)\w*",
        r"\bm[aá] (?:n[uů][zž]|zbra[nň]|pistoli|sekeru)|ml[aá]t[ií] m[eě]|bije m[eě]|[sš]krt[ií] m[eě]|(?:stoj[ií]|bu[sš][ií]|dob[yý]v[aá] se) (?:\S+ ){0,2}(?:za|p[rř]ede|na|do) (?:\S+ )?dve[rř]\w*",
        r"se (?:\S+ )?kou[rř][ií](?:$|[^a-zA-Záčďéěíňóřšťúůýž])|kou[rř][ií] se (?:\S+ )?z(?:e)? |(?:d[ií]t[eě]|syn|dcera|miminko|man[zž]el|man[zž]elka|m[aá]ma|t[aá]ta|babi[cč]ka|d[eě]da) (?:\S+ )?(?:se dus[ií]|dus[ií] se)|\b(?:chce|chyst[aá] se|vyhro[zž]uje, [zž]e) (?:m[eě]|n[aá]s) (?:zab[ií]t|zabije)",
        r"c[ií]t[ií]m (?:\S+ )?plyn(?:$|[ ,.!])",
        r"m[eě] (?:bije|ml[aá]t[ií]|[sš]krt[ií])(?:$|[ ,.!])|(?:upadl|spadl|zkolaboval|omdlel)\w*.{0,30}(?:neh[yý]be se|neprob[ií]r[aá]|nevst[aá]v[aá])|v[sš]ude (?:je )?(?:\S+ )?kou[rř](?:$|[ ,.!])|pln[yýoáa] kou[rř]e",
    ],
    "self_harm": [
        r"sko[cč][ií]m (?:\S+ ){0,2}(?:z mostu|pod vlak|z okna|ze st[rř]echy)",
        r"nechci (?:u[zž] )?(?:d[aá]l )?[zž][ií]t|chci (?:u)?m[rř][ií]t|zabiju se|zab[ií]t se|sebevra[zž]\w*|vezmu si [zž]ivot|vz[ií]t si [zž]ivot|skoncovat se|nikomu (?:\S+ )?nebudu chyb[eě]t|pod[rř]e[zž]\w* (?:si|se)|ubl[ií][zž]\w* si",
        r"chci se (?:\S+ )?zab[ií]t|sko[cč][ií]m (?:pod vlak|z (?:mostu|okna|st[rř]echy|balk[oó]nu))|nem[aá]m (?:u[zž] )?pro[cč] [zž][ií]t",
        r"pod[rř]ez\w* (?:jsem )?si (?:\S+ )?[zž][ií]ly|nechci tu (?:u[zž] )?b[yý]t",
    ],
    "minors": [
        r"je mi (?:teprve |jen )?(?:[6-9]|1[0-7])(?: let)?(?:$|[,.!]| a )|jsem nezletil\w*|d[eě]tsk\w* porn\w*|pedofil\w*",
        r"m(?:[eé]mu|[eé]|oje|[uů]j|oji|oj[ií]) (?:\S+ )?(?:syn|dce[rř]|d[ií]t[eě]|vnuk|vnu[cč]k)\w* (?:\S+ ){0,8}(?:nah[eéýyáa]|sexu[aá]l|porn)\w*|(?:\bnah[eéýyáa]|sexu[aá]ln\w*|dosp[eě]l[yý]) (?:\S+ ){0,8}(?:syn|dce[rř]|d[ií]t[eě]t)\w*",
    ],
    "hardship": [
        rf"(?:m[uů]j|moje|n[aá][sš]|na[sš]e) (?:\S+ )?{_FAMILY} (?:\S+ ){{0,4}}(?:zem[rř]el|um[rř]el|skonal)\w*|zem[rř]el\w*|zesnul\w*|poh[rř]eb\w*|poh[rř]b\w*|[uú]mrtn[ií] list\w*|\bvdov\w*",
        r"demenc\w*|alzheimer\w*|chemoterapi\w*|rakovin\w*|hospic\w*|p[rř]i[sš](?:el|la) (?:jsem )?o (?:\S+ )?pr[aá]ci|nezam[eě]stnan\w*|bezdomov\w*|\bexekuc\w*|\bexekutor\w*|nem[aá]m (?:\S+ ){0,2}na (?:j[ií]dlo|zaplacen[ií]|n[aá]jem)",
    ],
    "legal_threat": [
        r"(?:m[uů]j|m[eé]ho|m[eé]mu|sv[eé]ho|n[aá][sš]) (?:pr[aá]vn[ií]k|advok[aá]t)\w*|[zž]alob\w*|za[zž]aluj\w*|\bk soudu\b|soudn[ií] (?:cest|spor)\w*|pr[aá]vn[ií] kroky|trestn[ií] ozn[aá]men[ií]",
    ],
}
NOT_MEANT = {
    "danger_to_life": [
        r"ho[rř][ií] (?:\S+ ){0,3}(?:kontrolka|dioda|sv[eě]tlo|lampi[cč]ka)",
        r"(?:lego|hra[cč]k\w*|playmobil) (?:\S+ )?(?:hasi[cč]\w*|sanitk\w*)|(?:kryje|poji[sš]t[eě]n[ií]) (?:\S+ )?(?:i |na |proti )?(?:infarkt\w*|mrtvic\w*)|(?:prodej|akce|nab[ií]dka|slevy) ho[rř][ií]|ne ?ho[rř][ií] to",
        r"(?:kur[yý]r|po[sš][tť][aá]k|bal[ií]k|technik|[rř]idi[cč]|doru[cč]ovatel) (?:\S+ )?stoj[ií] (?:\S+ ){0,2}(?:za|p[rř]ede|na|do) (?:\S+ )?dve[rř]\w*|m[aá] zbra[nň] (?:\S+ )?ve h[rř]e|(?:dva|oba|t[rř]i nov[eé]) (?:\S+ )?tablety|(?:vzal|koupil)\w* (?:jsem |si ){0,2}(?:ten |nov[yý] )?tablet(?:$|[ ,.!])|tablety do my[cč]ky",
    ],
    "self_harm": [
        r"um[rř][ií]t (?:sm[ií]chy|hanbou|nudou|zv[eě]davost[ií])",
    ],
    "legal_threat": [
        r"jsem (?:advok[aá]t|pr[aá]vn[ií]k)\w*",
    ],
}
