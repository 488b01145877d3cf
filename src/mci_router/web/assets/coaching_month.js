// An agent's month: figures beside the cohort, week by week, with the reviews of its weeks and what was agreed.

import { actionList } from "./coaching_actions.js";
import { reviewShown } from "./coaching_form.js";
import { FIGURES, SCORE, figure, figuresBeside, monthBeside, read, table } from "./coaching_parts.js";
import { h } from "./dom.js";

// `place` has { ask, attempt, back, by }; `open(week)` shows a week.
export async function showMonth(root, place, agent, name, open) {
  const month = await read(place.ask, `v1/coaching/agents/${agent}/months/${name}?by=${place.by}`);
  const again = () => showMonth(root, place, agent, name, open);
  const go = (months) => () => place.attempt(() => showMonth(root, place, agent, monthBeside(name, months), open));
  const title = h("h2", { tabindex: -1 }, `${month.title}, month ${name}`);
  root.replaceChildren(
    h("div", { class: "actions" },
      h("button", { type: "button", click: place.back }, "Back to the cohorts"),
      h("button", { type: "button", click: go(-1) }, "Month before"),
      h("button", { type: "button", click: go(1) }, "Month after")),
    title,
    h("section", { class: "card" }, h("h3", {}, "Figures"), figuresBeside(month, "The month's figures, beside those of the cohort")),
    h("section", { class: "card" }, h("h3", {}, "Week by week"), weeks(month, open), h("p", { class: "hint" }, "A week is part of the month in which its Thursday lies.")),
    h("section", { class: "card" }, h("h3", {}, "Reviews"), ...shown(month.reviews.map(reviewShown))),
    h("section", { class: "card" }, h("h3", {}, "Agreed actions"), ...shown(actionList(month, { ...place, again }))));
  title.focus();
}

function weeks(month, open) {
  const columns = [...FIGURES, SCORE];
  const row = (one) => h("tr", {},
    h("th", { scope: "row" }, h("button", { type: "button", class: "quiet", click: () => open(one.week) }, one.week)), h("td", {}, one.handled),
    columns.map((measure) => figure(measure, measure === SCORE ? one.score : one.figures[measure.name])));
  const whole = h("tr", {}, h("th", { scope: "row" }, "the month"), h("td", {}, month.handled),
    columns.map((measure) => figure(measure, measure === SCORE ? month.score : month.figures[measure.name])));
  return table("The weeks of the month", ["week", "handled", ...columns.map(({ title }) => title)], [...month.weeks.map(row), whole]);
}

const shown = (found) => (found.length ? found : [h("p", { class: "hint" }, "None yet.")]);
