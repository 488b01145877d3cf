// The wallboard's view of who should be where: first those who do not keep their plan, the longest first; and of the
// moves that are proposed for the rest of the day.

import { byId, h, keyed } from "./dom.js";
import { since } from "./live.js";
import { moveCard } from "./moves.js";
import { NONE, capital, hourOfDay, running, words, zoneWords } from "./words.js";

const COLUMNS = ["Agent", "Should be", "Until", "Is", "For", "Differs for"];

// `kept`: also those who keep the plan.
export function showAdherence({ adherence = {} }, { kept }) {
  const all = Object.entries(adherence);
  byId("adherence-section").hidden = !all.length;
  const off = all.filter(([, agent]) => agent.off_since);
  const shown = (kept ? all : off).sort(([, one], [, other]) => order(one) - order(other) || one.title.localeCompare(other.title));
  byId("adherence-summary").textContent = `${all.length - off.length} of ${all.length} agents keep their plan. ${zoneWords()}`.trim();
  const box = byId("adherence");
  box.hidden = !shown.length;
  if (!box.querySelector("tbody")) box.replaceChildren(table());
  keyed(box.querySelector("tbody"), new Map(shown), row);
}

// Those beyond the grace first, then those within it, then those who keep the plan.
function order({ late, off_since: off }) {
  if (!off) return Number.MAX_SAFE_INTEGER;
  return Date.parse(off) - (late ? Date.now() : 0);
}

const table = () =>
  h("table", { class: "people" }, h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}));

function row() {
  const title = h("th", { scope: "row" });
  const [planned, until, is, time] = [h("td", {}), h("td", {}), h("td", {}), h("td", {})];
  const off = h("span", { class: "pill dot" });
  const show = (agent) => {
    fill(title, agent.title);
    fill(planned, agent.planned_title);
    fill(until, hourOfDay(agent.planned_until));
    fill(is, capital(words(agent.presence)) + (agent.reason ? `: ${words(agent.reason)}` : ""));
    fill(time, running(since(agent.since)));
    fill(off, agent.off_since ? `${running(since(agent.off_since))}${agent.late ? "" : ", within the grace"}` : NONE);
    off.className = `pill dot ${agent.late ? "bad" : agent.off_since ? "warn" : "good"}`;
  };
  return { element: h("tr", {}, title, planned, until, is, time, h("td", {}, off)), show };
}

function fill(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export function showMoves({ moves = {} }) {
  const open = new Map(Object.entries(moves).filter(([, move]) => Date.parse(move.ends_at) > Date.now()));
  byId("moves-section").hidden = !open.size;
  keyed(byId("moves"), open, card);
}

function card() {
  const element = h("div", {});
  let shown = "";
  const show = (move) => {
    const now = JSON.stringify(move);
    if (now !== shown) element.replaceChildren(moveCard(move));
    shown = now;
  };
  return { element, show };
}
