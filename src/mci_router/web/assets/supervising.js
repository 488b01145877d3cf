// What a supervisor does from the wallboard: each in a dialog, which the keyboard opens, walks through and closes.

import { h, tell } from "./dom.js";
import { Failure, request, send } from "./http.js";
import { since } from "./live.js";
import { titleOf } from "./names.js";
import { capital, channelWords, duration, running, words } from "./words.js";

const LISTED = 50;

// An agent's presence is set, or the agent suspended or let work again.
export function actOnAgent(now, name, key) {
  const agent = now().agents[name];
  if (!agent) return;
  const dialog = opened(agent.title);
  const path = `v1/agents/${name}`;
  const state = h("select", { name: "state" }, ["available", "away", "offline"].map((word) => h("option", { value: word, selected: word === agent.presence }, capital(word))));
  dialog.add(form(dialog, "Set the state", [labelled("State", state), reason(false)], ({ why }) => send(`${path}/presence`, key(), { state: state.value, reason: why })));
  if (agent.suspended) dialog.add(form(dialog, "End the suspension", [reason(false)], ({ why }) => send(`${path}/resume`, key(), { reason: why })));
  else dialog.add(form(dialog, "Suspend", [h("p", { class: "hint" }, "Finishes what is in hand, and gets nothing new."), reason(true)], ({ why }) => send(`${path}/suspend`, key(), { reason: why })));
}

// A contact that waits is offered; one that agents have is transferred, put back in line, or its transfer called off.
export function actOnContact(now, contact, key, done = () => {}) {
  if (!contact) return;
  const { id, state, queue } = contact;
  const dialog = opened([channelWords(contact.channel), contact.topic ? titleOf("topic", contact.topic) : queue && titleOf("queue", queue)].filter(Boolean).join(" · "), done);
  dialog.add(h("p", { class: "hint" }, `${id}, ${words(state)}`));
  const path = `v1/contacts/${id}`;
  if (contact.transferring) dialog.add(form(dialog, "Call the transfer off", [], () => send(`${path}/transfer/cancel`, key(), {})));
  if (state === "queued") {
    const agent = agentsIn(now());
    dialog.add(form(dialog, "Offer to an agent", [labelled("Agent", agent)], () => send(`${path}/offer`, key(), { agent: agent.value })));
  }
  if (["queued", "offered", "assigned"].includes(state)) dialog.add(transfer(dialog, now(), contact, path, key));
  if (["offered", "assigned"].includes(state)) dialog.add(form(dialog, "Put back in line", [reason(true)], ({ why }) => send(`${path}/requeue`, key(), { reason: why })));
}

function transfer(dialog, picture, { state, queue }, path, key) {
  const served = state === "assigned";
  const queues = Object.keys(picture.queues).filter((name) => name !== queue);
  const target = h("select", { name: "target" },
    h("optgroup", { label: "Queues" }, queues.map((name) => h("option", { value: `queue:${name}` }, titleOf("queue", name)))),
    served && h("optgroup", { label: "Agents" }, present(picture).map(([name, { title }]) => h("option", { value: `agent:${name}` }, title))),
  );
  const warm = h("input", { type: "checkbox" });
  const fields = [labelled("To", target), served && h("label", { class: "check" }, warm, " Warm: the agent keeps it until the next one accepts"), reason(true)];
  return form(dialog, "Transfer", fields.filter(Boolean), ({ why }) => {
    const [kind, name] = target.value.split(":");
    return send(`${path}/transfer`, key(), { [kind]: name, warm: warm.checked, reason: why });
  });
}

// Who waits in a queue, the longest wait first.
export function showQueueList(now, name, key) {
  const dialog = opened(titleOf("queue", name));
  const list = h("div", { class: "scroll" });
  const again = h("button", { type: "button", click: () => fill() }, "Refresh");
  dialog.add(list, again);
  const fill = async () => {
    try {
      const found = await (await request(`v1/queues/${name}/waiting?limit=${LISTED}`, key())).json();
      list.replaceChildren(listed(found, (contact) => actOnContact(now, { ...contact, queue: name, transferring: contact.state === "assigned" }, key, fill), Boolean(now().may["contacts:supervise"])));
      dialog.problem("");
    } catch (failure) {
      dialog.problem(explained(failure));
    }
  };
  fill();
}

function listed({ waiting, waiting_late, items }, act, may) {
  if (!waiting) return h("p", { class: "hint" }, "Nobody waits here.");
  const columns = ["Waits for", "Due", "Contact", ""];
  const rows = items.map((one) => {
    const facts = [channelWords(one.channel), one.topic && titleOf("topic", one.topic), one.language, one.urgent && "urgent", one.subject].filter(Boolean).join(" · ");
    const button = h("button", { type: "button", class: "small", "aria-haspopup": "dialog", "aria-label": `Move the contact: ${facts}`, click: () => act(one) }, "Move");
    const left = one.due_at == null ? "" : one.late ? `${duration(since(one.due_at))} late` : `in ${duration((Date.parse(one.due_at) - Date.now()) / 1_000)}`;
    return h("tr", {}, h("td", { class: "strong" }, running(since(one.since))), h("td", { class: one.late ? "is-late" : "" }, left), h("td", { class: "text" }, facts), h("td", {}, may && button));
  });
  const rest = waiting - items.length;
  return h("div", {},
    h("p", {}, `${waiting} wait, ${waiting_late} of them late.`),
    h("table", {}, h("thead", {}, h("tr", {}, columns.map((column) => (column ? h("th", { scope: "col" }, column) : h("td", {}))))), h("tbody", {}, rows)),
    rest > 0 && h("p", { class: "hint" }, `${rest} more are not shown.`),
  );
}

const present = (picture) => Object.entries(picture.agents).filter(([, agent]) => ["available", "away"].includes(agent.presence)).sort(([, one], [, other]) => one.title.localeCompare(other.title));

const agentsIn = (picture) => h("select", { name: "agent" }, present(picture).filter(([, { presence }]) => presence === "available").map(([name, { title }]) => h("option", { value: name }, title)));

// A dialog with a title and a way out; it is gone once it is closed, and the focus is where it was before.
export function opened(title, done = () => {}) {
  const id = `dialog-${crypto.randomUUID()}`;
  const problem = h("p", { class: "banner bad", role: "alert", hidden: true });
  const element = h("dialog", { class: "card", "aria-labelledby": id },
    h("header", {}, h("h2", { id }, title), h("button", { type: "button", class: "quiet", click: () => element.close() }, "Close")),
    problem,
  );
  element.addEventListener("close", () => {
    element.remove();
    done();
  });
  document.body.append(element);
  element.showModal();
  return { add: (...parts) => element.append(...parts), close: () => element.close(), problem: (text) => tell(problem, text, "bad") };
}

// A form of a dialog: one act, which closes the dialog once it is done.
export function form(dialog, label, fields, act) {
  const button = h("button", { class: "primary" }, label);
  const element = h("form", { submit: async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      await act({ why: element.elements.why?.value.trim() ?? "" });
      dialog.close();
    } catch (failure) {
      dialog.problem(explained(failure));
      button.disabled = false;
    }
  } }, h("h3", {}, label), fields, button);
  return element;
}

function explained(failure) {
  if (!(failure instanceof Failure)) console.error(failure);
  return failure instanceof Failure ? failure.message : "This answer cannot be read.";
}

export const labelled = (text, field) => h("label", {}, text, field);

const reason = (required) => labelled(required ? "Why" : "Why, if it matters", h("input", { name: "why", required, maxlength: "200", autocomplete: "off" }));
