"""Words: parts that patterns of several kinds share."""

NEVER = r"(?:did ?n'?t|did not|never|have ?n'?t|have not|had ?n'?t|had not)"
SURELY = r"(?:[^ .!?]+ )?"
NOT_KNOW = (
    r"(?:(?:do ?n'?t|did ?n'?t|do not|did not|cannot|can'?t) (?:recogni[sz]e|remember|recall)|"
    r"(?:am not|'m not) (?:recogni[sz]ing|familiar with)|(?:do ?n'?t|do not) know (?:of|about|anything))\b"
)
PAYMENT = r"(?:(?:payment|transaction|charge|purchase|withdrawa?l?|debit|transfer|order|top[- ]?up|deduction)s?|activity|spending)"
SOMEONE = (
    r"(?:some(?:one|body)(?: else)?|a stranger|strangers|an? (?:thief|intruder|hacker|scammer|fraudster|criminal)|thie(?:f|ves)|hackers?|"
    r"scammers?|fraudsters?|criminals|intruders?)"
)
FEW = r"(?:[^ .!?]+ ){0,4}"
MANY = r"(?:[^ .!?]+ ){0,9}"
