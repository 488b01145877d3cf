// The coaching view: cohorts and their agents, and who is about to lose a skill. An agent's name leads to the week.

import { FIGURES, field, figure, meanings, options, read, table, weekOf } from "./coaching_parts.js";
import { showWeek } from "./coaching_week.js";
import { h } from "./dom.js";
import { titleOf } from "./names.js";
import { NONE, percent, words } from "./words.js";

const SOON_DAYS = 30;
const WEEK_MS = 7 * 86_400_000;

export const coaching = { id: "coaching", title: "Coaching", show };

async function show(root, ask, attempt, by = "team") {
  const choice = h("select", { id: "cohort-by" }, options(["team", "tenure", "skill"], by));
  const cohorts = h("div", { id: "cohorts", class: "view" });
  const lapsing = h("div", { id: "lapsing" });
  const state = h("p", { class: "hint", role: "status" });
  const form = h("form", { class: "card asked", submit: (event) => { event.preventDefault(); attempt(compare); } },
    field("Compare agents by", choice), h("button", { type: "submit", class: "primary" }, "Compare"), state);
  const back = () => attempt(() => show(root, ask, attempt, choice.value));
  const open = (agent) => attempt(() => showWeek(root, { ask, attempt, back, by: choice.value }, agent, weekOf(new Date(Date.now() - WEEK_MS))));

  async function compare() {
    const answer = await read(ask, `v1/coaching/cohorts?by=${choice.value}`);
    cohorts.replaceChildren(...answer.cohorts.map((one) => cohort(one, answer.by, open)));
    state.textContent = `From ${answer.since} to ${answer.until}, by ${answer.by}.`;
  }

  root.replaceChildren(form, meanings(), cohorts, h("section", { class: "card" }, h("h2", {}, "Certificates"), lapsing));
  await compare();
  lapsing.replaceChildren(...certificates(await read(ask, `v1/coaching/certificates?lapsing_within_days=${SOON_DAYS}`)));
}

function cohort(one, by, open) {
  const name = one.name == null ? `without a ${by}` : words(one.name);
  const titles = ["agent", "handled", ...FIGURES.map((measure) => measure.title), "place by CSAT", "place by FCR"];
  const row = (title, figures, handled) => h("tr", {}, h("th", { scope: "row" }, title), h("td", {}, handled),
    FIGURES.map((measure) => figure(measure, figures[measure.name])), ["csat", "fcr"].map((measure) => place(figures[measure])));
  const agent = (mine) => row(h("button", { type: "button", class: "link", click: () => open(mine.agent) }, mine.title), mine.figures, mine.handled);
  return h("section", { class: "card" }, h("h2", {}, name),
    table(`The cohort ${name}, and its agents`, titles, [row(`all ${one.size}`, one.figures, one.handled), ...one.agents.map(agent)]));
}

const place = (one) => h("td", { title: one.why }, one.rank ?? NONE, one.why && h("span", { class: "heard" }, one.why));

function certificates({ items, left_out: leftOut }) {
  if (!items.length) return [h("p", { class: "hint" }, `Nobody is without a skill, or will be within ${SOON_DAYS} days.`)];
  const row = (one) => h("tr", {}, h("th", { scope: "row" }, titleOf("agent", one.agent)), h("td", { class: "text" }, words(one.skill)),
    h("td", { class: "text" }, one.has ? `has it until ${one.without_from}` : `is without it: ${words(one.state)}`),
    h("td", {}, one.latest ? percent(one.latest.score) : NONE), h("td", {}, percent(one.needed)));
  const more = leftOut > 0 && h("p", { class: "hint" }, `${leftOut} more.`);
  return [table(`Who is without a skill, or will be within ${SOON_DAYS} days`, ["agent", "skill", "stands", "score", "needed"], items.map(row)), more].filter(Boolean);
}
