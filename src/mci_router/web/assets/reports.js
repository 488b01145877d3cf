// The reports page: what happened in a period, by intervals and groups, as a table and as CSV.

import { byId, h, patiently, tell } from "./dom.js";
import { download } from "./exporting.js";
import { request } from "./http.js";
import { learnTitles } from "./names.js";
import { drawable, reportChart } from "./report_chart.js";
import { promisedLevels } from "./levels_view.js";
import { dropKey, forgetKey, keepKey, keyOf } from "./page_key.js";
import { LEVELS, REPORTS, beginning, grouped } from "./report_views.js";
import { SHARES } from "./result_views.js";
import { weekOfTrends } from "./trends_view.js";
import { scorecard } from "./scorecard.js";

const PATIENCE_MS = 30_000; // a long report takes longer than a click
const PAGE = 500;

let zone = ""; // the workspace's, which dates are of
let known = Promise.resolve(); // until it is known, nothing can be asked for
let asked = null; // the report shown: its name, its query, its level
let rows = []; // those shown
let next = null;

const key = () => keyOf("reports");
const get = (path, accept = "application/json") =>
  request(path, key(), { headers: { Accept: accept }, signal: AbortSignal.timeout(PATIENCE_MS) });

byId("report").append(...Object.entries(REPORTS).map(([name, report]) => h("option", { value: name }, report.title)));
byId("level").append(...Object.entries(LEVELS).map(([name, title]) => h("option", { value: name }, title)));
byId("report").addEventListener("change", () => showGroups());
byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  keepKey("reports", byId("key").value.trim());
  event.target.reset();
  start();
  byId("reports").querySelector("h1").focus(); // what had the focus is hidden
});
byId("sign-out").addEventListener("click", () => signOut());
byId("asked").addEventListener("submit", (event) => {
  event.preventDefault();
  if (byId("from").value > byId("to").value) return tell(byId("problem"), "The first day is after the last one.", "bad");
  attempt(() => known.then(() => show()));
});
byId("figure").addEventListener("change", () => showChart());
byId("more").addEventListener("click", () => attempt(() => addPage()));
for (const format of ["csv", "ndjson"]) byId(format).addEventListener("click", () => attempt(() => known.then(() => save(format))));

const sections = [weekOfTrends({ get, attempt }), promisedLevels({ get })];

const card = scorecard({ get, attempt, save: (path, name) => download(path, key(), name, () => {}) });

async function start() {
  byId("sign-in").hidden = true;
  byId("reports").hidden = false;
  known = attempt(async () => {
    await learnTitles(key());
    zone = (await (await get("/v1/reports/queues?limit=1")).json()).timezone;
    const today = dateIn(new Date());
    byId("from").value ||= today;
    byId("to").value ||= today;
    showGroups();
  });
  await known;
  if (!zone) return;
  await attempt(async () => {
    await Promise.all([card.show(), show()]);
    await Promise.all(sections.map((section) => section.show()));
  });
}

function signOut(why = "") {
  forgetKey();
  stop(why);
}

function stop(why = "") {
  dropKey("reports");
  byId("reports").hidden = true;
  byId("sign-in").hidden = false;
  for (const box of ["rows", "scorecard-figures", "scorecard-backlog", "scorecard-notes"]) byId(box).replaceChildren();
  for (const section of sections) section.clear();
  tell(byId("sign-in-problem"), why);
  byId("key").focus();
}

async function attempt(work) {
  tell(byId("problem"), "");
  try {
    await patiently(byId("problem"), work);
  } catch (failure) {
    if (failure.status === 401) return signOut("This key is not valid, or it was revoked.");
    if (failure.status === 403) return stop(failure.message);
    if (failure.status === undefined) throw failure;
    tell(byId("problem"), failure.message, "bad");
  }
}

function showGroups() {
  const report = REPORTS[byId("report").value];
  const type = report.one ? "radio" : "checkbox";
  const box = (name) => h("label", {}, h("input", { type, name: "group", value: name, checked: report.usual.includes(name) }), name);
  byId("groups").replaceChildren(...report.groups.map(box));
  byId("level-label").hidden = byId("report").value !== "queues";
  byId("interval-label").hidden = byId("csv").hidden = Boolean(report.whole);
  byId("ndjson").hidden = !report.exported;
}

async function show() {
  const name = byId("report").value;
  const groups = [...byId("groups").querySelectorAll("input:checked")].map((box) => box.value);
  const whole = REPORTS[name].whole; // what is in each row of a report without intervals
  const interval = REPORTS[name].interval?.(byId("interval").value) ?? byId("interval").value;
  const query = new URLSearchParams({
    since: midnight(byId("from").value),
    until: midnight(dayAfter(byId("to").value)),
    ...(!whole && { interval }),
    ...(REPORTS[name].groups.length && { group_by: groups.join(",") }),
  });
  asked = { name, whole, groups: [...(whole ?? []), ...groups], query, interval, columns: REPORTS[name].columns?.(byId("level").value) ?? [] };
  byId("title").textContent = REPORTS[name].title;
  explain(REPORTS[name].meaning);
  byId("rows").hidden = Boolean(REPORTS[name].draw);
  byId("rows").replaceChildren(table());
  const figures = whole ? [] : drawable(asked.columns);
  byId("figure").replaceChildren(...figures.map((column, place) => h("option", { value: place }, column.title)));
  rows = [];
  next = null;
  await (REPORTS[name].draw ? drawWhole() : addPage());
}

// A report of one page that is drawn as a whole.
async function drawWhole() {
  const report = asked;
  const answer = await (await get(`/v1/reports/${report.name}?${report.query}`)).json();
  if (report !== asked) return;
  const { figure, state } = REPORTS[report.name].draw(answer);
  byId("figure-label").hidden = byId("more").hidden = true;
  byId("notes").replaceChildren();
  byId("chart").replaceChildren(figure);
  byId("rows").replaceChildren();
  byId("state").textContent = state;
}

function explain(meaning) {
  byId("about").hidden = !meaning;
  const shares = REPORTS[asked.name].draw ? {} : { shares: SHARES };
  const said = Object.entries({ ...meaning, ...shares });
  byId("meaning").replaceChildren(...said.flatMap(([title, text]) => [h("dt", {}, title), h("dd", {}, text)]));
}

const table = () => {
  const texts = [...(asked.whole ? [] : ["from"]), ...asked.groups].map((title) => h("th", { scope: "col", class: "text" }, title));
  const figures = asked.columns.map((column) => h("th", { scope: "col" }, column.title));
  return h("table", {}, h("thead", {}, h("tr", {}, texts, figures)), h("tbody", {}));
};

async function addPage() {
  const page = new URLSearchParams([...asked.query, ...(asked.whole ? [] : [["limit", PAGE]]), ...(next ? [["cursor", next]] : [])]);
  const report = asked;
  const answer = await (await get(`/v1/reports/${report.name}?${page}`)).json();
  if (report !== asked) return; // another one was asked for meanwhile
  const body = byId("rows").querySelector("tbody");
  body.append(...answer.rows.map((row) => line(row)));
  next = answer.next_cursor;
  byId("more").hidden = !next;
  rows.push(...answer.rows);
  showChart();
  const notes = REPORTS[asked.name].notes?.(answer) ?? [];
  byId("notes").replaceChildren(...notes.map((note) => h("li", {}, note)));
  const provisional = body.querySelector(".provisional") ? " Figures in italics may still change." : "";
  byId("state").textContent = `${body.children.length || "No"} ${body.children.length === 1 ? "row" : "rows"}. Times are those of ${zone}.${provisional}`;
}

function showChart() {
  const column = drawable(asked.columns)[byId("figure").value];
  const shown = !asked.whole && column && reportChart({ rows, column, zone, days, ...asked, title: REPORTS[asked.name].title });
  byId("figure-label").hidden = !shown;
  byId("chart").replaceChildren(...(shown ? [shown] : []));
}

// The beginnings of the days, or weeks, from one to another, in epoch seconds.
function days(first, last) {
  const found = [];
  const step = asked.interval === "P1W" ? 7 : 1;
  for (let date = dateIn(new Date(first * 1_000)), at = first; at <= last; ) {
    found.push(at);
    for (let number = 0; number < step; number += 1) date = dayAfter(date);
    at = Date.parse(midnight(date)) / 1_000;
  }
  return found;
}

function line(row) {
  const begins = !asked.whole && h("th", { scope: "row" }, beginning(row, zone, asked.interval));
  const groups = asked.groups.map((name) => h("td", { class: "text" }, grouped(row, name)));
  return h("tr", { class: row.provisional && "provisional" }, begins, groups, asked.columns.map((column) => h("td", {}, String(column.of(row)))));
}

// Reports by intervals leave whole, in one answer; the others are a page.
async function save(format) {
  await show();
  const exported = REPORTS[asked.name].exported;
  const path = exported ? `/v1/exports/${asked.name}?${asked.query}&format=${format}` : `/v1/reports/${asked.name}?${asked.query}&limit=${REPORTS[asked.name].most ?? 3_000}&format=csv`;
  const shown = byId("state").textContent;
  let come = "";
  await download(path, key(), `${asked.name}-${byId("from").value}.${format}`, (text) => (byId("state").textContent = come = text));
  byId("state").textContent = `${shown} ${come}`;
}

const dateIn = (moment) => new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(moment);

const dayAfter = (date) => new Date(Date.parse(`${date}T00:00Z`) + 86_400_000).toISOString().slice(0, 10);

// The moment at which a date begins in the workspace's zone: what its clocks show decides, twice, since they may change
// between.
function midnight(date) {
  const wanted = Date.parse(`${date}T00:00Z`);
  let moment = wanted;
  for (let round = 0; round < 2; round += 1) moment += wanted - shown(moment);
  return new Date(moment).toISOString();
}

function shown(moment) {
  const form = { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" };
  const parts = Object.fromEntries(new Intl.DateTimeFormat("en-GB", form).formatToParts(moment).map((part) => [part.type, part.value]));
  return Date.parse(`${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}Z`);
}

if (key()) start();
else stop();
