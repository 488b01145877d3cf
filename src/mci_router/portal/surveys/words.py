"""Words of the page of a survey, in the customer's language. Pure."""

from collections.abc import Mapping

from mci_router.specs.survey_words import DEFAULT

NAMES = ("comment", "save", "saved", "until", "choose", "long", "over", "unknown", "later")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "en": (
        *("Would you like to add something? (optional)", "Save", "Thank you, your answer is saved."),
        *("You can change it until {date}.", "Please choose an answer.", "Please write at most {most} characters."),
        *("This survey is closed.", "There is no such survey.", "Please try again in a moment."),
    ),
    "de": (
        *("Möchten Sie etwas hinzufügen? (freiwillig)", "Speichern", "Danke, Ihre Antwort ist gespeichert."),
        *("Sie können sie bis {date} ändern.", "Bitte wählen Sie eine Antwort.", "Bitte höchstens {most} Zeichen."),
        *("Diese Umfrage ist beendet.", "Diese Umfrage gibt es nicht.", "Bitte versuchen Sie es gleich noch einmal."),
    ),
    "fr": (
        *(
            "Souhaitez-vous ajouter quelque chose ? (facultatif)",
            "Enregistrer",
            "Merci, votre réponse est enregistrée.",
        ),
        *("Vous pouvez la modifier jusqu'au {date}.", "Veuillez choisir une réponse.", "{most} caractères au maximum."),
        *("Cette enquête est terminée.", "Cette enquête n'existe pas.", "Veuillez réessayer dans un instant."),
    ),
    "es": (
        *("¿Desea añadir algo? (opcional)", "Guardar", "Gracias, su respuesta se ha guardado."),
        *("Puede cambiarla hasta el {date}.", "Elija una respuesta.", "Escriba como máximo {most} caracteres."),
        *("Esta encuesta está cerrada.", "No existe esta encuesta.", "Inténtelo de nuevo en un momento."),
    ),
    "it": (
        *("Desidera aggiungere qualcosa? (facoltativo)", "Salva", "Grazie, la sua risposta è stata salvata."),
        *("Può modificarla fino al {date}.", "Scelga una risposta.", "Scriva al massimo {most} caratteri."),
        *("Questo sondaggio è chiuso.", "Questo sondaggio non esiste.", "Riprovi tra un momento."),
    ),
    "pt": (
        *("Deseja acrescentar algo? (opcional)", "Guardar", "Obrigado, a sua resposta foi guardada."),
        *("Pode alterá-la até {date}.", "Escolha uma resposta.", "Escreva no máximo {most} caracteres."),
        *("Este inquérito está encerrado.", "Este inquérito não existe.", "Tente de novo daqui a pouco."),
    ),
    "nl": (
        *("Wilt u iets toevoegen? (niet verplicht)", "Opslaan", "Dank u, uw antwoord is opgeslagen."),
        *("U kunt het wijzigen tot {date}.", "Kies een antwoord.", "Schrijf ten hoogste {most} tekens."),
        *("Deze enquête is gesloten.", "Deze enquête bestaat niet.", "Probeer het zo nog eens."),
    ),
    "pl": (
        *("Czy chcą Państwo coś dodać? (nieobowiązkowo)", "Zapisz", "Dziękujemy, odpowiedź została zapisana."),
        *("Można ją zmienić do {date}.", "Prosimy wybrać odpowiedź.", "Najwyżej {most} znaków."),
        *("Ta ankieta jest zamknięta.", "Nie ma takiej ankiety.", "Prosimy spróbować za chwilę."),
    ),
    "sv": (
        *("Vill du lägga till något? (frivilligt)", "Spara", "Tack, ditt svar är sparat."),
        *("Du kan ändra det till {date}.", "Välj ett svar.", "Skriv högst {most} tecken."),
        *("Enkäten är stängd.", "Det finns ingen sådan enkät.", "Försök igen om en stund."),
    ),
    "da": (
        *("Vil du tilføje noget? (valgfrit)", "Gem", "Tak, dit svar er gemt."),
        *("Du kan ændre det indtil {date}.", "Vælg et svar.", "Skriv højst {most} tegn."),
        *("Undersøgelsen er lukket.", "Der er ingen sådan undersøgelse.", "Prøv igen om et øjeblik."),
    ),
    "cs": (
        *("Chcete něco dodat? (nepovinné)", "Uložit", "Děkujeme, vaše odpověď je uložena."),
        *("Můžete ji změnit do {date}.", "Vyberte prosím odpověď.", "Napište nejvýše {most} znaků."),
        *("Tento průzkum je uzavřen.", "Takový průzkum neexistuje.", "Zkuste to prosím za chvíli."),
    ),
    "tr": (
        *("Eklemek istediğiniz bir şey var mı? (isteğe bağlı)", "Kaydet", "Teşekkürler, yanıtınız kaydedildi."),
        *("{date} tarihine kadar değiştirebilirsiniz.", "Lütfen bir yanıt seçin.", "En fazla {most} karakter yazın."),
        *("Bu anket kapandı.", "Böyle bir anket yok.", "Lütfen birazdan yeniden deneyin."),
    ),
    "ja": (
        *("ご意見があればお書きください(任意)", "保存", "ありがとうございます。回答を保存しました。"),
        *("{date}まで変更できます。", "回答を選んでください。", "{most}文字以内でお書きください。"),
        *(
            "このアンケートは終了しました。",
            "このアンケートは存在しません。",
            "しばらくしてからお試しください。",
        ),
    ),
}
LANGUAGES = tuple(_WORDS)


def said(language: str, name: str, **values: object) -> str:
    """Returns the words of a name in a language, else the English ones, with values in them."""
    words = _WORDS.get(language, _WORDS[DEFAULT])
    return words[NAMES.index(name)].format(**values)
