// The forecast of a day: what is expected, between which bounds, what came, and how far such forecasts were true.

import { chart } from "./charts.js";
import { h } from "./dom.js";
import { titleOf } from "./names.js";
import { NONE, channelWords, duration, locale, number, percent } from "./words.js";

const NOT_YET = "not measured yet";

export const forecast = { id: "forecast", title: "Forecast", show };

async function show(root, ask, attempt) {
  const day = h("input", { id: "forecast-day", type: "date" });
  const queue = h("select", { id: "forecast-queue" });
  const rest = h("input", { id: "forecast-intraday", type: "checkbox" });
  const shown = h("div", { "aria-live": "polite" });
  const choice = h("div", {}, h("label", { for: "forecast-queue" }, "Queue"), queue);
  const form = h(
    "form",
    { class: "asked", submit: (event) => event.preventDefault(), change: () => attempt(load) },
    h("div", {}, h("label", { for: "forecast-day" }, "Day"), day),
    choice,
    h("label", { class: "check" }, rest, "correct the rest of today by its last two hours"),
  );
  root.append(h("h2", {}, "Forecast"), form, shown);

  async function load() {
    const chosen = new URLSearchParams();
    if (day.value) chosen.set("day", day.value);
    if (rest.checked) chosen.set("intraday", "true");
    const answer = await (await ask(`/v1/workforce/forecast?${chosen}`)).json();
    day.value ||= answer.day;
    choice.hidden = !answer.queues.length;
    offer(queue, answer.queues);
    const one = answer.queues.find((each) => key(each) === queue.value);
    shown.replaceChildren(...(one ? whole(answer, one) : [h("p", {}, nothing(answer))]));
  }
  await load();
}

const key = (row) => `${row.queue} ${row.channel}`;
const name = (row) => `${titleOf("queue", row.queue)}, ${channelWords(row.channel)}`;
const nothing = (answer) =>
  `There is no forecast of ${answer.day}: nothing has come to any queue before it, or its forecasts were not made.`;

function offer(select, queues) {
  const before = select.value;
  select.replaceChildren(...queues.map((one) => h("option", { value: key(one) }, name(one))));
  if (queues.some((one) => key(one) === before)) select.value = before;
}

function whole(answer, one) {
  const rows = answer.rows.filter((row) => key(row) === key(one));
  return [accuracy(one.accuracy), handling(one), picture(answer, one, rows), table(answer, one, rows)];
}

function accuracy(of) {
  const share = (value) => (value == null ? NOT_YET : percent(value));
  const rest = of.days ? `, over ${of.n} quarter-hours of ${of.days} days` : "";
  const figures = [
    ["missed by (WAPE)", share(of.wape)],
    ["too many (bias)", share(of.bias)],
    ["came within the band", share(of.inside)],
  ];
  return h(
    "section",
    { "aria-label": "How far such forecasts were true" },
    h("p", {}, `How far the forecasts of the last 28 days were true${rest}:`),
    h("dl", { class: "figures" }, ...figures.map(([title, value]) => h("div", {}, h("dt", {}, title), h("dd", {}, value)))),
  );
}

const handling = (one) =>
  h("p", { class: "hint" }, one.aht_of ? `Handle times rest on ${number(one.aht_of)} ${one.aht_of === 1 ? "contact" : "contacts"}.` : "Nobody has handled any contact here yet.");

// Where the clock goes back an hour comes twice: the moments rise all the same.
function picture(answer, one, rows) {
  const drawn = chart({
    title: `Contacts by quarter-hour: ${name(one)}, ${answer.day}`,
    unit: "contacts",
    zone: answer.timezone,
    x: rows.map((row) => Date.parse(row.starts_at) / 1_000),
    series: [
      {
        label: "expected",
        values: rows.map((row) => row.arrivals),
        band: { low: rows.map((row) => row.low), high: rows.map((row) => row.high) },
      },
      { label: "came", values: rows.map((row) => row.actual) },
    ],
  });
  drawn.querySelector("details").remove(); // ours has the handle times, too
  return drawn;
}

function table(answer, one, rows) {
  const at = new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", timeZone: answer.timezone });
  const cells = (row) => [
    at.format(new Date(row.starts_at)),
    row.arrivals.toFixed(1),
    `${row.low} to ${row.high}`,
    row.actual ?? NONE,
    duration(row.aht_s),
  ];
  const titles = ["from", "expected", "eight times out of ten", "came", "handle time"];
  const whole = h(
    "table",
    {},
    h("caption", {}, `${name(one)}, ${answer.day}, ${answer.timezone}`),
    h("thead", {}, h("tr", {}, ...titles.map((title) => h("th", { scope: "col" }, title)))),
    h(
      "tbody",
      {},
      ...rows.map((row) => {
        const [first, ...others] = cells(row);
        return h("tr", {}, h("th", { scope: "row" }, first), ...others.map((value) => h("td", {}, value)));
      }),
    ),
  );
  const table = h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "The forecast as a table" }, whole);
  return h("details", { class: "folded" }, h("summary", {}, "The same as a table, with handle times"), table);
}
