// The view of schedules: who works when in a week, how well that covers what is required, and what is to be decided.

import { chart } from "./charts.js";
import { h } from "./dom.js";
import { titleOf } from "./names.js";
import { NONE, locale, moment, number, percent, timesOf, words, zoneWords } from "./words.js";

const QUARTER_MS = 900_000;

// `ask` and `attempt` as workforce.js gives them.
export async function schedules(root, ask, attempt) {
  const json = async (path, options) => (await ask(path, options)).json();
  const { items } = await json("/v1/workforce/schedules?limit=50");
  const body = h("div", {});
  const again = () => attempt(() => schedules(root, ask, attempt));
  const show = (one) => attempt(async () => body.replaceChildren(await week(one, json, again)));
  root.replaceChildren(
    h("h2", {}, "Schedules"),
    items.length ? picker(items, show) : h("p", { class: "hint" }, "There is no schedule yet. POST /v1/workforce/schedules makes one."),
    body,
    await decisions(json, ask, attempt, again),
  );
  if (items.length) await show(items[0]);
}

function picker(items, show) {
  const options = items.map((one) => h("option", { value: one.id }, `${one.name}, ${one.begins_on} to ${one.ends_on} (${stateWords(one)})`));
  const select = h("select", { id: "schedule", change: (event) => show(items.find((one) => one.id === event.target.value)) }, options);
  return h("p", { class: "choice" }, h("label", { for: "schedule" }, "Schedule"), select);
}

const stateWords = ({ state, solving }) => (state === "draft" && solving !== "solved" ? `draft, ${words(solving)}` : words(state));

async function week(schedule, json, again) {
  const path = `/v1/workforce/schedules/${schedule.id}`;
  const [now, { items }, cover] = await Promise.all([json(path), json(`${path}/shifts`), json(`${path}/cover`)]);
  const zone = cover.timezone;
  return h("section", { "aria-label": now.name },
    h("p", {}, h("span", { class: "pill" }, stateWords(now)), ` ${now.problem ?? ""}`, summary(now, cover)),
    publishing(now, path, json, again),
    inTheWay(now.figures),
    byAgent(now, items, zone),
    coverCharts(cover, zone),
  );
}

function summary({ figures }, { groups }) {
  const parts = groups.map((one) => `${words(one.group)}: ${percentOf(one.covered_h, one.required_h)} of ${hours(one.required_h)} h covered, ${hours(one.beyond_h)} h beyond`);
  if (figures?.open.length) parts.push(figures.open.length === 1 ? "1 shift is open" : `${figures.open.length} shifts are open`);
  return h("span", {}, parts.join("; "));
}

const hours = (value) => number(value, { maximumFractionDigits: 1 });
const percentOf = (part, whole) => (whole ? percent(part / whole) : NONE);

function publishing({ state, solving }, path, json, again) {
  if (state === "withdrawn" || solving !== "solved") return null;
  const problem = h("p", { class: "banner bad", role: "alert", hidden: true });
  const send = (act, body) => async () => {
    try {
      await json(`${path}/${act}`, { method: "POST", body: JSON.stringify(body ?? {}), headers: { "Content-Type": "application/json" } });
      await again();
    } catch (failure) {
      if (failure.status === undefined) throw failure;
      problem.hidden = false;
      problem.textContent = failure.message;
    }
  };
  const button = state === "draft"
    ? h("button", { type: "button", class: "primary", click: send("publish") }, "Publish")
    : h("button", { type: "button", class: "quiet", click: (event) => event.target.replaceWith(sure("Withdraw it, and cancel all its shifts", send("withdraw"))) }, "Withdraw");
  return h("div", { class: "actions unprinted" }, button, problem);
}

const sure = (title, click) => h("button", { type: "button", class: "danger", click }, title);

function inTheWay(figures) {
  const lines = [...(figures?.uncovered ?? []), ...(figures?.relax ?? []).map((one) => `${one.message}: ${one.mend}`)];
  if (!lines.length) return null;
  return h("details", { open: true }, h("summary", {}, `What is in the way of covering everything (${lines.length})`), h("ul", { class: "reasons" }, lines.map((line) => h("li", {}, line.replace(/\bgroup_(\d+)/g, "group $1")))));
}

function byAgent({ begins_on: first, ends_on: last }, shifts, zone) {
  const days = [];
  for (let at = Date.parse(`${first}T00:00:00Z`); at <= Date.parse(`${last}T00:00:00Z`); at += 86_400_000) days.push(new Date(at).toISOString().slice(0, 10));
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" });
  const names = [...new Set(shifts.map((one) => one.agent))].sort((one, other) => titleOf("agent", one).localeCompare(titleOf("agent", other)));
  const cell = (agent, on) => h("td", {}, shifts.filter((one) => one.agent === agent && day.format(new Date(one.begins_at)) === on).map((one) => shiftCell(one, zone)));
  const heads = days.map((on) => h("th", { scope: "col" }, new Date(`${on}T12:00:00Z`).toLocaleDateString(locale(), { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" })));
  if (!names.length) return h("p", { class: "hint" }, "It has no shifts.");
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Shifts by agent and day" },
    h("table", { class: "week" },
      h("caption", {}, `Shifts by agent and day; times of ${zone}`),
      h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Agent"), heads)),
      h("tbody", {}, names.map((agent) => h("tr", {}, h("th", { scope: "row" }, titleOf("agent", agent)), days.map((on) => cell(agent, on))))),
    ));
}

function shiftCell({ begins_at: begins, ends_at: ends, group, pieces }, zone) {
  const clock = (at) => new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  const rest = pieces.map((one) => `${clock(one.begins_at)} to ${clock(one.ends_at)} ${titleOf("activity", one.activity)}`).join(", ");
  return h("div", { class: "shift", title: rest }, `${clock(begins)}–${clock(ends)}`, group && h("span", { class: "hint" }, ` ${words(group)}`));
}

// One chart a group, each with its table: what is required in each quarter-hour, and who is planned.
function coverCharts({ rows }, zone) {
  const groups = new Map();
  for (const row of rows) groups.set(row.group, [...(groups.get(row.group) ?? []), row]);
  return h("div", {}, [...groups].map(([group, some]) => {
    const x = [], required = [], planned = [];
    for (const row of some) {
      const at = Date.parse(row.begins);
      if (x.length && at / 1000 - x.at(-1) > QUARTER_MS / 1000) {
        x.push(x.at(-1) + QUARTER_MS / 1000); // closed hours are a gap, not a line
        required.push(null);
        planned.push(null);
      }
      x.push(at / 1000);
      required.push(row.required);
      planned.push(row.planned);
    }
    return chart({ title: `Agents required and planned: ${words(group)}`, x, zone, series: [{ label: "Planned", values: planned }, { label: "Required", values: required }] });
  }));
}

async function decisions(json, ask, attempt, again) {
  const lists = ["swaps?state=asked", "swaps?state=accepted", "swaps?state=lapsed&limit=5", "time-off?state=asked", "time-off?state=lapsed&limit=5"];
  const [asked, accepted, lapsedSwaps, off, lapsedOff] = await Promise.all(lists.map((list) => json(`/v1/workforce/${list}`)));
  const decide = (path, act) => () => attempt(async () => {
    await ask(`${path}/${act}`, { method: "POST" });
    await again();
  });
  timesOf(off.timezone);
  const card = (title, path, buttons) => h("li", { class: "card" }, h("span", {}, title), h("span", { class: "actions unprinted" },
    buttons.map(([act, label]) => h("button", { type: "button", class: act === "approve" ? "primary" : "quiet", "aria-label": `${label}: ${title}`, click: decide(path, act) }, label))));
  const swap = (one) => `${titleOf("agent", one.agent)} asks ${titleOf("agent", one.other)} to take a shift${one.other_shift_id ? " for another" : ""}`;
  const time = (one) => `${titleOf("agent", one.agent)}, ${moment(one.begins_at)} to ${moment(one.ends_at)}`;
  const swaps = [...accepted.items, ...asked.items].map((one) => card(
    `${swap(one)}${one.state === "asked" ? ", who has not answered yet" : ""}${one.reason && `: ${one.reason}`}`,
    `/v1/workforce/swaps/${one.id}`, one.state === "accepted" ? [["approve", "Approve"], ["decline", "Decline"]] : [["decline", "Decline"]]));
  const away = off.items.map((one) => card(`${time(one)}${one.reason && `: ${one.reason}`}`,
    `/v1/workforce/time-off/${one.id}`, [["approve", "Approve"], ["decline", "Decline"]]));
  const missed = [...lapsedSwaps.items.map((one) => [one.decided_at, swap(one)]), ...lapsedOff.items.map((one) => [one.decided_at, time(one)])].sort().reverse();
  return h("section", {},
    zoneWords() && h("p", { class: "hint" }, zoneWords()),
    h("h3", {}, "Swaps to decide"), swaps.length ? h("ul", { class: "cards" }, swaps) : h("p", { class: "hint" }, "None."),
    h("h3", {}, "Time off to decide"), away.length ? h("ul", { class: "cards" }, away) : h("p", { class: "hint" }, "None."),
    missed.length > 0 && h("details", {}, h("summary", {}, "Not decided in time"), h("ul", {}, missed.map(([at, what]) => h("li", {}, `${what}: lapsed on ${moment(at)}`)))),
  );
}
