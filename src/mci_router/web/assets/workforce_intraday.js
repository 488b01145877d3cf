// The page of workforce: the rest of the day, and the moves that are proposed for it.

import { h } from "./dom.js";
import { moveCard, moveWords } from "./moves.js";
import { titleOf } from "./names.js";
import { duration, moment, percent, timesOf, zoneWords } from "./words.js";

const AGAIN_MS = 60_000;
const COLUMNS = ["Queue", "Arrived", "Expected until then", "Still to come", "Waiting", "Agents planned", "Agents here", "AHT", "Goal", "Expected level", "Goal met on"];

export const intraday = { id: "intraday", title: "Intraday", show };

async function show(root, ask, attempt) {
  const box = h("div", { class: "view" });
  const news = h("p", { role: "status", class: "hint" });
  root.append(h("h2", {}, "The rest of the day"), news, box);
  const fill = async (said = "") => {
    const [day, proposals] = await Promise.all(["v1/workforce/intraday", "v1/workforce/proposals?state=proposed"].map(async (path) => (await ask(path)).json()));
    timesOf(day.timezone);
    news.textContent = [said, looked(day), day.at && zoneWords()].filter(Boolean).join(" ");
    const decide = (move, to) => attempt(async () => {
      await ask(`v1/workforce/proposals/${move.id}/${to}`, { method: "POST" });
      await fill(to === "accept" ? `Accepted: ${moveWords(move)}. Nothing is done by itself.` : `Dismissed: ${moveWords(move)}.`);
    });
    box.replaceChildren(moves(proposals.items, decide), queues(day.queues));
  };
  await fill();
  const again = setInterval(() => (root.isConnected ? attempt(fill) : clearInterval(again)), AGAIN_MS);
}

function looked({ at, until, days }) {
  if (!at) return "Nobody has looked at this day yet. It is looked at every quarter-hour, once there is a forecast of it.";
  return `Looked at ${moment(at)}, until ${moment(until)}; the rest of the day was drawn ${days} times.`;
}

function moves(items, decide) {
  const open = items.filter((move) => Date.parse(move.ends_at) > Date.now());
  const cards = open.map((move) => moveCard(move,
    h("button", { type: "button", class: "primary", "aria-label": `Accept: ${moveWords(move)}`, click: () => decide(move, "accept") }, "Accept"),
    h("button", { type: "button", "aria-label": `Dismiss: ${moveWords(move)}`, click: () => decide(move, "dismiss") }, "Dismiss"),
  ));
  return h("section", { "aria-label": "Proposed moves" },
    h("h3", {}, "Proposed moves"),
    cards.length ? h("div", { class: "moves" }, cards) : h("p", { class: "hint" }, "No move is proposed: nothing helps enough, or nothing is needed."),
  );
}

function queues(found) {
  const rows = Object.entries(found).sort(([, one], [, other]) => one.position - other.position).map(row);
  if (!rows.length) return h("p", { class: "hint" }, "No queue expects anybody.");
  return h("div", { class: "card scroll", tabindex: "0", role: "region", "aria-label": "Queues for the rest of the day" },
    h("table", {}, h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, rows)));
}

function row([name, queue]) {
  const cells = [
    queue.arrived, Math.round(queue.forecast_so_far), Math.round(queue.forecast_rest), queue.waiting, queue.planned, queue.present,
    duration(queue.aht_s), `${percent(queue.goal)} in ${duration(queue.target_s)}`, percent(queue.level), queue.certainty == null ? "–" : `${percent(queue.certainty)} of days`,
  ];
  const short = queue.level != null && queue.level < queue.goal;
  return h("tr", {}, h("th", { scope: "row" }, titleOf("queue", name)), cells.map((cell, place) => h("td", { class: short && place === 8 ? "is-short" : null }, String(cell))));
}
