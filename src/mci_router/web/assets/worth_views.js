// What the reports of cost and value show: one row a group over the whole period.

import { NONE, duration, percent, words } from "./words.js";

const count = (name) => ({ title: words(name), of: (row) => row[name] });
const amount = (title, of, places = 2) => ({ title, of: (row) => (of(row) == null ? NONE : Number(of(row)).toFixed(places)) });

function settled({ settled: { share, low, high, n, measured } }) {
  return measured ? `${percent(share)} (${percent(low)} to ${percent(high)}, n = ${n})` : `not measured yet (n = ${n})`;
}

export const WORTH = {
  ladder: {
    title: "Rungs compared",
    groups: [],
    usual: [],
    whole: ["topic", "outcome"],
    columns: () => [
      count("served"),
      { title: "settled", of: settled },
      { title: "mean time to the end", of: (row) => duration(row.time_s) },
      amount("cost", (row) => row.cost),
      amount("cost of a settled contact", (row) => row.cost_per_settled),
    ],
    notes: ({ suggestions }) => suggestions.map((one) => `${one.topic}: ${one.why}. Try ${one.later} before ${one.earlier}; a replay says what would change.`),
    meaning: {
      settled: "Of those whose result is known: confirmed, or the customer stayed away (automation, community); first contacts that no other followed within 7 days (agents).",
      cost: "Agents' handle time at their queues' cost_per_hour, and calls at their workflows' cost_per_call. An article and a post cost nothing. Where a price is missing, the cost is not known.",
      "cost of a settled contact": "What was spent on those that were not settled, included.",
    },
  },
  retention: {
    title: "Retention",
    groups: ["agent", "queue", "topic"],
    usual: ["agent"],
    whole: [],
    columns: () => [
      count("handled"),
      count("reported"),
      count("offers_made"),
      count("offers_kept"),
      count("saved"),
      { title: "save rate", of: (row) => (row.save_rate == null ? NONE : `${percent(row.save_rate)} (${percent(row.save_rate_from)} to ${percent(row.save_rate_to)})`) },
      amount("amount", (row) => row.amount),
    ],
    meaning: {
      handled: "Contacts of topics with value: retention that an agent has served.",
      reported: "Those of which the agent said what became of the customer.",
      "save rate": "Saved, of those reported, and the interval in which it lies 95 in 100 times. Where two intervals overlap, chance may explain the difference.",
    },
  },
};
