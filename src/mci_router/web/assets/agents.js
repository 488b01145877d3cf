// The wallboard's agents: by name, what they want, for how long, and what they have.

import { byId, h, keyed } from "./dom.js";
import { since } from "./live.js";
import { titleOf } from "./names.js";
import { actOnAgent, actOnContact } from "./supervising.js";
import { capital, channelWords, running, words } from "./words.js";

const COLUMNS = ["Agent", "State", "For", "Has", "Units", ""];
const TONES = { available: "good", away: "warn", suspended: "warn", unreachable: "bad", offline: "" };
const ORDER = ["available", "away", "suspended", "unreachable", "offline"];

// `now` gives the picture, `key` the key in force; `offline`: also those who are.
export function showAgents(now, { offline, key }) {
  const picture = now();
  const all = Object.entries(picture.agents);
  byId("agents-section").hidden = !all.length;
  const shown = all.filter(([, agent]) => offline || agent.presence !== "offline" || agent.holds);
  shown.sort(([, one], [, other]) => ORDER.indexOf(one.presence) - ORDER.indexOf(other.presence) || one.title.localeCompare(other.title));
  const box = byId("agents");
  if (!shown.length) {
    box.parts = undefined;
    return box.replaceChildren(h("p", { class: "hint" }, "Nobody is signed in."));
  }
  if (!box.querySelector("tbody")) box.replaceChildren(table());
  const may = Boolean(picture.may["contacts:supervise"]);
  keyed(box.querySelector("tbody"), new Map(shown.map(([name, agent]) => [name, agent])), (name) => row(name, may, now, key));
  const more = picture.totals.now?.agents_left_out ?? 0;
  byId("agents-more").textContent = more ? `${more} more agents are not shown.` : "";
}

const table = () =>
  h("table", { class: "people" }, h("thead", {}, h("tr", {}, COLUMNS.map((name) => (name ? h("th", { scope: "col" }, name) : h("td", {}))))), h("tbody", {}));

function row(name, may, now, key) {
  const title = h("th", { scope: "row" });
  const [state, time, units] = [h("td", {}), h("td", {}), h("td", {})];
  const contacts = h("ul", { class: "held" });
  const beyond = h("span", { class: "hint" });
  const act = h("button", { type: "button", class: "small", "aria-haspopup": "dialog", click: () => actOnAgent(now, name, key) }, "Change");
  const element = h("tr", {}, title, state, time, h("td", {}, contacts, beyond), units, h("td", {}, may && act));
  const show = (agent) => {
    if (title.textContent !== agent.title) title.textContent = agent.title;
    act.setAttribute("aria-label", `Change the state of ${agent.title}`);
    const reason = agent.reason ? `: ${words(agent.reason)}` : "";
    const suspended = agent.suspended && agent.presence !== "suspended" ? ", suspended" : "";
    const aside = agent.aside_for ? `, kept for ${titleOf("queue", agent.aside_for)}` : "";
    const text = capital(words(agent.presence)) + reason + suspended + aside;
    if (state.filled !== text) {
      state.filled = text;
      state.replaceChildren(h("span", { class: `pill dot ${TONES[agent.presence] ?? ""}` }, text));
    }
    time.textContent = running(since(agent.since));
    units.textContent = `${agent.used} of ${agent.units}`;
    const hidden = agent.holds - agent.contacts.length;
    beyond.textContent = hidden ? `${hidden} that this key may not read` : agent.holds || agent.presence !== "available" ? "" : `nothing for ${running(since(agent.idle_since))}`;
    keyed(contacts, new Map(agent.contacts.map((contact) => [contact.id, contact])), (id) => held(id, may, now, key));
  };
  return { element, show };
}

function held(id, may, now, key) {
  const text = h("span", {});
  let latest = null;
  const act = h("button", { type: "button", class: "small", "aria-haspopup": "dialog", click: () => actOnContact(now, latest, key) }, "Move");
  const show = (contact) => {
    latest = contact;
    const facts = [channelWords(contact.channel), contact.topic ? titleOf("topic", contact.topic) : contact.queue && titleOf("queue", contact.queue), words(contact.state)].filter(Boolean).join(" · ");
    const marks = [contact.urgent && "urgent", contact.transferring && "being transferred", contact.interrupted && "put aside"].filter(Boolean).join(", ");
    text.textContent = `${facts}${contact.since ? ` ${running(since(contact.since))}` : ""}${marks ? ` (${marks})` : ""}`;
    act.setAttribute("aria-label", `Move the contact: ${facts}`);
  };
  return { element: h("li", {}, text, may && act), show };
}
