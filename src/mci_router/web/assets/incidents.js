// The wallboard's incidents: those proposed and open, each with what a supervisor can do about it; and new ones.
// A card stays the same element while its incident is in a state, so that a text half typed survives the next figures.

import { byId, h, keyed, tell } from "./dom.js";
import { Failure, send } from "./http.js";
import { titleOf } from "./names.js";
import { form, labelled, opened } from "./supervising.js";
import { capital, moment, words } from "./words.js";

const ACTIONS = {
  proposed: [["declare", "Declare", "primary"], ["dismiss", "Dismiss", "quiet"]],
  open: [["updates", "Tell everybody", ""], ["fix", "It is fixed", "primary"]],
};

// `key` gives the key in force.
export function showIncidents(picture, key) {
  const found = Object.values(picture.incidents);
  const may = Boolean(picture.may["incidents:write"]);
  byId("incidents-section").hidden = !found.length && !may;
  byId("incidents-none").hidden = found.length > 0;
  byId("raise").hidden = !may;
  keyed(byId("incidents"), new Map(found.map((incident) => [`${incident.id} ${incident.state}`, incident])), (name) => makeCard(picture.incidents[name.split(" ")[0]], key, may));
}

// Something is broken for many: a supervisor says so, before a surge or a monitor does.
export function raiseIncident(now, key) {
  const dialog = opened("Raise an incident");
  const title = h("input", { name: "title", required: true, maxlength: "200", autocomplete: "off" });
  const topics = h("select", { name: "topics", multiple: true, size: "6" }, Object.values(now().topics).filter(({ sensitive }) => !sensitive).map(({ topic, title: name }) => h("option", { value: topic }, name)));
  const severity = h("select", { name: "severity" }, ["P1", "P2", "P3"].map((word) => h("option", { value: word, selected: word === "P2" }, word)));
  const status = h("textarea", { name: "status", rows: "3", maxlength: "2000" });
  const declare = h("input", { type: "checkbox" });
  dialog.add(form(dialog, "Raise it", [
    labelled("What is broken", title),
    labelled("Topics whose contacts it concerns", topics),
    labelled("Severity", severity),
    labelled("What customers are told", status),
    h("label", { class: "check" }, declare, " Open it at once: it answers contacts from now on"),
  ], () => {
    const text = status.value.trim();
    const chosen = [...topics.selectedOptions].map(({ value }) => value);
    return send("v1/incidents", key(), { title: title.value.trim(), severity: severity.value, topics: chosen, status: text ? { en: text } : {}, declare: declare.checked });
  }));
}

function makeCard(incident, key, may) {
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
    } catch (failure) {
      if (!(failure instanceof Failure)) console.error(failure);
      tell(problem, failure instanceof Failure ? failure.message : "This answer cannot be read.", "bad");
    } finally {
      buttons.forEach((button) => (button.disabled = false));
    }
  }

  const element = h("section", { class: "card incident-card", "aria-label": incident.title },
    facts,
    may && h("label", { for: field }, incident.state === "proposed" ? "What customers are told" : "Another word to everybody it has answered"),
    may && text,
    may && h("div", { class: "actions" }, buttons),
    problem,
  );
  return { element, show: (now) => facts.replaceChildren(...describe(now)) };
}

function describe(incident) {
  const { evidence, state, status } = incident;
  const limits = [...incident.topics.map((topic) => titleOf("topic", topic)), ...[...incident.services, ...incident.regions].map(words)].join(", ");
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
