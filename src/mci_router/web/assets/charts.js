// Charts: lines and bars over time, each with the same as a table.

import { DASHES, colourOf, draw } from "./chart_drawing.js";
import { h } from "./dom.js";
import { NONE, locale, number } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

const SHORTEST_DAY_S = 82_800; // of 23 hours
const figureText = (value) => number(value, { maximumFractionDigits: 2 });

// Returns a figure. `x`: epoch seconds at which intervals begin, rising. A series' `values` are numbers, null for a gap;
// its `band` { low, high } is drawn behind it; its `kind` is "line" or "bars", and of bars one series can be read. `unit`
// stands beside values, unless `format` writes them. `zone`: the IANA name of the zone whose times are shown.
export function chart({ title, unit = "", x, series, zone = "UTC", format }) {
  const written = format ?? ((value) => `${figureText(value)}${unit && ` ${unit}`}`);
  const shown = { title, x, series, zone, scale: format ?? figureText, moment: momentIn(zone, x), write: (value) => (value == null ? NONE : written(value)) };
  const figure = h("figure", { class: "chart" }, h("figcaption", {}, title, unit && h("span", { class: "hint" }, ` (${unit})`)));
  if (!x.length) {
    figure.append(h("p", { class: "hint" }, "There is nothing to draw."));
    return figure;
  }
  const plot = h("div", { class: "plot", tabindex: 0, role: "application", "aria-label": `Chart: ${title}. The arrow keys move from value to value.` });
  const said = h("p", { class: "said hint", "aria-live": "off" });
  if (series.length > 1 || series[0].band) figure.append(legend(series));
  figure.append(plot, said, asTable(shown));
  draw(plot, shown, (place, byKey) => {
    said.setAttribute("aria-live", byKey ? "polite" : "off"); // a pointer that passes by is no news
    said.textContent = place == null ? "" : spoken(shown, place);
  });
  return figure;
}

const spoken = ({ x, series, moment, write }, place) => `${moment(x[place])}: ${series.map((one) => `${one.label} ${write(one.values[place])}${between(one, place, write)}`).join(", ")}`;

const between = ({ band }, place, write) => (band && band.low[place] != null ? ` (${write(band.low[place])} to ${write(band.high[place])})` : "");

function legend(series) {
  const swatch = (one, place) => {
    const [sign, line] = ["svg", "line"].map((name) => document.createElementNS(SVG, name));
    const bars = one.kind === "bars";
    const drawn = { x1: 0, y1: 5, x2: 34, y2: 5, stroke: colourOf(place), "stroke-width": bars ? 9 : 2.5, "stroke-dasharray": bars ? "none" : DASHES[place % DASHES.length].join(" ") || "none" };
    for (const [name, value] of Object.entries(drawn)) line.setAttribute(name, value);
    sign.setAttribute("aria-hidden", "true");
    sign.append(line);
    return h("li", {}, sign, one.band ? `${one.label}, with its band` : one.label);
  };
  return h("ul", { class: "legend" }, series.map(swatch));
}

// The table is made when it is first opened: it may have thousands of rows.
function asTable(shown) {
  const details = h("details", {}, h("summary", {}, "The same as a table"));
  details.addEventListener("toggle", () => details.open && details.children.length === 1 && details.append(table(shown)));
  return details;
}

function table({ title, x, series, moment, write }) {
  const columns = series.flatMap(({ label, values, band }) => [[label, values], ...(band ? [[`${label}, at least`, band.low], [`${label}, at most`, band.high]] : [])]);
  const head = h("tr", {}, h("th", { scope: "col", class: "text" }, "from"), columns.map(([label]) => h("th", { scope: "col" }, label)));
  const rows = x.map((at, place) => h("tr", {}, h("th", { scope: "row" }, moment(at)), columns.map(([, values]) => h("td", {}, write(values[place])))));
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `${title}, as a table` }, h("table", {}, h("thead", {}, head), h("tbody", {}, rows)));
}

// An hour that comes twice is told apart by its offset; days have none.
function momentIn(zone, x) {
  const daily = x.length > 1 && x[1] - x[0] >= SHORTEST_DAY_S;
  const time = daily ? {} : { hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
  const form = new Intl.DateTimeFormat(locale(), { timeZone: zone, weekday: "short", day: "numeric", month: "short", ...time });
  return (at) => form.format(new Date(at * 1_000));
}
