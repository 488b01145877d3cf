// Drawing charts: uPlot, which is vendored as it is, with our colours, our keys, and light colours on paper.

import uPlot from "./uPlot.esm.js";
import { locale } from "./words.js";

const HEIGHT = 260;
const PRINTED_WIDTH = 660; // CSS pixels between the margins of a page, A4 or letter
const COLOURS = 6; // as many as charts.css has
const DAY_S = 86_400;
const NAMES = ["ink", "soft", "line", ...Array.from({ length: COLOURS }, (_, place) => String(place + 1))];

// Of a series each: colours are never all that tells them apart.
export const DASHES = [[], [9, 4], [2, 3], [9, 3, 2, 3], [14, 4], [5, 2]];

export const colourOf = (place) => `var(--chart-${(place % COLOURS) + 1})`;

// Draws into an element once it has a width, and again as that, or what the reader prefers, changes. `tell(place, byKey)`
// hears where the cursor is; null: nowhere.
export function draw(element, shown, tell) {
  let drawing = null;
  let colours = {};
  let byKey = false;
  const paint = () => {
    colours = resolved(element);
    drawing?.redraw();
  };
  const fit = (width) => {
    if (!width || drawing?.width === width) return;
    if (drawing) drawing.setSize({ width, height: HEIGHT });
    else {
      colours = resolved(element);
      const hooks = { setCursor: [({ cursor }) => tell(cursor.idx ?? null, byKey)] };
      drawing = new uPlot({ ...options(shown, () => colours), width, height: HEIGHT, hooks }, data(shown), element);
    }
  };
  new ResizeObserver(() => fit(Math.floor(element.clientWidth))).observe(element);
  whileShown(element, matchMedia("(prefers-color-scheme: dark)"), "change", paint);
  whileShown(element, window, "beforeprint", () => {
    element.style.colorScheme = "light";
    fit(PRINTED_WIDTH);
    paint();
  });
  whileShown(element, window, "afterprint", () => {
    element.style.colorScheme = "";
    fit(Math.floor(element.clientWidth));
    paint();
  });
  element.addEventListener("pointermove", () => (byKey = false));
  element.addEventListener("keydown", (event) => {
    const place = drawing && moved(event.key, drawing.cursor.idx ?? null, shown.x.length);
    if (place == null) return;
    event.preventDefault();
    byKey = true;
    drawing.setCursor({ left: drawing.valToPos(shown.x[place], "x"), top: drawing.over.clientHeight / 2 });
  });
}

// Listens until the element has left the page.
function whileShown(element, target, name, act) {
  let seen = false;
  const listener = () => {
    seen ||= element.isConnected;
    if (element.isConnected) act();
    else if (seen) target.removeEventListener(name, listener);
  };
  target.addEventListener(name, listener);
}

function moved(key, place, count) {
  const from = place ?? (key === "ArrowLeft" || key === "End" ? count : -1);
  const to = { ArrowRight: from + 1, ArrowLeft: from - 1, Home: 0, End: count - 1 }[key];
  return to === undefined ? null : Math.min(count - 1, Math.max(0, to));
}

// The colours as they are here, now: a canvas knows no variables.
function resolved(element) {
  const probe = element.appendChild(document.createElement("span"));
  const read = (name) => {
    probe.style.color = `var(--chart-${name})`;
    return [name, getComputedStyle(probe).color];
  };
  const found = Object.fromEntries(NAMES.map(read));
  probe.remove();
  return found;
}

const faint = (colour) => colour.replace("rgb(", "rgba(").replace(")", ", 0.18)");

// The columns: the times, the series, and behind those the bounds of their bands.
const data = ({ x, series }) => [x, ...series.map(({ values }) => values), ...series.flatMap(({ band }) => (band ? [band.high, band.low] : []))];

function options({ x, series, zone, scale }, colours) {
  const own = (place) => colours()[(place % COLOURS) + 1];
  const bounds = series.flatMap(({ band }, place) => (band ? [place, place] : []));
  const bands = bounds.flatMap((place, number) => (number % 2 ? [] : [{ series: [series.length + number + 1, series.length + number + 2], fill: () => faint(own(place)) }]));
  return {
    tzDate: (at) => uPlot.tzDate(new Date(at * 1_000), zone),
    legend: { show: false },
    cursor: { y: false, drag: { setScale: false, x: false, y: false } },
    scales: { x: { range: () => [x[0], x.at(-1) + (x.length === 1 || series.some(({ kind }) => kind === "bars") ? step(x) : 0)] }, y: { range: (_, least, most) => range(least, most) } },
    series: [{}, ...series.map((one, place) => look(one, place, () => own(place))), ...bounds.map((place) => ({ stroke: () => faint(own(place)), width: 1, points: { show: false } }))],
    bands,
    axes: [axis(colours, { values: (_, splits, __, ___, increment) => times(splits, increment, zone) }), axis(colours, { size: 64, values: (_, splits) => splits.map((value) => scale(value)) })],
  };
}

const axis = (colours, more) => ({
  stroke: () => colours().soft,
  grid: { stroke: () => colours().line, width: 1 },
  ticks: { stroke: () => colours().line, width: 1 },
  font: "12px system-ui, sans-serif",
  ...more,
});

function look({ kind }, place, stroke) {
  if (kind === "bars") return { stroke, fill: () => faint(stroke()), width: 1, paths: uPlot.paths.bars({ size: [0.9, Infinity], align: 1 }), points: { show: false } };
  return { stroke, width: 2, dash: DASHES[place % DASHES.length], points: { size: 5 } };
}

// How long the last interval lasts, as far as is known: a bar needs that room.
const step = (x) => (x.length > 1 ? x.at(-1) - x.at(-2) : 900);

function range(least, most) {
  if (least == null) return [0, 1];
  const [, high] = uPlot.rangeNum(Math.min(0, least), most || 1, 0.1, true);
  return [Math.min(0, least), high];
}

// Days, or hours with the day beside the first of each.
function times(splits, increment, zone) {
  const day = new Intl.DateTimeFormat(locale(), { timeZone: zone, day: "numeric", month: "short" });
  const hour = new Intl.DateTimeFormat(locale(), { timeZone: zone, hour: "2-digit", minute: "2-digit" });
  let before = "";
  return splits.map((at) => {
    const moment = new Date(at * 1_000);
    const [date, time] = [day.format(moment), increment < DAY_S ? hour.format(moment) : ""];
    const said = time ? (date === before ? time : `${time}\n${date}`) : date;
    before = date;
    return said;
  });
}
