// The scorecard: every target beside its figure, its interval, what it is of, its trend, and what it counts.

import { byId, h } from "./dom.js";
import { groupWords, titleOf } from "./names.js";
import { NONE, capital, hourOfDay, locale, number, percent, timesOf } from "./words.js";

const PERIODS = {
  today: "today",
  yesterday: "yesterday",
  this_week: "this week",
  last_week: "last week",
  this_month: "this month",
  last_month: "last month",
  last_7_days: "the last 7 days",
  last_28_days: "the last 28 days",
  this_year: "this year",
  last_year: "last year",
  named: "a day, week, month or year …",
};
const GROUPS = { "": "all together", queue: "by queue", topic: "by topic", channel: "by channel", cell: "by cell" };
const AGES = { under_1_h: "under 1 h", under_4_h: "under 4 h", under_1_day: "under a day", under_3_days: "under 3 days", older: "older" };
const REPORTS = { queues: "Queues", surveys: "Surveys", fcr: "First-contact resolution", agents: "Agents" };

const points = (share) => `${number(Math.round(Math.abs(share) * 1_000) / 10)}\u00a0points`;
const minutes = (seconds) => `${Math.floor(Math.round(seconds) / 60)}:${String(Math.round(seconds) % 60).padStart(2, "0")}\u00a0min`;
const SHOWN = { share: percent, s: minutes, contacts: (count) => number(Math.round(count * 10) / 10) };
const CHANGED = { ...SHOWN, share: points, s: (seconds) => `${Math.round(Math.abs(seconds))} s`, contacts: (count) => SHOWN.contacts(Math.abs(count)) };

// What stands in the cards and in the table: one text for each part of a row.
const between = (row, show) => `${show(row.low)} to ${show(row.high)}`;

function notYet(row, measure) {
  const pending = row.pending ? `; ${row.pending} more are too young to know` : "";
  return `not measured yet: ${row.n} of ${row.needed} ${measure.n}${pending}`;
}

// Whether the target is each queue's own.
const byQueues = ({ name }) => name === "service_level";

function target(row, measure) {
  const show = SHOWN[measure.unit];
  if (row.missed != null || byQueues(measure)) return row.target_least == null ? "each queue's own goal" : `at least ${show(row.target_least)}`;
  if (row.target_least != null && row.target_most != null) return `${show(row.target_least)} to ${show(row.target_most)}`;
  if (row.target_least != null) return `at least ${show(row.target_least)}`;
  if (row.target_most != null) return `at most ${show(row.target_most)}`;
  return row.target_below == null ? "none" : `below ${show(row.target_below)}`;
}

function trend(row, measure) {
  if (row.change == null) return "no trend: it is not measured in the period before";
  if (!row.change) return "unchanged";
  const by = `by ${CHANGED[measure.unit](row.change)} from ${SHOWN[measure.unit](row.before)}`;
  return `${row.change > 0 ? "up" : "down"} ${by}, ${row.beyond_chance ? "more than chance" : "which may be chance"}`;
}

// Whether the target is met, in a word and a colour.
function verdict(row, measure) {
  if (!row.measured) return h("span", { class: "pill" }, "not measured yet");
  if (row.met == null) return h("span", { class: "pill" }, byQueues(measure) ? "no queue has enough yet" : "no target");
  const doubt = row.certain === false ? ", may be chance" : "";
  return h("span", { class: `pill ${row.met ? "good" : doubt ? "warn" : "bad"}` }, `${row.met ? "met" : "missed"}${doubt}`);
}

const definition = (measure) => [
  h("dt", {}, "Counted"), h("dd", {}, measure.counts),
  h("dt", {}, "Of"), h("dd", {}, measure.basis),
  h("dt", {}, "By intervals"), h("dd", {}, `in the report ${REPORTS[measure.report]}`),
];

function card(row, measure) {
  const show = SHOWN[measure.unit];
  const missed = row.missed && h("p", {}, `Missed by: ${row.missed.split(",").map((queue) => titleOf("queue", queue)).join(", ")}`);
  return h("li", { class: "card measure", "data-measure": measure.name },
    h("h3", {}, measure.title),
    h("p", { class: "figure" }, row.measured ? show(row.figure) : NONE),
    h("p", {}, verdict(row, measure), " ", h("span", { class: "target" }, `Target: ${target(row, measure)}`)),
    missed,
    row.measured ? h("p", {}, `${between(row, show)} in 95 of 100 cases; ${row.n} ${measure.n}`) : h("p", {}, capital(notYet(row, measure))),
    row.measured && h("p", {}, capital(trend(row, measure))),
    h("details", {}, h("summary", {}, "What it counts"), h("dl", {}, definition(measure))));
}

const named = (group, by) => groupWords(by, group);

function cell(row, measure) {
  if (!row) return h("td", {}, NONE);
  const show = SHOWN[measure.unit];
  if (!row.measured) return h("td", {}, h("span", { class: "hint" }, `not measured yet (${row.n} of ${row.needed})`));
  return h("td", {}, h("strong", {}, show(row.figure)), " ", verdict(row, measure), h("div", { class: "hint" }, `${between(row, show)}; n = ${row.n}`), h("div", { class: "hint" }, row.change == null ? "no trend" : trend(row, measure)));
}

function table(answer) {
  const measures = answer.measures.filter((measure) => measure.groups.includes(answer.group_by));
  const groups = new Map();
  for (const row of answer.rows) groups.set(row.group, { ...groups.get(row.group), [row.measure]: row });
  const head = h("tr", {}, h("th", { scope: "col", class: "text" }, capital(answer.group_by)), measures.map((one) => h("th", { scope: "col" }, one.title)));
  const lines = [...groups].map(([group, of]) => h("tr", {}, h("th", { scope: "row" }, named(group, answer.group_by)), measures.map((one) => cell(of[one.name], one))));
  const meaning = measures.flatMap((one) => [h("dt", {}, one.title), h("dd", {}, `${one.counts} ${one.basis}`)]);
  return [
    h("div", { class: "card scroll", tabindex: "0", role: "region", "aria-label": `Figures by ${answer.group_by}` }, h("table", {}, h("thead", {}, head), h("tbody", {}, lines))),
    h("details", {}, h("summary", {}, "What the figures count"), h("dl", {}, meaning)),
  ];
}

function cards({ rows, measures }) {
  const of = new Map(rows.map((row) => [row.measure, row]));
  return [h("ul", { class: "measures" }, measures.filter((one) => of.has(one.name)).map((one) => card(of.get(one.name), one)))];
}

function backlog({ email_backlog: { at, rows }, group_by: by }) {
  const title = h("h3", {}, `E-mails that wait now, by age (${hourOfDay(at)})`);
  if (!rows.length) return [title, h("p", { class: "hint" }, "No e-mail waits.")];
  const heads = [...(by ? [capital(by)] : []), "waiting", ...Object.values(AGES), "late"];
  const line = (row) => h("tr", {}, by && h("th", { scope: "row" }, named(row.group, by)), [row.waiting, ...Object.keys(AGES).map((age) => row.by_age[age]), row.late].map((figure) => h("td", {}, String(figure))));
  return [title, h("div", { class: "card scroll", tabindex: "0", role: "region", "aria-label": "E-mails that wait" }, h("table", {}, h("thead", {}, h("tr", {}, heads.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, rows.map(line))))];
}

// Fills the section of the scorecard. `get` asks the service with the key, `attempt` shows what goes wrong, `save` gives
// the person what a path answers, as a file.
export function scorecard({ get, attempt, save }) {
  const period = byId("scorecard-period");
  const group = byId("scorecard-group");
  const name = byId("scorecard-named");
  let shown = null;
  period.append(...Object.entries(PERIODS).map(([value, title]) => h("option", { value, selected: value === "last_28_days" }, title)));
  group.append(...Object.entries(GROUPS).map(([value, title]) => h("option", { value }, title)));
  period.addEventListener("change", () => {
    byId("scorecard-named-label").hidden = period.value !== "named";
    if (period.value !== "named" || name.value) attempt(show);
  });
  for (const field of [group, name]) field.addEventListener("change", () => attempt(show));
  byId("scorecard-form").addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(show);
  });
  byId("scorecard-download").addEventListener("click", () => attempt(download));
  addEventListener("beforeprint", () => {
    for (const details of byId("scorecard").querySelectorAll("details")) details.open = true;
  });

  const query = () => new URLSearchParams({ period: period.value === "named" ? name.value.trim() : period.value, ...(group.value && { group_by: group.value }) });

  async function show() {
    const asked = query();
    shown = asked;
    const answer = await (await get(`/v1/scorecard?${asked}`)).json();
    if (shown !== asked) return; // another one was asked for meanwhile
    timesOf(answer.timezone);
    const days = new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeZone: answer.timezone });
    const spans = (since, until) => days.formatRange(new Date(since), new Date(Date.parse(until) - 1));
    const still = answer.goes_on ? " It goes on: all figures may change." : "";
    byId("scorecard-state").textContent = `${spans(answer.since, answer.until)}, compared with ${spans(answer.before_since, answer.before_until)}.${still}`;
    const where = (note) => (answer.group_by ? `${named(note.group, answer.group_by)}: ` : "");
    byId("scorecard-notes").replaceChildren(...answer.notes.map((note) => h("li", { class: "banner warn" }, where(note) + note.text)));
    byId("scorecard-figures").replaceChildren(...(answer.group_by ? table(answer) : cards(answer)));
    byId("scorecard-backlog").replaceChildren(...backlog(answer));
  }

  async function download() {
    const asked = query();
    await save(`/v1/scorecard?${asked}&format=csv`, `scorecard-${asked.get("period")}.csv`);
  }

  return { show };
}
