// What the views of coaching share: figures with their intervals, tables, fields, and requests with a body.

import { h } from "./dom.js";
import { NONE, duration, percent, words } from "./words.js";

// The figures, in the order in which they stand: handle time beside CSAT, since one buys the other.
export const FIGURES = [
  { name: "aht_s", title: "AHT", write: duration },
  { name: "csat", title: "CSAT", write: percent },
  { name: "fcr", title: "FCR", write: percent },
  { name: "transferred", title: "transferred", write: percent },
  { name: "escalated", title: "escalated", write: percent },
  { name: "adherence", title: "adherence", write: percent },
];

// Of reviews there is their mean score, too.
export const SCORE = { name: "score", title: "score of reviews", write: percent };

export const MEANINGS = {
  AHT: "Mean handle time: talk, hold and wrap-up. A short one is not better in itself.",
  CSAT: "The share of good scores among the answers to surveys of satisfaction.",
  adherence: "The share of the scheduled time in which the agent did what was planned. Here n is the scheduled hours.",
  FCR: "First contacts after which the customer did not come back with the matter within 7 days.",
  "in brackets": "Where the figure lies in 19 of 20 cases, and of how many it is. Agents whose ranges overlap have no place: who of them is better, nobody knows.",
};

// What an agent did in a period, and below it the cohorts.
export function figuresBeside(period, caption) {
  const row = (title, handled, of) => h("tr", {}, h("th", { scope: "row" }, title), h("td", {}, handled), FIGURES.map((measure) => figure(measure, of[measure.name])));
  const cohort = (one) => row(`${one.name == null ? `without a ${period.by}` : words(one.name)}, ${one.agents} agents`, one.handled, one.figures);
  return table(caption, ["who", "handled", ...FIGURES.map((measure) => measure.title)],
    [row(period.title, period.handled, period.figures), ...period.cohorts.map(cohort)]);
}

// A figure never stands without its interval and its number.
export function figure(measure, one) {
  if (one.value == null) return h("td", {}, NONE);
  const range = one.low == null ? "" : `${measure.write(one.low)} to ${measure.write(one.high)}, `;
  return h("td", { class: one.measured ? null : "provisional" }, measure.write(one.value), h("span", { class: "hint" }, ` (${range}n = ${one.n})`));
}

export const table = (caption, titles, rows) =>
  h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption },
    h("table", {},
      h("caption", { class: "heard" }, caption),
      h("thead", {}, h("tr", {}, titles.map((title, place) => h("th", { scope: "col", class: place ? null : "text" }, title)))),
      h("tbody", {}, rows)));

export const field = (title, input) => h("div", {}, h("label", { for: input.id }, title), input);

export const options = (values, chosen) => values.map((value) => h("option", { value, selected: value === chosen }, words(value)));

export const read = async (ask, path) => (await ask(path)).json();

export const sent = async (ask, path, body) =>
  (await ask(path, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } })).json();

export const meanings = () =>
  h("details", {}, h("summary", {}, "What these figures are"),
    h("dl", { class: "meanings" }, Object.entries(MEANINGS).flatMap(([title, text]) => [h("dt", {}, title), h("dd", {}, text)])));

// The name of an ISO week, of the day `date`.
export function weekOf(date) {
  const thursday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()));
  thursday.setUTCDate(thursday.getUTCDate() + 3 - ((thursday.getUTCDay() + 6) % 7));
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  const number = Math.floor((thursday - first) / 86_400_000 / 7) + 1;
  return `${thursday.getUTCFullYear()}-W${String(number).padStart(2, "0")}`;
}

export function weekBeside(first, days) {
  const date = new Date(`${first}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return weekOf(date);
}

// The name of the month in which a week's Thursday lies, of the week's first day.
export function monthOf(first) {
  const date = new Date(`${first}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + 3);
  return date.toISOString().slice(0, 7);
}

export function monthBeside(name, months) {
  const date = new Date(`${name}-01T00:00:00Z`);
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.toISOString().slice(0, 7);
}
