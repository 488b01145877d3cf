// The wallboard's backlog: who waits in each queue, by age, what was carried over, and when it is cleared.

import { byId, h, keyed } from "./dom.js";
import { titleOf } from "./names.js";
import { NONE, duration } from "./words.js";

const AGES = { under_1_h: "Under 1 h", under_4_h: "Under 4 h", under_1_day: "Under a day", under_3_days: "Under 3 days", older: "Older" };
const COLUMNS = ["Queue", "Waiting", ...Object.values(AGES), "Carried over", "Late", "Answered last hour", "Cleared in"];

export function showBacklog({ backlog = {}, queues }) {
  const position = (name) => queues[name]?.position ?? 0;
  const names = Object.keys(backlog).filter((name) => backlog[name].waiting).sort((one, other) => position(one) - position(other));
  byId("backlog-section").hidden = !names.length;
  const box = byId("backlog");
  if (!box.querySelector("tbody")) box.replaceChildren(table());
  keyed(box.querySelector("tbody"), new Map(names.map((name) => [name, backlog[name]])), row);
}

const table = () =>
  h("table", {}, h("thead", {}, h("tr", {}, COLUMNS.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}));

function row(name) {
  const cells = COLUMNS.slice(1).map(() => h("td", {}));
  const element = h("tr", {}, h("th", { scope: "row" }, titleOf("queue", name)), cells);
  const show = (of) => {
    const cleared = of.clear_s == null ? NONE : `${duration(of.clear_s)} of open time`;
    const shown = [of.waiting, ...Object.keys(AGES).map((age) => of.by_age[age]), of.carried_over, of.late, of.answered_last_hour, cleared];
    shown.forEach((figure, place) => {
      if (cells[place].textContent !== String(figure)) cells[place].textContent = String(figure);
    });
    cells[COLUMNS.indexOf("Late") - 1].className = of.late ? "is-late" : "";
  };
  return { element, show };
}
