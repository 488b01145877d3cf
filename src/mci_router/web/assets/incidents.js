// The wallboard's incidents: those proposed and open, each with what a supervisor can do about it.
// A card stays the same element while its incident lives, so that a text half typed survives the next figures.

import { byId, h, tell } from "./dom.js";
import { Failure, request, send } from "./http.js";
import { capital, moment, words } from "./words.js";

const SHOWN = ["proposed", "open"];
const ACTIONS = {
  proposed: [["declare", "Declare", "primary"], ["dismiss", "Dismiss", "quiet"]],
  open: [["updates", "Tell everybody", ""], ["fix", "It is fixed", "primary"]],
};

const cards = new Map();

// The incidents to show; undefined if this key may not see them.
export async function incidents(key) {
  try {
    const pages = await Promise.all(SHOWN.map(async (state) => (await request(`v1/incidents?state=${state}&limit=20`, key)).json()));
    const found = pages.flatMap((page) => page.items);
    return await Promise.all(found.map(async ({ id }) => (await request(`v1/incidents/${id}`, key)).json()));
  } catch (problem) {
    if (problem.status === 403) return undefined;
    throw problem;
  }
}

// `key` gives the key in force, `changed` is called when something was done.
export function showIncidents(found, key, changed) {
  byId("incidents-section").hidden = !found?.length;
  const known = new Set((found ?? []).map(({ id, state }) => `${id} ${state}`));
  for (const name of cards.keys()) if (!known.has(name)) cards.delete(name);
  const elements = (found ?? []).map((incident) => {
    const name = `${incident.id} ${incident.state}`;
    if (!cards.has(name)) cards.set(name, makeCard(incident, key, changed));
    cards.get(name).show(incident);
    return cards.get(name).element;
  });
  const box = byId("incidents");
  if (elements.length !== box.children.length || elements.some((element, place) => box.children[place] !== element)) box.replaceChildren(...elements);
}

function makeCard(incident, key, changed) {
  const facts = h("div", {});
  const problem = h("p", { class: "banner bad", role: "alert", hidden: true });
  const field = `status-${incident.id}`;
  const language = Object.keys(incident.status)[0] ?? "en";
  const text = h("textarea", { id: field, rows: "2", maxlength: "2000" });
  text.value = incident.state === "proposed" ? (incident.status[language] ?? "") : "";
  const buttons = ACTIONS[incident.state].map(([action, label, look]) => h("button", { type: "button", class: look, click: () => act(action) }, label));

  async function act(action) {
    const said = text.value.trim();
    if (action === "updates" && !said) return tell(problem, "Write what everybody is to be told.", "bad");
    buttons.forEach((button) => (button.disabled = true));
    try {
      const body = action === "dismiss" ? undefined : said ? { status: { [language]: said } } : {};
      await send(`v1/incidents/${incident.id}/${action}`, key(), body);
      tell(problem, "");
      text.value = "";
      changed();
    } catch (failure) {
      if (!(failure instanceof Failure)) console.error(failure);
      tell(problem, failure instanceof Failure ? failure.message : "This answer cannot be read.", "bad");
    } finally {
      buttons.forEach((button) => (button.disabled = false));
    }
  }

  const element = h("section", { class: "card incident-card", "aria-label": incident.title },
    facts,
    h("label", { for: field }, incident.state === "proposed" ? "What customers are told" : "Another word to everybody it has answered"),
    text,
    h("div", { class: "actions" }, buttons),
    problem,
  );
  return { element, show: (now) => facts.replaceChildren(...describe(now)) };
}

function describe(incident) {
  const { evidence, state, status } = incident;
  const limits = [...incident.topics, ...incident.services, ...incident.regions].map(words).join(", ");
  return [
    h("header", {},
      h("h3", {}, incident.title),
      h("span", { class: `pill dot ${state === "open" ? "bad" : "warn"}` }, capital(state)),
    ),
    h("p", { class: "hint" }, [incident.severity, limits, `seen by ${words(incident.source)}`].filter(Boolean).join(" · ")),
    evidence && h("p", {}, `${evidence.seen} contacts since ${moment(evidence.since)}, where ${Math.round(evidence.expected)} were expected.`),
    evidence?.words.length && h("p", { class: "hint" }, `They say: ${evidence.words.join(", ")}`),
    state === "open" && h("p", {}, counts(incident)),
    state === "open" && h("p", { class: "hint" }, Object.values(status)[0] ?? ""),
  ].filter(Boolean);
}

function counts({ subscribers, contacts_spared, agent_minutes_saved }) {
  const saved = agent_minutes_saved == null ? "" : `, ${Math.round(agent_minutes_saved)} minutes of agents saved`;
  return `${subscribers} answered, ${contacts_spared} of them without an agent${saved}`;
}
