// Interim service levels: how each promise was kept, and which targets the data propose.

import { byId, h } from "./dom.js";
import { titleOf } from "./names.js";
import { NONE, duration, percent, words } from "./words.js";

const VERDICTS = { kept: "kept", missed: "missed", not_measured: "not measured yet" };

// Returns the section's two acts: `show` what was promised, kept and proposed, and `clear` it.
export function promisedLevels({ get }) {
  async function show() {
    const [kept, proposal] = await Promise.all(
      ["interim", "proposal"].map(async (what) => (await get(`/v1/service-levels/${what}`)).json()),
    );
    const levels = kept.levels.map((level) => [
      h("h3", {}, `${level.title}: ${level.begins_on} to ${level.ends_on}, ${words(level.state)}`),
      table(["class"], ["within", "goal", "contacts", "in time", "late", "left late", "waiting late", "not due yet", "share in time"], level.classes.map(promise)),
    ]);
    byId("levels-kept").replaceChildren(...(levels.length ? levels.flat() : [h("p", {}, "There was no interim service level in the last 93 days.")]));
    byId("levels-proposed").replaceChildren(
      table(["queue", "interim level"], ["n", "promised", "80 of 100 had", "90 of 100 had", "proposed"], proposal.targets.map(target)),
    );
  }

  return { show, clear: () => ["levels-kept", "levels-proposed"].forEach((box) => byId(box).replaceChildren()) };
}

function table(texts, figures, rows) {
  const heads = [...texts.map((title) => h("th", { scope: "col", class: "text" }, title)), ...figures.map((title) => h("th", { scope: "col" }, title))];
  const none = h("tr", {}, h("td", { class: "text", colspan: heads.length }, "Nothing has come to a queue."));
  return h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": figures.at(-1) }, h("table", {}, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows.length ? rows : none)));
}

function promise(one) {
  const figures = [duration(one.within_s), percent(one.goal), one.contacts, one.in_time, one.late, one.left_late, one.waiting_late, one.pending];
  const share = one.share.measured ? `${percent(one.share.share)} (${percent(one.share.low)} to ${percent(one.share.high)}): ${VERDICTS[one.verdict]}` : `${VERDICTS.not_measured} (n = ${one.share.n})`;
  return h("tr", {}, h("th", { scope: "row", class: "text" }, one.title), [...figures, share].map((figure) => h("td", {}, String(figure))));
}

function target(one) {
  const names = one.level ? `${words(one.level)}, ${one.class_name}` : NONE;
  const promised = one.promised_s == null ? NONE : `${percent(one.promised_goal)} in ${duration(one.promised_s)}`;
  const had = one.had.map((time) => (time.seconds == null ? NONE : `${duration(time.seconds)} (${duration(time.low)} to ${duration(time.high)})`));
  const proposed = one.measured ? duration(one.proposed_s) : "not measured yet";
  return h(
    "tr",
    {},
    h("th", { scope: "row", class: "text" }, titleOf("queue", one.queue)),
    h("td", { class: "text" }, names),
    [one.n, promised, ...had, proposed].map((figure) => h("td", {}, String(figure))),
  );
}
