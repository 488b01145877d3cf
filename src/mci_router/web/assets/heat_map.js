// A heat map: a table whose cells have the colour of their figure. It is one hue from light to dark, so that nobody has to
// tell red from green, and every cell has its figure as text.

import { h } from "./dom.js";

const LEVELS = 6; // beside nought, as many as heat_map.css has

// Returns a figure. `rows`: { label, values }, as many values as `times`; `write(value)` is what a cell says.
export function heatMap({ title, corner, times, rows, write }) {
  const most = Math.max(0, ...rows.flatMap(({ values }) => values));
  const level = (value) => (value ? Math.min(LEVELS, Math.ceil((value / most) * LEVELS)) : 0);
  const head = h("tr", {}, h("th", { scope: "col", class: "text" }, corner), times.map((time) => h("th", { scope: "col" }, time)));
  const line = ({ label, values }) => h("tr", {}, h("th", { scope: "row" }, label), values.map((value) => h("td", { class: `heat-${level(value)}` }, write(value))));
  return h("figure", { class: "heat-figure" },
    h("figcaption", {}, title),
    h("ul", { class: "legend" }, steps(most).map(([place, text]) => h("li", {}, h("span", { class: `swatch heat-${place}`, "aria-hidden": "true" }), text(write)))),
    h("div", { class: "card scroll", tabindex: 0, role: "region", "aria-label": title }, h("table", { class: "heat" }, h("thead", {}, head), h("tbody", {}, rows.map(line)))));
}

const steps = (most) => [
  [0, () => "none"],
  ...(most ? Array.from({ length: LEVELS }, (_, place) => [place + 1, (write) => `to ${write((most * (place + 1)) / LEVELS)}`]) : []),
];
