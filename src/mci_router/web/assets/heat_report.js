// When contacts come: the matrix through the day, as a heat map.

import { heatMap } from "./heat_map.js";
import { groupWords } from "./names.js";
import { number, words } from "./words.js";

const OF_DAY = new Set(["PT15M", "PT30M", "PT1H"]);

export const HEAT = {
  title: "Contacts through the day",
  groups: ["cell", "topic", "channel", "language", "outcome"],
  usual: ["cell"],
  one: true, // group at a time
  interval: (wanted) => (OF_DAY.has(wanted) ? wanted : "PT1H"),
  most: 200, // rows of its file
  draw,
  meaning: {
    figures: "Contacts accepted at this time of day, by the workspace's clocks: the mean of the days. The darker, or in the dark the lighter, the more.",
    "summer time": "Where clocks change, an hour that comes twice counts in one place, and the hour that is skipped has nothing.",
  },
};

function draw({ times, rows, days, group_by, left_out_groups, left_out_contacts, timezone }) {
  const mean = ({ contacts }) => contacts.map((count) => count / days);
  const figure = heatMap({
    title: `Contacts by ${words(group_by)}, mean of ${days === 1 ? "a day" : `${days} days`}`,
    corner: words(group_by),
    times,
    rows: rows.map((row) => ({ label: groupWords(group_by, row.group), values: mean(row) })),
    write: (value) => (value ? number(value, { maximumFractionDigits: 1 }) : "0"),
  });
  const left = left_out_groups ? ` ${left_out_groups} more with ${left_out_contacts} contacts are not shown.` : "";
  return { figure, state: `${rows.length || "No"} rows. Times are those of ${timezone}.${left}` };
}
