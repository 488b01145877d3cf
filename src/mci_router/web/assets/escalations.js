// The wallboard's escalations: those that found nobody at work, with who is paged for each, until somebody confirms.

import { byId, h } from "./dom.js";
import { since } from "./live.js";
import { titleOf } from "./names.js";
import { duration, moment } from "./words.js";

export function showEscalations({ escalations }) {
  const found = Object.values(escalations).sort((one, other) => Date.parse(one.since) - Date.parse(other.since));
  byId("escalations-section").hidden = !found.length;
  byId("escalations").replaceChildren(...found.map(card));
}

function card({ severity, queue, contact, state, paged, paged_at, next, due_at, since: began }) {
  const alarmed = state === "unacknowledged";
  return h("section", { class: "card", "aria-label": `${severity} for ${titleOf("queue", queue)}` },
    h("header", {},
      h("h3", {}, `${severity}, ${titleOf("queue", queue)}`),
      h("span", { class: `pill dot ${alarmed ? "bad" : "warn"}` }, alarmed ? "Nobody has confirmed" : `Paging ${paged}`),
    ),
    h("p", {}, `Escalated ${duration(since(began))} ago; ${paged} was paged ${moment(paged_at)}.`),
    h("p", { class: "hint" }, [next && `${next} follows ${moment(due_at)}`, contact].filter(Boolean).join(" · ")),
  );
}
