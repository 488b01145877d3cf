// What each report shows: its dimensions and its columns. A column that can be drawn has its `value`, how that is `drawn`,
// and whether it `counts`: then nothing is nought. An `exported` report leaves whole.

import { HEAT } from "./heat_report.js";
import { groupWords } from "./names.js";
import { RESULTS } from "./result_views.js";
import { SURVEYS } from "./survey_report.js";
import { NONE, duration, locale, percent, words } from "./words.js";
import { WORTH } from "./worth_views.js";

const counted = (title, of) => ({ title, of, value: of, counts: true });
const count = (name) => counted(words(name), (row) => row[name]);
const time = (title, of) => ({ title, of: (row) => duration(of(row)), value: of, drawn: { format: duration } });
const share = (title, of) => ({ title, of: (row) => percent(of(row)), value: of, drawn: { format: percent } });
const rounded = (number, places) => (number == null ? NONE : number.toFixed(places));
const sum = (...names) => (row) => names.reduce((total, name) => total + row[name], 0);

export const LEVELS = {
  ours: "ours",
  strict: "strict",
  answered_only: "of those answered",
  of_all_queued: "of all that came",
  regulatory: "within 180 s",
};

export const REPORTS = {
  queues: {
    title: "Queues",
    exported: true,
    groups: ["queue", "channel", "topic", "cell", "language", "agent"],
    usual: ["queue"],
    columns: (level) => [
      count("offered"),
      counted("of them answered", (row) => row.offered_answered),
      count("in_time"),
      counted("left", sum("abandoned_short", "abandoned_in_time", "abandoned_late")),
      counted("moved on", sum("overflowed", "transferred", "escalated", "callback")),
      counted("otherwise ended", sum("agent_lost", "resolved", "cancelled")),
      count("waiting"),
      share("service level", (row) => row.service_levels[level]),
      share("abandonment", (row) => row.abandonment),
      count("answered"),
      time("ASA", (row) => row.asa_s),
      time("90 % waited at most", (row) => row.wait_s.p90),
      count("handled"),
      time("AHT", (row) => row.aht_s),
    ],
  },
  backlog: {
    title: "Backlog",
    exported: true,
    groups: ["queue"],
    usual: ["queue"],
    columns: () => [
      counted("carried over", (row) => row.carried_over),
      counted("waiting at the end", (row) => row.waiting),
      counted("for over a day", (row) => row.over_1_day),
    ],
  },
  evenness: {
    title: "Evenness",
    exported: true,
    groups: ["queue"],
    usual: ["queue"],
    columns: () => [
      count("agents"),
      count("handled"),
      count("least"),
      { title: "mean", of: (row) => rounded(row.mean, 1) },
      count("most"),
      { title: "most ÷ mean", of: (row) => rounded(row.most_to_mean, 2) },
      { title: "Gini", of: (row) => rounded(row.gini, 2) },
    ],
  },
  surveys: SURVEYS,
  arrivals: {
    title: "Arrivals",
    exported: true,
    groups: ["topic", "channel", "language", "cell", "outcome"],
    usual: ["topic"],
    columns: () => [count("contacts")],
  },
  "times-of-day": HEAT,
  agents: {
    title: "Agents",
    exported: true,
    groups: ["agent"],
    usual: ["agent"],
    columns: () => [
      time("signed in", (row) => row.signed_in_s),
      time("serving", (row) => row.serving_s),
      share("occupancy", (row) => row.occupancy),
      count("answered"),
      count("handled"),
      time("AHT", (row) => row.aht_s),
    ],
  },
  ...RESULTS,
  ...WORTH,
};

// When a row's interval begins, in the workspace's time. An hour that comes twice is told apart by its offset.
export function beginning(row, zone, interval) {
  const whole = interval === "P1D" || interval === "P1W";
  const form = whole ? { dateStyle: "medium" } : { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" };
  return new Intl.DateTimeFormat(locale(), { ...form, timeZone: zone }).format(new Date(row.starts_at));
}

export const grouped = (row, name) => groupWords(name, row[name]);
