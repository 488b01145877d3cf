// An agent's week: figures beside the cohort, the conversations that were drawn, reviews of them, and what was agreed.

import { actions } from "./coaching_actions.js";
import { reviewForm, reviewShown } from "./coaching_form.js";
import { showMonth } from "./coaching_month.js";
import { figuresBeside, monthOf, read, table, weekBeside } from "./coaching_parts.js";
import { h } from "./dom.js";
import { titleOrNone } from "./names.js";
import { NONE, channelWords, moment, percent } from "./words.js";

// `place` has { ask, attempt, back, by }.
export async function showWeek(root, place, agent, name) {
  const path = `v1/coaching/agents/${agent}/weeks/${name}`;
  const [week, forms] = await Promise.all([read(place.ask, `${path}?by=${place.by}`), read(place.ask, "v1/coaching/forms")]);
  const go = (days) => () => place.attempt(() => showWeek(root, place, agent, weekBeside(week.first, days)));
  const again = () => showWeek(root, place, agent, name);
  const open = (other) => place.attempt(() => showWeek(root, place, agent, other));
  const title = h("h2", { tabindex: -1 }, `${week.title}, week ${name}, ${week.first} to ${week.last}`);
  root.replaceChildren(
    h("div", { class: "actions" },
      h("button", { type: "button", click: place.back }, "Back to the cohorts"),
      h("button", { type: "button", click: () => place.attempt(() => showMonth(root, place, agent, monthOf(week.first), open)) }, "The month"),
      h("button", { type: "button", click: go(-7) }, "Week before"),
      h("button", { type: "button", click: go(7) }, "Week after")),
    title,
    h("section", { class: "card" }, h("h3", {}, "Figures"), figuresBeside(week, "The week's figures, beside those of the cohort")),
    h("section", { class: "card" }, h("h3", {}, "Conversations that were drawn"), ...sample(week, forms.items, { ...place, again })),
    h("section", { class: "card" }, h("h3", {}, "Reviews"), ...reviews(week)),
    h("section", { class: "card" }, h("h3", {}, "Agreed actions"), ...actions(week, path, { ...place, again })));
  title.focus();
}

function sample(week, forms, place) {
  const beneath = h("div", { class: "beneath" });
  const reviewed = new Map(week.reviews.map((review) => [review.contact_id, review]));
  const row = (one) => {
    const review = reviewed.get(one.contact_id);
    return h("tr", {}, h("th", { scope: "row" }, moment(one.accepted_at)), h("td", { class: "text" }, channelWords(one.channel)), h("td", { class: "text" }, titleOrNone("topic", one.topic)),
      h("td", {}, one.survey_score ?? NONE), h("td", {}, review ? percent(review.score) : NONE),
      h("td", { class: "text" },
        h("button", { type: "button", click: () => place.attempt(() => conversation(beneath, place.ask, one)) }, "Read"),
        " ",
        h("button", { type: "button", disabled: !forms.length, click: () => reviewForm(beneath, { week, contact: one, forms, reviews: week.reviews }, place) }, review ? "Correct" : "Review")));
  };
  return [
    week.sample.items.length
      ? table("Conversations that were drawn", ["accepted", "channel", "topic", "survey", "score", "what to do"], week.sample.items.map(row))
      : h("p", { class: "hint" }, "None."),
    week.sample.hidden > 0 && h("p", { class: "hint" }, `${week.sample.hidden} sensitive ones, which this key may not see.`),
    week.sample.provisional && h("p", { class: "hint" }, "The week goes on: new conversations may take the place of these."),
    !forms.length && h("p", { class: "hint" }, "There is no quality form yet: add one to the workspace's quality_forms."),
    beneath,
  ].filter(Boolean);
}

async function conversation(beneath, ask, one) {
  const { items } = await read(ask, `v1/cases/${one.case_id}/messages?limit=100`);
  const said = items.filter((message) => message.contact_id === one.contact_id);
  const title = h("h4", { tabindex: -1 }, "The conversation");
  beneath.replaceChildren(title, h("ol", { class: "talk" }, said.map((message) => h("li", {}, h("b", {}, `${message.author}: `), message.text))));
  title.focus();
}

const reviews = (week) => (week.reviews.length ? week.reviews.map(reviewShown) : [h("p", { class: "hint" }, "None yet.")]);
