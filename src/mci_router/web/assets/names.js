// What supervisors read in place of the names of queues, topics, agents, activities and surveys.

import { request } from "./http.js";
import { NONE, capital, cellWords, channelWords, words } from "./words.js";

const KINDS = { queue: "queues", topic: "topics", agent: "agents", activity: "activities", survey: "surveys" };
const AS_THEY_ARE = ["language", "version"];
let known = {};

// Reads them with a page's key. A key that may not read them shows names as words; what else is wrong with it, the page
// hears when it asks for its figures.
export async function learnTitles(key) {
  known = await request("/v1/titles", key).then((answer) => answer.json(), () => ({}));
}

// The title of one thing of a kind; of a kind without titles, and of what is there no longer, its name as words.
export const titleOf = (kind, name) => known[KINDS[kind]]?.[name] ?? capital(words(name));

export const titleOrNone = (kind, name) => (name ? titleOf(kind, name) : NONE);

// What a row of figures is of, by the name of what it is grouped by.
export function groupWords(by, name) {
  if (name == null || name === "") return NONE;
  if (by === "cell") return capital(cellWords(name));
  if (by === "channel") return channelWords(name);
  return AS_THEY_ARE.includes(by) ? String(name) : titleOf(by, name);
}
