"""The words of the pages, in English and in German. Pure."""

from collections.abc import Mapping

from mci_router.portal.texts_of_cases import TEXTS_OF_CASES
from mci_router.portal.texts_of_community import TEXTS_OF_COMMUNITY

LANGUAGES = ("en", "de")

TEXTS_OF_PAGES: Mapping[str, tuple[str, str]] = {
    "language": ("English", "Deutsch"),
    "skip": ("Skip to the content", "Zum Inhalt springen"),
    "nav": ("Help", "Hilfe"),
    "nav.home": ("Find an answer", "Antwort finden"),
    "nav.write": ("Write to us", "Schreiben Sie uns"),
    "nav.status": ("Your case", "Ihr Anliegen"),
    "nav.incidents": ("Service status", "Störungen"),
    "nav.hours": ("Hours", "Zeiten"),
    "languages": ("Language", "Sprache"),
    "home.title": ("How can we help?", "Wie können wir helfen?"),
    "home.none_open": ("Everything works as far as we know.", "Soweit wir wissen, funktioniert alles."),
    "home.one_open": ("We know of a problem: {title}", "Wir wissen von einer Störung: {title}"),
    "home.some_open": ("We know of {number} problems.", "Wir wissen von {number} Störungen."),
    "home.read_status": ("Read more", "Mehr dazu"),
    "home.articles": ("Some of our answers", "Einige unserer Antworten"),
    "home.write.title": ("No answer there?", "Keine Antwort dabei?"),
    "home.write.text": (
        "Write to us. You get a reference number, and can see at any time how far we are.",
        "Schreiben Sie uns. Sie bekommen eine Vorgangsnummer und sehen jederzeit, wie weit wir sind.",
    ),
    "home.status.title": ("You have written already?", "Sie haben schon geschrieben?"),
    "home.status.text": (
        "With your reference number you see what we have answered, and can add something.",
        "Mit Ihrer Vorgangsnummer sehen Sie, was wir geantwortet haben, und können etwas hinzufügen.",
    ),
    "search.label": ("What is it about?", "Worum geht es?"),
    "search.button": ("Search", "Suchen"),
    "search.title": ("Search", "Suche"),
    "search.results": ("Results for “{query}”", "Ergebnisse für „{query}“"),
    "search.found": ("{number} found", "{number} gefunden"),
    "search.nothing": (
        "We have found nothing about that. Try other words, or write to us: somebody will answer.",
        "Dazu haben wir nichts gefunden. Versuchen Sie andere Wörter, oder schreiben Sie uns: Jemand wird antworten.",
    ),
    "search.not_it": ("None of these? Write to us.", "Nichts davon? Schreiben Sie uns."),
    "search.post": ("From the community", "Aus der Community"),
    "search.article": ("Article", "Artikel"),
    "search.pages": ("Pages of results", "Ergebnisseiten"),
    "search.next": ("Next page", "Nächste Seite"),
    "search.previous": ("Previous page", "Vorige Seite"),
    "search.page": ("Page {number} of {pages}", "Seite {number} von {pages}"),
    "article.not_it": ("Does this not answer it?", "Beantwortet das Ihre Frage nicht?"),
    "article.helped": ("Did this help?", "Hat das geholfen?"),
    "article.yes": ("Yes", "Ja"),
    "article.no": ("No", "Nein"),
    "article.thanks": (
        "Thank you. That helps us to write better answers.",
        "Danke. Das hilft uns, besser zu antworten.",
    ),
    "post.question": ("Question", "Frage"),
    "post.answer": ("Answer that helped", "Antwort, die geholfen hat"),
    "post.by": ("by {author}", "von {author}"),
    "post.note": (
        "Another customer asked this, and another answered.",
        "Das hat jemand gefragt, und jemand anderes hat geantwortet.",
    ),
    "incidents.title": ("Service status", "Störungen und Wartungen"),
    "incidents.open": ("What does not work now", "Was gerade nicht geht"),
    "incidents.none": ("We know of no problem at this moment.", "Im Augenblick wissen wir von keiner Störung."),
    "incidents.since": ("Since {at}", "Seit {at}"),
    "incidents.expected": ("We expect the fix {at}.", "Wir erwarten die Behebung {at}."),
    "incidents.updated": ("Last word {at}", "Letzter Stand {at}"),
    "incidents.planned": ("Planned maintenance", "Geplante Wartungen"),
    "incidents.window": ("Begins {start}, ends {end}", "Beginnt {start}, endet {end}"),
    "incidents.from": ("Begins {start}", "Beginnt {start}"),
    "incidents.running": ("Under way", "Läuft gerade"),
    "incidents.past": ("Fixed in the last days", "In den letzten Tagen behoben"),
    "incidents.fixed": ("Fixed {at}", "Behoben {at}"),
    "incidents.earlier": ("Earlier words", "Frühere Meldungen"),
    "incidents.follow": ("Tell me when it is fixed", "Benachrichtigen, wenn es behoben ist"),
    "incidents.follow.text": (
        "Name an address, and we write to you once it is fixed.",
        "Nennen Sie eine Adresse, und wir schreiben Ihnen, sobald es behoben ist.",
    ),
    "incidents.following": (
        "We will tell you when it is fixed. Your reference number is {reference}.",
        "Wir melden uns, sobald es behoben ist. Ihre Vorgangsnummer ist {reference}.",
    ),
    "incidents.wish": (
        "Please tell me when this is fixed: {title}",
        "Bitte sagen Sie mir, wenn das behoben ist: {title}",
    ),
    "hours.title": ("When and how you reach us", "Wann und wie Sie uns erreichen"),
    "hours.always": ("At any time", "Jederzeit"),
    "hours.closed": ("Closed; opens {at}", "Geschlossen; öffnet {at}"),
    "hours.wait": ("Answer expected in {wait}", "Antwort voraussichtlich in {wait}"),
    "hours.unknown": ("Open", "Geöffnet"),
    "hours.target": ("We usually answer within {wait}.", "Wir antworten in der Regel innerhalb von {wait}."),
    "on.day": ("{day} {month} {year}", "{day}. {month} {year}"),
    "hours.promise": ("{title}: within {wait}", "{title}: innerhalb von {wait}"),
    "hours.promised": ("Until {day} we promise an answer:", "Bis zum {day} versprechen wir eine Antwort:"),
    "status_page.title": ("Status", "Status"),
    "status_page.fine": ("Everything works as far as we know.", "Soweit wir wissen, funktioniert alles."),
    "status_page.broken": ("Something does not work.", "Etwas funktioniert gerade nicht."),
    "status_page.maintenance": ("Maintenance is under way.", "Es wird gerade gewartet."),
    "hours.zone": ("Times of {zone}.", "Zeitzone: {zone}."),
    "hours.days": ("{first} to {last}", "{first} bis {last}"),
    "channel.voice": ("Telephone", "Telefon"),
    "channel.email": ("E-mail", "E-Mail"),
    "channel.chat": ("Chat", "Chat"),
    "channel.sms": ("Text message", "SMS"),
    "channel.messaging": ("Messenger", "Messenger"),
    "channel.social": ("Social networks", "Soziale Netze"),
    "channel.community": ("Community", "Community"),
    "channel.product": ("In our app", "In unserer App"),
    "channel.web": ("These pages", "Diese Seiten"),
    "at.today": ("today at {clock}", "heute um {clock} Uhr"),
    "at.tomorrow": ("tomorrow at {clock}", "morgen um {clock} Uhr"),
    "at.yesterday": ("yesterday at {clock}", "gestern um {clock} Uhr"),
    "at.day": ("on {weekday}, {day} {month}{year} at {clock}", "am {weekday}, {day}. {month}{year} um {clock} Uhr"),
    "lasting.moment": ("less than a minute", "weniger als einer Minute"),
    "lasting.minute": ("a minute", "einer Minute"),
    "lasting.minutes": ("{number} minutes", "{number} Minuten"),
    "lasting.hours": ("{number} hours", "{number} Stunden"),
    "lasting.days": ("{number} days", "{number} Tagen"),
    "lasting.between": ("{low} to {high}", "{low} bis {high}"),
    "problem.title": ("That did not work", "Das hat nicht geklappt"),
    "problem.not_found": ("There is no such page.", "Diese Seite gibt es nicht."),
    "problem.too_many_tries": (
        "That was a lot at once. Please wait a while, then try again.",
        "Das war viel auf einmal. Bitte warten Sie etwas und versuchen Sie es dann erneut.",
    ),
    "problem.too_many_requests": (
        "Too many people ask at once. Please try again in a moment.",
        "Gerade fragen zu viele auf einmal. Bitte versuchen Sie es gleich noch einmal.",
    ),
    "problem.body_too_large": (
        "What you sent is too large. Please go back and shorten it.",
        "Was Sie gesendet haben, ist zu groß. Bitte gehen Sie zurück und kürzen Sie es.",
    ),
    "problem.unavailable": (
        "We cannot be reached at this moment. Nothing was taken in; please try again soon.",
        "Wir sind gerade nicht erreichbar. Es wurde nichts angenommen; bitte versuchen Sie es gleich noch einmal.",
    ),
    "problem.refused": (
        "We could not take that. Please go back and try again.",
        "Das konnten wir nicht annehmen. Bitte gehen Sie zurück und versuchen Sie es noch einmal.",
    ),
    "problem.home": ("To the first page", "Zur Startseite"),
}

TEXTS: Mapping[str, tuple[str, str]] = {**TEXTS_OF_PAGES, **TEXTS_OF_CASES, **TEXTS_OF_COMMUNITY}


def said(language: str, key: str, **values: object) -> str:
    """Returns a text in a language, with its values. Raises KeyError for one that is not in the table."""
    return TEXTS[key][LANGUAGES.index(language)].format(**values)
