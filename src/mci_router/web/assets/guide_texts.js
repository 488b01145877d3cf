// Texts of the desk about guides, in English and German.

export const OF_GUIDES = {
  "guide": ["Guide", "Leitfaden"],
  "guide.which": ["Which guide", "Welcher Leitfaden"],
  "guide.progress": ["{done} of {all} answered", "{done} von {all} beantwortet"],
  "guide.open": ["Not answered yet", "Noch nicht beantwortet"],
  "guide.by": ["{agent}, {time}", "{agent}, {time}"],
  "guide.by_before": ["{agent}, {time}, before the guide changed", "{agent}, {time}, vor der Änderung des Leitfadens"],
  "guide.earlier": ["Answered before ({count})", "Früher beantwortet ({count})"],
  "guide.done": ["Done", "Erledigt"],
  "guide.found": ["Found out so far", "Bisher herausgefunden"],
  "guide.changed": ["The guide has just been changed. Look at the step again.", "Der Leitfaden wurde gerade geändert. Sehen Sie sich den Schritt noch einmal an."],
  "phase.acknowledge": ["Acknowledge", "Verstehen"],
  "phase.validate": ["Validate", "Prüfen"],
  "phase.isolate": ["Isolate", "Eingrenzen"],
  "phase.propose": ["Propose", "Vorschlagen"],
  "phase.confirm": ["Confirm", "Bestätigen"],
  "keys.guide": ["To the next step of the guide", "Zum nächsten Schritt des Leitfadens"],
};
