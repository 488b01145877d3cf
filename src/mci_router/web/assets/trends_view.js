// The trends of a week: what rose and fell, with size and certainty, and the contacts behind it.

import { byId, h } from "./dom.js";
import { titleOf } from "./names.js";
import { NONE, words } from "./words.js";

const DIMENSIONS = { topic: "topic", article: "article", channel: "channel", word: "word" };

const times = (one) => `${rounded(one.size.ratio)} × (${rounded(one.size.low)} to ${rounded(one.size.high)})`;

const rounded = (number) => (number >= 100 ? String(Math.round(number)) : number.toFixed(number >= 10 ? 1 : 2));

const dimension = (name) => DIMENSIONS[name] ?? words(name.replace(/^context\./, ""));

// Returns the section's two acts: `show` what was found in the week that is chosen, and `clear` it.
export function weekOfTrends({ get, attempt }) {
  byId("trends-form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(() => show());
  });

  async function show() {
    const week = byId("trends-week").value;
    const found = await (await get(`/v1/trends/digest${week ? `?week=${week}` : ""}`)).json();
    byId("trends-week").value = found.week;
    byId("trends-state").textContent = summary(found);
    byId("trends-rows").replaceChildren(table(found));
  }

  return { show, clear: () => byId("trends-rows").replaceChildren() };
}

function summary(found) {
  if (!found.everything.now && !found.everything.before) return `Nothing came in the week, nor in the ${found.days_before} days before it.`;
  const all = `${found.everything.now} contacts in the week, ${found.everything.before} in the ${found.days_before} days before it: all together ${times(found.everything)} a day.`;
  const tested = `${found.tested} values and ${found.words_tested} words were compared; of those shown at most 5 in 100 are expected to be there by chance.`;
  return `${all} ${tested}`;
}

function table(found) {
  const heads = ["direction", "what", "value"].map((title) => h("th", { scope: "col", class: "text" }, title));
  const figures = ["a day before", "a day now", "times as many", "by chance", "contacts"].map((title) => h("th", { scope: "col" }, title));
  const rows = [
    ...found.rose.map((one) => line("rose", one)),
    ...found.fell.map((one) => line("fell", one)),
    ...found.words_rose.map((one) => line("rose", one)),
    ...found.words_fell.map((one) => line("fell", one)),
  ];
  const none = h("tr", {}, h("td", { class: "text", colspan: 8 }, "Nothing rose or fell beyond what days differ anyway."));
  return h("table", {}, h("thead", {}, h("tr", {}, heads, figures)), h("tbody", {}, rows.length ? rows : none));
}

function line(direction, one) {
  const ids = one.contacts.length ? h("details", {}, h("summary", {}, String(one.now)), h("p", { class: "ids" }, one.contacts.join(" "))) : NONE;
  return h(
    "tr",
    {},
    h("td", { class: "text" }, direction),
    h("td", { class: "text" }, dimension(one.dimension)),
    h("th", { scope: "row", class: "text" }, one.dimension === "topic" ? titleOf("topic", one.value) : one.value),
    h("td", {}, rounded(one.before_per_day)),
    h("td", {}, rounded(one.now_per_day)),
    h("td", {}, times(one)),
    h("td", {}, one.q < 0.001 ? "< 0.1 %" : `${(one.q * 100).toFixed(1)} %`),
    h("td", {}, ids),
  );
}
