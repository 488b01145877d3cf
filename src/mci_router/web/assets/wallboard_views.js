// What the wallboard shows of the whole: tiles, and the volume × touch matrix.

import { h } from "./dom.js";
import { since } from "./live.js";
import { titleOf } from "./names.js";
import { NONE, capital, number, percent, running, words } from "./words.js";

const OUTCOMES = ["automation", "community", "incident", "agent", "none"];
const MOST_TOPICS = 4; // of a cell, the busiest
const CELLS = [
  ["low_volume_high_touch", "Low volume, high touch"],
  ["high_volume_high_touch", "High volume, high touch"],
  ["low_volume_low_touch", "Low volume, low touch"],
  ["high_volume_low_touch", "High volume, low touch"],
];

export function tiles(picture) {
  const queues = Object.entries(picture.queues);
  const presence = picture.totals.now?.presence ?? {};
  const waiting = sum(queues.map(([, queue]) => queue.waiting));
  const late = sum(queues.map(([, queue]) => queue.waiting_late));
  const longest = Math.max(...queues.map(([, queue]) => since(queue.oldest_since) ?? -1));
  const caught = queues.find(([name, queue]) => queue.catch_all && (queue.waiting || picture.levels[name]?.offered));
  const taken = caught && (picture.levels[caught[0]]?.offered ?? 0) + caught[1].waiting;
  return [
    tile("Longest wait", longest < 0 ? NONE : running(longest), late ? "bad" : ""),
    tile("Waiting now", String(waiting), ""),
    tile("Late", String(late), late ? "bad" : "", "waiting past their due time"),
    caught && tile("Taken by no queue", number(taken), "bad", `${caught[1].waiting} wait in ${titleOf("queue", caught[0])}: a queue is missing.`),
    tile("Agents available", String(presence.available ?? 0), presence.available ? "" : "bad"),
    tile("Agents away", String(presence.away ?? 0)),
    presence.suspended > 0 && tile("Suspended", String(presence.suspended), "warn"),
    presence.unreachable > 0 && tile("Unreachable", String(presence.unreachable), "warn", "their desk is gone"),
    tile("Agents offline", String(presence.offline ?? 0)),
    lostChannels(Object.values(picture.adapters)),
    ...reported(picture.contacts.all),
  ].filter(Boolean);
}

// One that never took a message, and has none to take, is not missed.
function lostChannels(adapters) {
  const lost = adapters.filter((adapter) => !adapter.reachable && (adapter.waiting || adapter.unreachable_since));
  if (!lost.length) return null;
  const told = lost.map(({ title, waiting }) => (waiting ? `${title}: ${waiting} wait` : title));
  return tile("Channels unreachable", String(lost.length), lost.some(({ waiting }) => waiting) ? "bad" : "warn", told.join(", "));
}

function reported(contacts) {
  if (!contacts) return [tile("Contacts", NONE, "", "The key lacks reports:read.")];
  const total = sum(byCustomers(contacts).map((row) => row.contacts));
  const others = sum(contacts.counts.map((row) => row.contacts)) - total;
  return [
    tile("Contacts", number(total)),
    others > 0 && tile("Machines and opt-outs", number(others), "", "answered by nobody"),
    tile("Automated", percent(contacts.automated), "", "resolved by automation"),
  ];
}

const tile = (name, value, tone = "", hint = "") =>
  h("div", { class: "card tile" }, h("dt", {}, name), h("dd", { class: `figure ${tone}` }, value), hint && h("dd", { class: "hint" }, hint));

export function matrix({ contacts: { all: contacts }, topics: places, ladders }) {
  if (!contacts) return [];
  return CELLS.map(([cell, title]) => {
    const rows = byCustomers(contacts).filter((row) => row.cell === cell);
    const total = sum(rows.map((row) => row.contacts));
    const topics = Object.values(places).filter((topic) => topic.cell === cell);
    return h("section", { class: "card cell", "aria-label": title },
      h("header", {}, h("h3", {}, title), h("strong", { class: "figure" }, number(total))),
      h("p", { class: "hint" }, `Ladder: ${(ladders[cell] ?? []).map((rung) => words(rung.outcome)).join(" → ")}`),
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
    h("dt", { class: outcome }, `${capital(outcome)} ${number(sum(of(outcome).map((row) => row.contacts)))}`),
    h("dd", {}, of(outcome).map((row) => `${number(row.contacts)} ${words(row.state)}`).join(", ")),
  ));
  return h("div", {}, bar, h("dl", { class: "outcomes" }, lines));
}

function busiest(topics) {
  const live = topics.filter((topic) => topic.contacts_last_hour).sort((a, b) => b.contacts_last_hour - a.contacts_last_hour);
  const rest = topics.length - Math.min(live.length, MOST_TOPICS);
  const named = live.slice(0, MOST_TOPICS).map((topic) => `${topic.title} ${number(topic.contacts_last_hour)}`);
  if (!named.length) return h("p", { class: "hint topics" }, `${count(topics.length)}, quiet in the last hour`);
  return h("p", { class: "topics" }, `Last hour: ${named.join(", ")}`, rest > 0 && h("span", { class: "hint" }, ` and ${count(rest, "other topic")}`));
}

const byCustomers = (contacts) => contacts.counts.filter((row) => row.kind === "customer");

const count = (many, noun = "topic") => `${many} ${noun}${many === 1 ? "" : "s"}`;

const sum = (numbers) => [...numbers].reduce((total, number) => total + number, 0);
