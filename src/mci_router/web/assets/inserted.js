// What was inserted into a message, and what became of it until it is sent. No page, no network.

const KEPT = 0.3; // of an answer's words that are left where it is still the answer, changed

// As the router counts it: `used` are the inserted answers, `{use_id, text}`.
export function outcomesOf(used, text) {
  const said = plain(text);
  const words = new Set(said.split(" "));
  return used.map(({ use_id, text: given }) => ({ use_id, outcome: outcome(plain(given), said, words) }));
}

// The variables without a value that still stand in a text.
export function missingIn(used, text) {
  return [...new Set(used.flatMap(({ missing }) => missing))].filter((name) => text.includes(`{${name}}`));
}

function outcome(given, said, words) {
  if (said.includes(given)) return "helped";
  const parts = given.split(" ");
  return parts.filter((word) => words.has(word)).length >= KEPT * parts.length ? "edited" : "discarded";
}

const plain = (text) => text.trim().replace(/\s+/g, " ");
