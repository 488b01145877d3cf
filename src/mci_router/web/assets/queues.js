// The wallboard's queues: who waits longest comes first; late ones are counted, whatever the percentage says.

import { byId, h, keyed } from "./dom.js";
import { since } from "./live.js";
import { titleOf } from "./names.js";
import { NONE, duration, number, percent, running } from "./words.js";

const COLUMNS = ["Longest wait", "Queue", "Waiting", "Late", "Now", "Expected wait", "Agents free", "Service level", "Goal", "Strict", "Abandoned", "ASA", "p99 wait", "AHT", "Offered"];

// What a queue is called by its state, until the alarm for it sounds: then it is coloured.
const STATES = { met: "met", at_risk: "may be late", breached: "below its goal", too_few: "too few to judge" };
const ALARMS = [
  ["breached", "goal missed", "bad"],
  ["at_risk", "at risk", "warn"],
  ["unstaffed", "nobody signed in", "bad"],
  ["nobody_can_serve", "nobody can serve some", "bad"],
  ["full", "full", "bad"],
];

// `open(name)` shows who waits there.
export function showQueues(picture, open) {
  const box = byId("queues");
  const names = Object.keys(picture.queues).sort((one, other) => picture.queues[one].position - picture.queues[other].position);
  if (!names.length) return box.replaceChildren(h("p", { class: "hint" }, "No queue can be seen with this key, or there is none."));
  announce(picture);
  if (!box.querySelector("tbody")) box.replaceChildren(table());
  keyed(box.querySelector("tbody"), new Map(names.map((name) => [name, [picture.queues[name], picture.levels[name] ?? {}]])), (name) => row(name, open));
}

const table = () =>
  h("table", {}, h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}));

function row(name, open) {
  const cells = COLUMNS.map((_, place) => (place === 1 ? h("th", { scope: "row" }) : h("td", {})));
  const button = h("button", { type: "button", class: "link", "aria-haspopup": "dialog", click: () => open(name) }, titleOf("queue", name));
  const caught = h("span", { class: "pill bad", hidden: true }, "taken by no other queue");
  cells[1].append(button, caught);
  const element = h("tr", {}, cells);
  const show = ([queue, level]) => {
    caught.hidden = !queue.catch_all || !(queue.waiting || level.offered);
    contents(queue, level).forEach((content, place) => content && fill(cells[place], ...content));
  };
  return { element, show };
}

// Says to screen readers which alarms have begun, once; what sounded before the page was opened is on the board.
let sounded = null;
function announce({ queues }) {
  const now = new Set();
  for (const [name, { alarms }] of Object.entries(queues))
    for (const [alarm, text] of ALARMS) if (alarm in alarms) now.add(`${titleOf("queue", name)}: ${text}`);
  const begun = sounded ? [...now].filter((text) => !sounded.has(text)) : [];
  sounded = now;
  if (begun.length) byId("news").textContent = begun.join(". ");
}

// Of each column its content and its class; null where the cell stays.
function contents(queue, level) {
  const late = queue.waiting_late;
  return [
    [running(since(queue.oldest_since)), `strong ${late ? "is-late" : ""}`],
    null,
    [String(queue.waiting), queue.waiting ? "strong" : ""],
    [late ? h("strong", {}, `${late} late`) : "0", late ? "is-late" : ""],
    [state(queue), "state"],
    [queue.expected_wait_s == null ? NONE : duration(queue.expected_wait_s), ""],
    [`${queue.idle} of ${queue.staffed}`, queue.is_open && !queue.staffed ? "is-late" : ""],
    [shareOf(level, queue), "level"],
    [`${percent(queue.goal)} in ${duration(queue.target_s)}`, ""],
    [percent(level.strict_service_level), ""],
    [percent(level.abandonment), ""],
    [duration(level.asa_s), ""],
    [duration(level.p99_wait_s), ""],
    [duration(level.aht_s), ""],
    [level.offered == null ? NONE : number(level.offered), ""],
  ];
}

// Changes a cell only where it differs, so that a screen reader is left alone.
function fill(cell, content, look) {
  const text = typeof content === "string" ? content : `${content.textContent} ${content.className}`;
  if (cell.filled !== text) {
    cell.filled = text;
    cell.replaceChildren(content);
  }
  if (cell.className !== look.trim()) cell.className = look.trim();
}

function state(queue) {
  const sounding = ALARMS.filter(([alarm]) => alarm in queue.alarms).map(([alarm, text, tone]) => h("span", { class: `pill ${tone}` }, alarm === "nobody_can_serve" ? `nobody can serve ${queue.unservable}` : text));
  const judged = "breached" in queue.alarms || "at_risk" in queue.alarms;
  const plain = h("span", { class: `pill ${queue.state === "met" ? "good" : ""}` }, STATES[queue.state]);
  return h("span", { class: "pills" }, !queue.is_open && h("span", { class: "pill" }, "closed"), sounding, !judged && plain);
}

// The share as a number, a word and a bar with the goal marked on it: colour alone tells nobody who cannot see it.
// It is coloured from twenty contacts on; red only while the alarm sounds, so that it does not flap.
function shareOf({ service_level, goal, met, judged }, { alarms }) {
  if (service_level == null) return h("span", { class: "hint" }, "no data");
  const bar = h("span", { class: "gauge", "aria-hidden": "true" });
  bar.style.setProperty("--share", service_level);
  bar.style.setProperty("--goal", goal ?? 0);
  const tone = !judged || goal == null ? "" : "breached" in alarms ? "bad" : met && service_level >= goal ? "good" : "";
  const word = met == null ? "too few" : met ? "met" : "not met";
  return h("span", { class: `level-of is-${tone || "plain"}` }, h("strong", {}, percent(service_level)), h("span", { class: `pill ${tone}` }, word), bar);
}
