// One figure of a report by intervals as a chart: a line for each group.

import { chart } from "./charts.js";
import { h } from "./dom.js";
import { grouped } from "./report_views.js";

const MOST_LINES = 6; // more cannot be told apart
const STEPS_S = { PT15M: 900, PT30M: 1_800, PT1H: 3_600 };

export const drawable = (columns) => columns.filter((column) => column.value);

// Returns the chart of a column; null of a single interval, which is no line. `days(first, last)` are the beginnings of
// the report's days or weeks between two, in epoch seconds.
export function reportChart({ rows, groups, column, zone, interval, title, days }) {
  const starts = [...new Set(rows.map((row) => epoch(row)))].sort((one, other) => one - other);
  if (starts.length < 2) return null;
  const x = STEPS_S[interval] ? stepped(starts[0], starts.at(-1), STEPS_S[interval]) : days(starts[0], starts.at(-1));
  const lines = [...byGroup(rows, groups)].map(([label, of]) => line(label, of, column, x)).sort((one, other) => other.weight - one.weight);
  const left = lines.length - MOST_LINES;
  const figure = chart({ title: `${title}: ${column.title}`, x, series: lines.slice(0, MOST_LINES), zone, ...column.drawn });
  if (left > 0) figure.append(h("p", { class: "hint" }, `Drawn are the ${MOST_LINES} with the most; the table has ${left} more.`));
  return figure;
}

const epoch = (row) => Date.parse(row.starts_at) / 1_000;

const stepped = (first, last, step) => Array.from({ length: Math.round((last - first) / step) + 1 }, (_, place) => first + place * step);

function byGroup(rows, groups) {
  const found = new Map();
  for (const row of rows) {
    const label = groups.map((name) => grouped(row, name)).join(", ") || "all";
    if (!found.has(label)) found.set(label, new Map());
    found.get(label).set(epoch(row), row);
  }
  return found;
}

// Where nothing came, a count is nought, and there is no share and no mean.
function line(label, of, column, x) {
  const nothing = column.counts ? 0 : null;
  const values = x.map((at) => (of.has(at) ? column.value(of.get(at)) : nothing));
  return { label, values, weight: values.reduce((sum, value) => sum + (value ?? 0), 0) };
}
