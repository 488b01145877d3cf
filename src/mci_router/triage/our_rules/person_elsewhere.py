r"""A wish for a person, in the languages beyond those in which danger is recognised, and more of Italian and Portuguese.

RE2's `\b` knows the letters of English alone: where a word may begin or end with another letter, no bound is named.
"""

IT_WHO = (
    r"(?:persona|operatore|operatrice|umano|essere umano|qualcuno|addett[oa]|consulente|responsabile|assistente|agente)"
)
PT_WHO = (
    r"(?:pessoa|humano|ser humano|atendente|agente|algu[ée]m|operadora?|assistente|respons[áa]vel|funcion[áa]ri[oa]|"
    r"consultora?|supervisora?)"
)
NL_WHO = r"(?:persoon|mens|medewerk(?:er|ster)|iemand|collega|adviseur|leidinggevende)"
PL_WHO = (
    r"(?:człowiekiem|osobą|konsultant(?:em|ką)|pracowni(?:kiem|cą)|kimś|doradc[ąa]|agentem|kierownikiem|przełożonym)"
)
SV_WHO = r"(?:människa|person|handläggare|medarbetare|någon|rådgivare|agent|kollega|chef)"
DA_WHO = r"(?:menneske|person|medarbejder|nogen|kollega|rådgiver|agent|chef)"
CS_WHO = r"(?:člověkem|osobou|operátor(?:em|kou)|pracovní(?:kem|cí)|někým|poradcem|zástupcem|kolegou|vedoucím)"
TR_WHO = r"(?:[iİ]nsan|ki[şs]i|(?:m[üu][şs]teri )?temsilci(?:si|niz)?|yetkili(?:niz)?|g[öo]revli|biri|[çc]al[ıi][şs]an|operat[öo]r)"
JA_WHO = r"(?:人間|担当者|担当の方|オペレーター?|有人|係員|係の(?:人|方)|スタッフ|責任者|生身の人)"

PATTERNS = [
    # Italian
    rf"\b(?:parlare|conversare|chattare|comunicare|scrivere|in contatto) (?:\S+ ){{0,2}}(?:con|a) (?:\S+ ){{0,3}}{IT_WHO}\b",
    rf"\b(?:voglio|vorrei|preferisco|mi serve|ho bisogno di|passatemi|passami|mi passi) (?:\S+ ){{0,2}}{IT_WHO}\b",
    r"\b(?:persona|operatore|operatrice) (?:reale|ver[ao]|in carne)\b|\boperatore umano\b",
    rf"\b(?:un|una|un') ?{IT_WHO},? (?:per favore|per piacere|per cortesia)\b",
    r"\b(?:niente|non|nessun) (?:\S+ ){0,3}(?:ro|chat)?bot\b|\brichiamatemi\b|\bmi richiami\b",
    # Portuguese
    rf"\b(?:falar|conversar|falem?|contactar) (?:\S+ )?(?:com|a) (?:\S+ ){{0,3}}{PT_WHO}\b",
    rf"\b(?:quero|queria|gostaria de|preciso de|prefiro|passe-me|me passe) (?:\S+ ){{0,2}}{PT_WHO}\b",
    r"\bpessoa (?:real|de verdade|humana)\b|\b(?:atendente|agente) human[oa]\b",
    rf"\b(?:um|uma) {PT_WHO},? (?:por favor|se faz favor)\b",
    r"(?:não|nao|nenhum|sem) (?:\S+ ){0,4}(?:rob[ôo]|(?:chat)?bot\b)|\bme liguem?\b|\bliguem?[- ]me\b",
    # Dutch
    rf"\bmet (?:\S+ ){{0,3}}{NL_WHO} (?:\S+ ){{0,2}}(?:spreken|praten|chatten|bellen|verbonden|doorverbonden|contact)\b",
    rf"\b(?:spreken|praten|chatten|verbind(?:en)?|contact) (?:\S+ ){{0,2}}met (?:\S+ ){{0,3}}{NL_WHO}\b",
    rf"\b(?:echte?|levende?) {NL_WHO}\b|\bgeen (?:\S+ )?(?:ro|chat)?bot\b|\bbel (?:mij|me)\b",
    rf"\b(?:een )?{NL_WHO},? (?:alstublieft|alsjeblieft|graag|aub)\b",
    # Polish
    (
        r"(?:rozmawiać|pogadać|mówić|skontaktować się|kontakt|połączyć|połączcie|połącz|czatować) (?:\S+ ){0,3}ze? (?:\S+ ){0,3}"
        rf"{PL_WHO}"
    ),
    r"(?:żyw|prawdziw)\S+ (?:człowiek|osob|konsultant)",
    r"(?:człowieka|człowiek|konsultanta|konsultant|osobę),? (?:proszę|poproszę)",
    r"(?:proszę|poproszę|chcę|wolę|potrzebuję) (?:o )?(?:\S+ ){0,2}(?:człowieka|konsultanta|konsultantkę)",
    r"\bnie (?:\S+ ){0,3}(?:ro|chat|czat)?bot(?:em|a|u)?\b|\bbez bota\b|(?:zadzwońcie|zadzwonić|oddzwońcie|oddzwonić) do mnie",
    # Swedish
    rf"\b(?:prata|tala|chatta|snacka|kopplas?|kontakt) (?:\S+ ){{0,2}}(?:med|till) (?:\S+ ){{0,3}}{SV_WHO}",
    r"\b(?:riktig|levande|verklig|mänsklig) (?:människa|person|handläggare)",
    rf"\b(?:en )?{SV_WHO},? (?:tack|snälla)\b|\b(?:vill ha|behöver) en (?:riktig )?(?:människa|handläggare)",
    r"\b(?:ingen|inte) (?:\S+ ){0,3}(?:ro|chatt?)?bot\b|\bring (?:upp )?mig\b",
    # Danish
    rf"\b(?:tale|snakke|chatte|forbindes?|kontakt) (?:\S+ ){{0,2}}(?:med|til) (?:\S+ ){{0,3}}{DA_WHO}\b",
    r"\b(?:rigtigt?|levende|ægte) (?:menneske|person|medarbejder)\b",
    rf"\b(?:et |en )?{DA_WHO},? tak\b|\b(?:vil have|ønsker) (?:et|en) (?:menneske|medarbejder)\b",
    r"\b(?:ingen|ikke) (?:\S+ ){0,3}(?:ro|chat)?bot\b|\bring (?:til )?mig\b",
    # Czech
    rf"(?:mluvit|promluvit|hovořit|spojit|spojte|přepojit|přepojte|chatovat) (?:\S+ ){{0,3}}se? (?:\S+ ){{0,3}}{CS_WHO}",
    rf"\bse? (?:\S+ ){{0,3}}{CS_WHO} (?:\S+ ){{0,2}}(?:mluvit|promluvit|hovořit|spojit)",
    r"(?:živ|skutečn|opravdov)\S+ (?:člověk|osob|operátor)",
    r"(?:člověka|operátora|osobu),? prosím|(?:prosím|chci|potřebuji|raději) (?:\S+ ){0,2}(?:člověka|operátora)",
    r"\b(?:žádn\S+|ne|nechci) (?:\S+ ){0,3}(?:ro|chat)?bot(?:em|a)?\b|\bzavolejte mi\b",
    # Turkish
    rf"{TR_WHO}(?: ile|(?:yle|yla|le|la|siyle|nizle|ınızla))? (?:\S+ ){{0,2}}(?:konuş|konus|görüş|gorus|yazış|bağla|iletişim)",
    rf"(?:gerçek|canlı) (?:bir )?(?:{TR_WHO}|destek)",
    rf"\b(?:bir )?{TR_WHO},? (?:lütfen|istiyorum)|beni arayın",
    r"\b(?:ro|chat)?bot\S* (?:\S+ ){0,2}(?:istemiyorum|değil)",
    # Japanese
    (
        rf"(?:{JA_WHO}|(?:^|[^\p{{Han}}])人)(?:と|に|へ)(?:直接)?"
        r"(?:話|お話|はな|つな|繋|代わ|替わ|かわ|相談|対応|チャット|連絡)"
    ),
    rf"(?:{JA_WHO}|(?:^|[^\p{{Han}}])人)を(?:お願い|出して|呼んで)",
    rf"(?:{JA_WHO})(?:、|,)? ?お願いします",
    r"(?:ボット|機械|AI|自動(?:応答|音声))(?:では|じゃ|は)(?:なく|嫌|いや|結構|いりません)|電話をください|折り返し",
]
