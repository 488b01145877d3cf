// What the report of surveys shows: a figure never stands without its interval, and without who answered.

import { NONE, percent, words } from "./words.js";

const NOT_YET = "not measured yet";
const CELLS = ["high_volume_low_touch", "low_volume_low_touch", "high_volume_high_touch", "low_volume_high_touch"];

const shown = (row, value) => (row.kind === "nps" ? value.toFixed(0) : percent(value));
const figure = (row) => (row.figure == null ? NOT_YET : shown(row, row.figure));
const between = (row) => (row.low == null ? NONE : `${shown(row, row.low)} to ${shown(row, row.high)}`);

// Agents whose intervals overlap share a place: which of them is better, nobody knows.
const place = (row) => (row.rank == null ? NONE : row.tied > 1 ? `${row.rank} (tie of ${row.tied})` : String(row.rank));

const ofCell = (cell) => ({
  title: `answered, ${words(cell)}`,
  of: (row) => (row.sent_by_cell[cell] ? `${row.answered_by_cell[cell]} of ${row.sent_by_cell[cell]}` : NONE),
});

export const SURVEYS = {
  title: "Surveys",
  exported: true,
  groups: ["survey", "queue", "agent", "topic", "channel", "cell"],
  usual: ["survey"],
  columns: () => [
    { title: "kind", of: (row) => row.kind.toUpperCase() },
    { title: "good scores, or NPS", of: figure },
    { title: "95 in 100 times", of: between },
    { title: "mean", of: (row) => (row.mean == null ? NONE : row.mean.toFixed(2)) },
    { title: "place", of: place },
    { title: "sent", of: (row) => row.sent },
    { title: "answered", of: (row) => row.answered },
    { title: "response rate", of: (row) => percent(row.response_rate) },
    ...CELLS.map(ofCell),
  ],
};
