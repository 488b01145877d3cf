// What the wallboard shows: tiles, queues, and the volume × touch matrix.

import { h } from "./dom.js";
import { NONE, capital, duration, percent, words } from "./words.js";

const OUTCOMES = ["automation", "community", "incident", "agent", "none"];
const MOST_TOPICS = 4; // of a cell, the busiest
const CELLS = [
  ["low_volume_high_touch", "Low volume, high touch"],
  ["high_volume_high_touch", "High volume, high touch"],
  ["low_volume_low_touch", "Low volume, low touch"],
  ["high_volume_low_touch", "High volume, low touch"],
];

export function tiles({ levels, contacts, live }) {
  const total = sum(byCustomers(contacts).map((row) => row.contacts));
  const others = sum(contacts.counts.map((row) => row.contacts)) - total;
  const waiting = live ? sum(live.waiting.values()) : sum(levels.queues.map((queue) => queue.waiting));
  const agents = (presence) => (live ? String(live.agents.get(presence) ?? 0) : NONE);
  const caught = levels.queues.find((queue) => queue.catch_all);
  return [
    caught && tile("Taken by no queue", (caught.offered + caught.waiting).toLocaleString(), "bad", `${caught.waiting} wait in ${words(caught.queue)}: a queue is missing.`),
    tile("Waiting now", String(waiting), waiting ? "warn" : ""),
    tile("Agents available", agents("available"), live && !live.agents.get("available") ? "bad" : "good"),
    tile("Agents away", agents("away")),
    live?.agents.has("unreachable") && tile("Unreachable", agents("unreachable"), live.agents.get("unreachable") ? "warn" : "", "their desk is gone"),
    tile("Agents offline", agents("offline"), "", live ? "" : "The key lacks metrics:read."),
    tile("Contacts", total.toLocaleString()),
    others > 0 && tile("Machines and opt-outs", others.toLocaleString(), "", "answered by nobody"),
    tile("Automated", percent(contacts.automated), "", "resolved by automation"),
  ].filter(Boolean);
}

const tile = (name, value, tone = "", hint = "") =>
  h("div", { class: "card tile" }, h("dt", {}, name), h("dd", { class: `figure ${tone}` }, value), hint && h("dd", { class: "hint" }, hint));

export function queues({ levels, live }) {
  const reports = new Map(levels.queues.map((report) => [report.queue, report]));
  const names = [...new Set([...reports.keys(), ...(live?.waiting.keys() ?? [])])].sort();
  if (!names.length) return h("p", { class: "hint" }, "No contact has come to a queue in this period.");
  const columns = ["Queue", "Waiting", "Service level", "Goal", "Strict", "Abandoned", "ASA", "p99 wait", "Mean excess", "AHT", "Offered"];
  return h("table", {},
    h("thead", {}, h("tr", {}, columns.map((name) => h("th", { scope: "col" }, name)))),
    h("tbody", {}, names.map((name) => row(name, reports.get(name), live?.waiting.get(name)))),
  );
}

function row(name, report = {}, waiting = report.waiting ?? 0) {
  const { goal, target_s, service_level } = report;
  return h("tr", {},
    h("th", { scope: "row" }, capital(words(name)), report.catch_all && h("span", { class: "pill bad" }, "taken by no other queue")),
    h("td", { class: waiting ? "strong" : "" }, String(waiting)),
    h("td", { class: "level" }, level(service_level, goal)),
    h("td", {}, goal == null ? NONE : `${percent(goal)} in ${duration(target_s)}`),
    h("td", {}, percent(report.strict_service_level)),
    h("td", {}, percent(report.abandonment)),
    h("td", {}, duration(report.asa_s)),
    h("td", {}, duration(report.p99_wait_s)),
    h("td", {}, duration(report.mean_excess_s)),
    h("td", {}, duration(report.aht_s)),
    h("td", {}, report.offered == null ? NONE : report.offered.toLocaleString()),
  );
}

// The share as a number, a word and a bar with the goal marked on it: colour alone tells nobody who cannot see it.
function level(share, goal) {
  if (share == null) return h("span", { class: "hint" }, "no data");
  const met = goal == null || share >= goal;
  const bar = h("span", { class: "gauge", "aria-hidden": "true" });
  bar.style.setProperty("--share", share);
  bar.style.setProperty("--goal", goal ?? 0);
  const tone = met ? "good" : "bad";
  return h("span", { class: `level-of is-${tone}` }, h("strong", {}, percent(share)), h("span", { class: `pill ${tone}` }, met ? "met" : "below"), bar);
}

export function matrix({ contacts, places }) {
  return CELLS.map(([cell, title]) => {
    const rows = byCustomers(contacts).filter((row) => row.cell === cell);
    const total = sum(rows.map((row) => row.contacts));
    const topics = places.topics.filter((topic) => topic.cell === cell);
    return h("section", { class: "card cell", "aria-label": title },
      h("header", {}, h("h3", {}, title), h("strong", { class: "figure" }, total.toLocaleString())),
      h("p", { class: "hint" }, `Ladder: ${(places.ladders[cell] ?? []).map((rung) => words(rung.outcome)).join(" → ")}`),
      total ? outcomes(rows, total) : h("p", { class: "hint" }, "No contacts in this period."),
      busiest(topics),
    );
  });
}

function outcomes(rows, total) {
  const of = (outcome) => rows.filter((row) => row.outcome === outcome);
  const bar = h("div", { class: "stack", "aria-hidden": "true" }, OUTCOMES.map((outcome) => {
    const part = h("span", { class: outcome });
    part.style.setProperty("flex-grow", sum(of(outcome).map((row) => row.contacts)) / total);
    return part;
  }));
  const lines = OUTCOMES.filter((outcome) => of(outcome).length).map((outcome) => h("div", {},
    h("dt", { class: outcome }, `${capital(outcome)} ${sum(of(outcome).map((row) => row.contacts)).toLocaleString()}`),
    h("dd", {}, of(outcome).map((row) => `${row.contacts.toLocaleString()} ${words(row.state)}`).join(", ")),
  ));
  return h("div", {}, bar, h("dl", { class: "outcomes" }, lines));
}

function busiest(topics) {
  const live = topics.filter((topic) => topic.contacts_last_hour).sort((a, b) => b.contacts_last_hour - a.contacts_last_hour);
  const rest = topics.length - Math.min(live.length, MOST_TOPICS);
  const named = live.slice(0, MOST_TOPICS).map((topic) => `${topic.title} ${topic.contacts_last_hour.toLocaleString()}`);
  if (!named.length) return h("p", { class: "hint topics" }, `${count(topics.length)}, quiet in the last hour`);
  return h("p", { class: "topics" }, `Last hour: ${named.join(", ")}`, rest > 0 && h("span", { class: "hint" }, ` and ${count(rest, "other topic")}`));
}

const byCustomers = (contacts) => contacts.counts.filter((row) => row.kind === "customer");

const count = (number, noun = "topic") => `${number} ${noun}${number === 1 ? "" : "s"}`;

const sum = (numbers) => [...numbers].reduce((total, number) => total + number, 0);
