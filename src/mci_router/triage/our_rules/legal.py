"""Legal: lawyers, courts and regulators."""

PATTERNS = [
    r"\b(?:my|our|a|the|your) (?:lawyers?|solicitors?|attorneys?|barristers?|legal (?:team|counsel|representatives?))\b",
    r"\b(?:legal (?:action|proceedings|steps|claim)|small claims|letter before action|cease and desist|class action|law ?suit)\b",
    r"\b(?:sue|suing) (?:you|your|this|the|larkwave|for)\b",
    r"\btak(?:e|ing) (?:you|this|the matter|it|your \S+) (?:[^ .!?]+ ){0,2}to (?:the )?(?:court|tribunal|ombudsman|police)\b",
    r"\bsee you in court\b|\bcourt (?:order|claim|summons)\b",
    r"\b(?:ombudsman|regulator|ofcom|trading standards|consumer protection (?:agency|office|authority)|data protection authority)\b",
    r"\b(?:rechts)?anw[aä]lt(?:e|in|s|en)?\b|\b(?:rechts)?anwalt\b|\bverklag\w+|\bklage (?:ein|erheb)\w+",
    r"\b(?:rechtliche|gerichtliche|juristische) schritte\b|\bvor gericht\b|\bstrafanzeige|\bverbraucherzentrale|\bbundesnetzagentur",
    r"\bunterlassungserkl[aä]rung",
    r"\b(?:mi|un|una|nuestro) abogad[oa]\b|\bacciones legales|\bdemandar(?:[ée]|os|les|los|emos)",
    r"\b(?:a|en) (?:los )?(?:tribunales|juicio)\b|\bdenunciar(?:[ée]|os|les|los)|\bhoja de reclamaciones",
    r"\borganizaci[oó]n de consumidores",
    r"\b(?:mon|un|une|notre) avocate?\b|\bporter plainte|\bd[ée]poser (?:une )?plainte",
    r"\b(?:action|poursuites?) (?:en justice|judiciaires?)|\bau tribunal\b|\bdevant (?:le|les) tribuna(?:l|ux)|\bmise en demeure",
    r"\bpoursuivre en justice|\bm[ée]diateur\b",
    r"\b(?:mein|meine[nrm]?|ein|einen|unser) (?:anwalt|rechtsanwalt|anw[aä]ltin|rechtsbeistand)\b|\bklage\b (?:\S+ ){0,3}(?:eingereicht|einreichen)|\bmahnbescheid\b",
    r"\bavvocat[oai]\b|\b(?:vie|azioni|azione) legal[ei]\b|\bin tribunale\b|\bdenunc(?:ia|er[oò]|iarvi|iare)\w*|\bquerel\w+|\bcorecom\b|\bagcom\b|\bassociazione (?:dei )?consumatori|\bdiffid[ao]\b",
    r"\badvogad[oa]s?\b|\b(?:a[cç][aã]o|medidas|vias) (?:judicial|judiciais|legais)\b|\b(?:em|no) tribunal\b|\bprocess(?:ar|á-los|o judicial)\b|\bprocon\b|\banacom\b|\blivro de reclama[cç][oõ]es\b|\bdeco\b",
    r"\b(?:pondr[eé]|poner|interpondr[eé]) (?:una )?(?:denuncia|demanda)\b|\bavocat\b|\bconciliateur\b|\bdgccrf\b|\bfacua\b|\bocu\b",
]
PATTERNS += [
    r"\bi(?:'ll| will| am|'m)? (?:going|go|went|taking you|take you) to court\b|\bsubject access request\b|\barticle 15\b.{0,30}\b(?:gdpr|data)\b|\b(?:artikel|art\.?) 15\b.{0,20}\bdsgvo\b|\bdsgvo[- ]?(?:auskunft|anfrage|beschwerde)\b",
    r"\b(?:vi|le|gli) faccio causa\b|\bfar[oò] causa\b|\bfare causa\b|\bcausa legale\b|\bart(?:[ií]culo|icle|icolo|igo)\.? 15\b.{0,30}\b(?:rgpd|gdpr)\b|\bje vous attaque\b|\bles voy a demandar\b|\bvou process[aá]-?\S*\b",
]
NOT_MEANT = [
    r"\b(?:i'?m|i am|as|we'?re|we are|being) (?:a |an |the )?(?:[^ .!?]+ )?(?:lawyers?|attorneys?|solicitors?|barristers?|paralegals?|law firm)\b",
    r"\b(?:my|our) (?:lawyer|attorney|solicitor)'?s'? (?:office|phone|line|number|firm)\b|\bwhat (?:is|does|are) (?:an? |the )?(?:ombudsman|regulator|ofcom)\b",
    r"\b(?:bin|ich als|sind) (?:selbst )?(?:rechts)?anw[aä]lt(?:in|e)?\b|\banwalts?(?:kanzlei|b[uü]ro)\b|\bsoy abogad[oa]\b|\bje suis avocate?\b|\bsono (?:un )?avvocat[oa]\b|\bsou advogad[oa]\b",
]
