"""Stop words: words that say how a thing is said and not what it is about, in six languages. Pure.

A text of nothing else, such as "ok" or "why not", says nothing about its topic. Only the languages of a workspace's
examples count: "sim" is a yes in one language and a card in another.
"""

from collections import Counter
from collections.abc import Iterable

from mci_router.classifier.features import WORD
from mci_router.patterns import lazy_pattern

# of the examples that are in a language, for its words to count: every workspace has single foreign words
LEAST_SHARE = 0.05
# of a text's words, for it to be in a language: 93 in 100 texts of the six have as many of their own, and 4 of another
LEAST_WRITTEN = 0.25

_LISTS = {
    "en": """
        a about after again against ago all almost already also although always am an and another any anybody anyone anything are aren
        as at be because been before being below between both but by came can cannot cant come could couldn d did didn didnt do does
        doesn doesnt doing don done dont down during each either else enough etc even ever every few for from further get gets getting
        give go goes going gone gonna got had hadn has hasn have haven having he hello her here hers hey hi him his how however i if im
        in into is isn isnt it its itself ive just know let lets like ll lot m madam made make makes many maybe me mine more most much
        must my myself near need neither never no nobody none nope nor not nothing now o of off oh ok okay on once one only or other our
        ours out over own per perhaps please pls plz quite rather re really right s said same say says see seem she should shouldn since
        sir so some somebody someone something somewhere soon still such sure t take tell than thank thanks that thats the their theirs
        them then there these they thing things think this those though three through thx til till to told too two u under until up upon
        ur us ve very want wanna was wasn way we well went were weren what whatever when where whether which while who whole whom whose
        why will with within without won wont would wouldn y ya yeah yep yes yet you your yours yourself
    """,
    "de": """
        aber alle allem allen aller alles als also am an andere anderen auch auf aus bei beim bin bis bist bitte da dabei dafür damit
        danke dann daran darauf das dass davon dazu dein deine dem den denn der des die dies diese diesem diesen dieser dieses doch dort
        du durch ein eine einem einen einer eines er es etwas euch euer für gar ganz geht gerade gibt guten hab habe haben hallo hat
        hatte hätte hier hin ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jeden jeder jetzt kann kannst kein
        keine keinen könnte können könnten machen mal man mehr mein meine meinem meinen meiner mich mir mit möchte muss müssen nach nein
        nicht nichts nie noch nun nur ob oder ohne schon sehr sein seine seit sich sie sind so soll sollte sondern tag um und uns unser
        unsere unter vom von vor war wäre waren warum was weil welche welcher wem wen wenn wer werde werden wie wieder will wir wird wo
        wollen worden wurde würde zu zum zur über
    """,
    "es": """
        a al algo alguien algún alguna ante antes aquí así aun aunque bien buenas buenos cada como con cual cuál cuando cuándo de del
        desde días donde dónde dos el él ella ellos en entre era eres es esa ese eso esta está están estar este esto estoy fue gracias
        ha hace hacer hacia han hasta hay he hola la las le les lo los más me mi mis mucho muy nada ni no nos nosotros nuestra nuestro o
        os otra otro para pero poco por porque pues puede puedo qué que quien quién quiero se sea ser si sí sido sin sobre son soy su
        sus también tan te tener tengo ti tiene todo todos tú tu un una uno unos usted ustedes va vale voy vuestro y ya yo
    """,
    "fr": """
        a ai alors après au aucun aussi autre aux avant avec avez avoir avons bien bonjour c ça car ce ceci cela celle celui ces cet
        cette chez comme comment d dans de depuis des deux dire dois donc dont du elle elles en encore entre est et étais était être eu
        faire fait faut il ils j je jamais l la le les leur leurs lui m ma mais me même merci mes moi moins mon n ne ni non nos notre
        nous on ont ou où oui par pas peu peut peux plus plaît pour pourquoi pouvez puis qu quand que quel quelle quelqu qui quoi rien s
        sa sans se ses si soit son sont sous suis sur svp t ta te tes toi ton toujours tous tout toute très tu un une va vers veux vos
        votre vous vais y
    """,
    "it": """
        a abbiamo ad ai al alla alle allo altro anche ancora avere aveva avete avuto bene buongiorno c che chi ci ciao cioè come con
        così cosa cui d da dai dal dalla dalle de degli dei del della delle dello di dopo dove due e è ed era essere fa fare fatto fra
        gli già grazie ha hai hanno ho i il in io l la le lei li lo loro lui ma me mi mia mie miei mio molto ne nei nel nella nelle no
        noi non nostro o ogni per perché perchè più poi posso possono prima può qual quale quando quanto quella quello questa questo qui
        sei sempre senza se si sì sia sono sta stata stato su sua sul sulla suo tra tu tua tuo tutto un una uno vi voglio voi vorrei
        vostro
    """,
    "pt": """
        a à ainda algo alguém alguma ao aos aquele aqui as às até bem bom boa cada com como da das de dela dele depois desde dia dizer
        do dos e é ela ele eles em entre era essa esse esta está estão estar este eu fazer foi há isso isto já la lhe mais mas me mesmo
        meu meus minha minhas muito na nada não nas nem no nos nós nossa nosso num numa o obrigada obrigado olá onde os ou para pela
        pelo pode podem por porque porquê posso qual quando que quem quero se sem ser seu sim só são sobre sou sua também te tem tenho
        ter teu todo todos tu tua tudo um uma uns vai você vocês vos vou
    """,
}
_WORDS = {code: frozenset(listed.split()) for code, listed in _LISTS.items()}
LISTED = frozenset(_WORDS)
"""The languages with a list."""
_words = lazy_pattern(WORD)


def stop_words(examples: Iterable[str]) -> frozenset[str]:
    """Returns the stop words of the languages that the examples are in, in lower case."""
    votes = Counter(_language(_words.findall(text.lower())) for text in examples)
    least = LEAST_SHARE * votes.total()
    return frozenset().union(*(_WORDS[code] for code, count in votes.items() if code and count >= least))


def written_in(text: str, language: str) -> bool:
    """Returns whether so many words of a text are stop words of a language that it is in that language.

    False where that is not sure, and for a language without a list.
    """
    stop, words = _WORDS.get(language, frozenset()), _words.findall(text.lower())
    return bool(words) and sum(word in stop for word in words) >= LEAST_WRITTEN * len(words)


def _language(words: list[str]) -> str | None:
    """Returns the language of which a text has most stop words, None where it has none.

    English where two languages have as many.
    """
    found = {code: sum(word in stop for word in words) for code, stop in _WORDS.items()}
    best = max(found, key=lambda code: found[code])
    return best if found[best] else None
