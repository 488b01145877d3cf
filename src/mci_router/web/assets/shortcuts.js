// Keys that do something. Single letters work outside of fields only, and can be switched off: they may be in the way of
// a screen reader, or of speech.

import { preference } from "./preferences.js";

const FIELDS = "input, select, textarea, [contenteditable], dialog *";

// What each key does, in the order of the list that `?` shows: [key, text of it].
export const SHORTCUTS = [
  ["j", "keys.next"],
  ["k", "keys.previous"],
  ["r", "keys.reply"],
  ["n", "keys.note"],
  ["c", "keys.complete"],
  ["g", "keys.guide"],
  ["d", "keys.plan"],
  ["/", "keys.answers"],
  ["?", "keys.help"],
];
export const ALWAYS = [
  ["Ctrl ↵", "keys.primary"],
  ["Ctrl K", "keys.answers"],
  ["; Tab", "keys.canned"],
  ["Esc", "keys.out"],
];

// `acts`: what to do, by the key.
export function listen(acts) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat) return acts.primary(event);
    if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      return acts["/"]();
    }
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === "Escape" && event.target.matches("textarea, input")) return event.target.blur();
    if (!preference("shortcuts") || event.target.closest?.(FIELDS)) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
