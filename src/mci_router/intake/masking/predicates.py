"""What people say of a password instead of the password itself: "my password is wrong". Pure.

In the six languages that most of our texts are in. A plain word after "my password is" is the password unless it is
one of these, or has the form of a participle or an adjective: to hide "rotten" costs an agent a word, to leave
"sunshine" costs a customer an account.
"""

from mci_router.intake.masking.patterns import words
from mci_router.patterns import lazy_pattern

_SAID = words(
    """
    wrong right correct incorrect valid invalid weak strong short shorter long longer good bad fine okay safe unsafe
    secure insecure empty blank same different similar secret private public important urgent unknown known lost
    gone stolen forgotten broken dead stuck taken hidden shown given sent written chosen reset correctly wrongly
    useless old older new newer case lower upper lowercase uppercase capital temporary permanent default mandatory
    optional required necessary impossible possible enough also always never still just only really currently again
    already often sometimes apparently suddenly supposedly probably definitely obviously clearly maybe perhaps
    actually simply simple easy hard difficult that this what which where when why who here there their them they
    then than with without from into onto over under about above below after before forgot forgoten incorect rong
    expird ridiculous stupid crap rubbish nonsense crazy lousy being been have will would could should must shall
    might does doing done can't cannot didn't doesn't don't won't isn't wasn't very quite rather somehow something
    someone somebody anything nothing everything everyone nobody anyone your mine yours ours theirs ready visible
    invisible field box form page manager prompt policy change recovery link mail email e-mail text hint rules
    length reset-link error message screen button help please problem issue question none null missing unclear
    how many much numbers letters digits symbols normal garbage trash gibberish nowhere english spanish german french
    unsure complex complicated compromised leak leaked breach breached too not no now
    falsch richtig korrekt gültig ungültig gueltig ungueltig schwach stark kurz lang länger kürzer sicher unsicher
    leer gleich dasselbe anders bekannt unbekannt wichtig dringend weg kaputt neu alt älter zurück geheim privat
    öffentlich immer nicht nie niemals noch schon wieder jetzt leider bereits auch nur wirklich plötzlich angeblich
    offenbar offensichtlich vielleicht wohl eigentlich einfach schwer schwierig kompliziert unmöglich möglich nötig
    pflicht notwendig erforderlich futsch genau mein dein euer ihres eures dieses jenes welches dass wenn weil wann
    warum wieso hier dort dann damit ohne über unter nach einer eine einem einen kein keine keins etwas nichts alles
    jemand niemand keiner feld seite fehler frage hilfe bitte danke unklar zwischen vorher nachher zeichen sehr ganz
    mist schrott quatsch müll unsinn blödsinn sicherheit zahlen buchstaben ziffern englisch deutsch uralt
    ziemlich weiterhin dauernd ständig mehrfach seit zu
    correcta correcto incorrecta incorrecto válida valida inválida invalida errónea erronea mala buena débil debil
    fuerte corta larga segura insegura vacía vacia igual misma distinta diferente conocida importante urgente nueva
    vieja antigua pública publica privada secreta siempre nunca todavía todavia aún ahora también tambien solo sólo
    realmente quizás quizas fácil facil difícil dificil imposible posible necesaria obligatoria opcional esta esto
    este está cual donde cuando porque quien aquí aqui allí para pero desde hasta sobre entre como muy demasiado
    actual anterior mejor peor attuale antica migliore
    grande pequeña rara números letras inglés español
    mucho alguien nada algo todo nadie ninguna ninguno mía mia tuya suya suficiente poco problema ayuda
    faux fausse bon bonne mauvais mauvaise faible fort forte court courte longue trop sûr sûre vide même meme
    différent inconnu nouveau nouvelle vieux ancien privé toujours jamais encore déjà deja maintenant aussi
    seulement vraiment peut-être facile difficile nécessaire obligatoire optionnel celui celle cela quoi dont quand
    pourquoi comment avec sans dans pour mais depuis comme très tres beaucoup quelqu'un rien tout personne mien
    vôtre votre notre suffisant problème probleme erreur aide valide invalide perdu perdue expire inutile bien mal
    plus pas revenu reconnu connu reçu tenu venu devenu rompu actuel actuelle français anglais chiffres lettres
    sbagliata sbagliato errata errato giusta giusto corretta corretto scorretta valido debole corto lunga lungo
    grande piccola numeri lettere inglese
    sicura sicuro vuota uguale stessa diversa nuova nuovo vecchia pubblica privata segreta sempre mai ancora già
    adesso anche davvero forse impossibile possibile necessaria obbligatoria facoltativa questa questo quale dove
    quando perché perche come troppo molto qualcuno niente tutto nessuno tua sua vostra nostra sufficiente errore
    aiuto
    outra outro inútil grande pequena inglês
    errada errado certa certo correta correto incorreta incorreto fraca curta longa vazia mesma nova velha ainda
    agora também tambem apenas talvez impossível possível necessária obrigatória isto essa qual onde quem mas muito
    demais antiga antigo atual melhor pior pouco alguém tudo ninguém minha vossa nossa erro ajuda
    """
)
_FORMED = lazy_pattern(  # as participles and adjectives are in these languages
    r"\w{2,}(?:ed|ing|able|ible)|\w{3,}(?:ive|less|ous|n't)"
    r"|(?:ge|ver|be|ent|er|zer|ab|an|auf|aus|ein|um|zurück|zurueck|weiter|über|ueber)\w{2,}(?:t|en)|\w{3,}(?:bar|los|sam|end|lich)"
    r"|\w{2,}(?:ad[ao]|id[ao]|bles?|[ií]vel|[aá]vel)|\w{2,}(?:é|ée|eux|euse)|\w{2,}(?:at[ao]|ut[ao]|it[ao]|bile)|\w{2,}[ií]s+im[ao]",
)
_PUNCTUATION = ".,;:!?)(\"'“”„«»…"


def says_something(word: str) -> bool:
    """Returns whether a word after "my password is" says something of the password, and is not it."""
    bare = word.strip(_PUNCTUATION).lower()
    return bare in _SAID or _FORMED.fullmatch(bare) is not None
