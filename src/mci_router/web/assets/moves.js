// Moves that are proposed for the rest of a day, in words: on the wallboard and on the page of workforce.

import { h } from "./dom.js";
import { titleOf } from "./names.js";
import { hourOfDay, percent, words } from "./words.js";

export function moveWords({ kind, queue, agent, title, begins_at: begins, ends_at: ends }) {
  const what = title ?? (queue ? titleOf("queue", queue) : titleOf("agent", agent));
  if (kind === "hold_back") return `Begin nothing of ${what} before ${hourOfDay(ends)}`;
  if (kind === "overtime") return `Ask ${what} to stay until ${hourOfDay(ends)}`;
  return `Let ${what} go home at ${hourOfDay(begins)}`;
}

export function effectWords({ kind, certainty, gain, days, by }) {
  const fewer = kind === "early_release" ? "nothing is lost by it" : `${Math.round(gain)} more contacts in time on the mean day, and it helps`;
  return `${fewer} on ${percent(certainty)} of ${days} drawn days, ${by === "engine" ? "played by the router itself" : "by a model of the router"}.`;
}

// A card for a move; `buttons` are what can be done with it.
export function moveCard(move, ...buttons) {
  const levels = Object.entries(move.queues).map(([queue, { without, with: after }]) =>
    h("li", {}, `${titleOf("queue", queue)}: ${percent(without)} without, ${percent(after)} with it`));
  const effect = effectWords(move);
  return h("section", { class: "card move", "aria-label": moveWords(move) },
    h("h3", {}, moveWords(move)),
    h("p", {}, effect.charAt(0).toUpperCase() + effect.slice(1)),
    levels.length > 0 && h("ul", { class: "hint" }, levels),
    buttons.length > 0 && h("div", { class: "actions" }, buttons),
  );
}
