// A staffing job: how far it is, the best staff so far, what its days are like, and what a change would do.

import { chart } from "./charts.js";
import { h } from "./dom.js";
import { titleOf } from "./names.js";
import { whatIfForm } from "./workforce_what_if.js";
import { capital, duration, percent, words } from "./words.js";

const OVER = ["finished", "failed", "cancelled"];

// `ask` and `attempt` are the page's; `open(id)` shows another job. Returns { element, show(job) }.
export function jobDetails({ ask, attempt, open }) {
  const bar = h("progress", { max: "1", hidden: true, "aria-label": "Progress of the search" });
  const news = h("p", { role: "status" });
  const cancel = h("button", { type: "button", hidden: true, click: () => attempt(() => ask(`v1/staffing/${current.id}`, { method: "DELETE" })) }, "Cancel the search");
  const found = h("div", {});
  const change = h("div", {});
  let current = null;
  const element = h("section", { "aria-label": "Staffing job" }, h("div", { class: "card" }, news, bar, cancel), found, change);
  return { element, show };

  function show(job) {
    const over = OVER.includes(job.state);
    current = job;
    bar.value = job.progress;
    bar.hidden = cancel.hidden = over;
    news.textContent = said(job);
    found.replaceChildren(...(job.of ? [job.compared && compared(job)] : [job.found && levels(job.found), onDuty(job), requirement(job)]).filter(Boolean));
    // Once: what somebody is typing in must not go.
    if (over && job.found && !change.firstChild) change.append(whatIfForm({ job, ask, attempt, open }));
  }
}

function said(job) {
  if (job.state === "failed") return `It could not be done: ${job.why}`;
  const what = job.of ? "The change is played" : "The least staff";
  const figures = job.compared ?? job.found;
  const days = figures ? `, ${job.found ? `${figures.days_played} days were played` : `on ${figures.days} days`}` : "";
  if (job.state === "queued") return job.of ? "The change waits for its turn." : `The search waits for its turn. Erlang A asks for ${job.guess.agent_hours} agent hours.`;
  if (job.of) return `${what}${days}: from ${figures?.agent_hours_before ?? "–"} to ${figures?.agent_hours_after ?? "–"} agent hours.`;
  if (!job.found) return `Days are played. Erlang A asks for ${job.guess.agent_hours} agent hours.`;
  const checked = job.found.checked ? "Nine of ten days that the search had not seen meet every goal." : "It is not checked on unseen days yet.";
  return `${what}${job.state === "running" ? " so far" : ""}: ${job.found.agent_hours} agent hours, where Erlang A asks for ${job.guess.agent_hours}${days}. ${checked}`;
}

function levels(found) {
  const rows = found.queues.map((queue) => h("tr", {},
    h("th", { scope: "row" }, titleOf("queue", queue.queue)),
    cells([`${percent(queue.goal)} in ${duration(queue.target_s)}`, share(queue.p90), share(queue.mean), `${queue.days_met} of ${found.days}`, share(queue.abandoned), Math.round(queue.offered)])));
  return table("Queues on the days played", ["Queue", "Goal", "Nine of ten days reach", "Mean", "Days that met it", "Abandoned", "Contacts a day"], rows);
}

// All agents on duty by quarter-hours, as found and as guessed.
function onDuty(job) {
  const guess = byQuarter(job.guess.requirement);
  const found = byQuarter(job.found?.requirement ?? []);
  const x = [...new Set([...guess.keys(), ...found.keys()])].sort((one, other) => one - other);
  const line = (label, of) => ({ label, values: x.map((at) => of.get(at) ?? 0) });
  const series = [...(job.found ? [line("Found", found)] : []), line("Erlang A", guess)];
  return chart({ title: "Agents on duty", unit: "agents", x, series, zone: job.timezone });
}

function byQuarter(rows) {
  const sums = new Map();
  for (const row of rows) {
    const at = Date.parse(row.begins) / 1_000;
    sums.set(at, (sums.get(at) ?? 0) + row.agents);
  }
  return sums;
}

// Agents on duty, hour by hour of the workspace's zone: the most of its quarters.
function requirement(job) {
  const rows = job.found?.requirement ?? job.guess.requirement;
  const groups = job.groups.map((group) => group.group);
  const hours = new Map();
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: job.timezone });
  for (const row of rows) {
    const hour = startOfHour(row.begins, clock);
    const at = hours.get(hour) ?? hours.set(hour, new Map()).get(hour);
    at.set(row.group, Math.max(at.get(row.group) ?? 0, row.agents));
  }
  const body = [...hours].map(([hour, at]) => h("tr", {},
    h("th", { scope: "row" }, clock.format(hour)),
    cells([...groups.map((group) => at.get(group) ?? 0), [...at.values()].reduce((sum, one) => sum + one, 0)])));
  const heads = job.groups.map((group) => `${capital(words(group.group))} (${Object.keys(group.skills).filter((skill) => skill !== "tier").map(words).join(", ") || "no skill"})`);
  return table(job.found ? "Agents on duty at most in the hour, absent ones among them" : "Agents that Erlang A asks for", ["Hour", ...heads, "All"], body);
}

// In milliseconds: the hour that comes twice, when clocks go back, is two.
const startOfHour = (begins, clock) => Date.parse(begins) - Number(clock.format(new Date(begins)).slice(-2)) * 60_000;

function compared(job) {
  const rows = job.compared.queues.map((queue) => h("tr", {},
    h("th", { scope: "row" }, titleOf("queue", queue.queue)),
    cells([share(queue.before.p90), share(queue.after.p90), share(queue.before.mean), share(queue.after.mean), points(queue.difference), `${points(queue.low)} to ${points(queue.high)}`])));
  return table("What the change does, on the same days", ["Queue", "Nine of ten days reach", "after the change", "Mean", "after the change", "Difference", "95 % interval"], rows);
}

function table(title, heads, rows) {
  return h("section", {}, h("h3", {}, title), h("div", { class: "card scroll", tabindex: "0", role: "region", "aria-label": title },
    h("table", {}, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", {}, rows))));
}

const cells = (values) => values.map((value) => h("td", {}, String(value)));
const share = (value) => (value == null ? "–" : percent(value));
const points = (value) => (value == null ? "–" : `${value > 0 ? "+" : ""}${(100 * value).toFixed(1)} points`);
