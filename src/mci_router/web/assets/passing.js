// Passing a contact on: to a queue or an agent, cold or warm, or up the escalation matrix.

import { h } from "./dom.js";
import { capital, moment, words } from "./words.js";

const HANDOFF = [
  ["expectation", "What the customer expects"],
  ["tried", "What was tried"],
  ["next_steps", "What is to be done next"],
];

// The forms below the completion, folded away. `draft` keeps what is typed over a reconnect; `directory` asks where a contact can go.
export function passingOn(item, draft, actions) {
  const target = h("select", { id: "transfer-target", name: "target", required: true });
  const severity = h("select", { id: "severity", name: "severity", required: true });
  const search = h("input", { id: "transfer-search", type: "search", maxlength: 100, placeholder: "Find a queue or an agent", "aria-label": "Find a queue or an agent",
    input: () => fill() });
  const fill = async () => {
    const found = await actions.directory(search.value.trim());
    if (!found) return;
    offer(target, [group("Queues", found.queues.map(queueOption)), group("Agents", found.agents.map(agentOption))], draft["transfer-target"]);
    offer(severity, found.severities.map(severityOption), draft.severity);
    escalation.hidden = !found.severities.length;
  };
  const escalation = escalationForm(item, draft, actions, severity);
  return h("details", { class: "actions passing", toggle: (event) => { if (event.target.open) fill(); } },
    h("summary", {}, "Pass it on"),
    transferForm(item, draft, actions, search, target),
    escalation,
  );
}

function transferForm(item, draft, { transfer }, search, target) {
  const warm = h("input", { id: "warm", type: "checkbox" });
  warm.checked = draft.warm ?? true;
  const handoff = handoffFields("transfer", draft);
  return kept(draft, h("form", { submit: (event) => {
    event.preventDefault();
    const [kind, name] = target.value.split(":");
    const told = valuesOf(handoff);
    const data = { [kind]: name, warm: warm.checked, reason: event.target.reason.value };
    transfer(item, told ? { ...data, handoff: told } : data);
  }, input: () => need(handoff, Boolean(valuesOf(handoff))) },
    h("h3", {}, "Transfer"),
    labelled("To", h("div", { class: "target" }, search, target), "transfer-target"),
    h("label", { class: "check" }, warm, " Warm: keep the contact until the next agent accepts"),
    reasonField("transfer", draft),
    h("details", {}, h("summary", {}, "Handoff, if there is something to know"), handoff.map(({ row }) => row)),
    h("button", {}, "Transfer"),
  ));
}

function escalationForm(item, draft, { escalate }, severity) {
  const handoff = handoffFields("escalation", draft);
  need(handoff, true);
  return kept(draft, h("form", { submit: (event) => {
    event.preventDefault();
    escalate(item, { severity: severity.value, reason: event.target.reason.value, handoff: valuesOf(handoff) });
  } },
    h("h3", {}, "Escalate"),
    labelled("Severity", severity),
    reasonField("escalation", draft),
    handoff.map(({ row }) => row),
    h("button", {}, "Escalate"),
  ));
}

function handoffFields(form, draft) {
  return HANDOFF.map(([name, label]) => {
    const field = h("textarea", { id: `${form}-${name}`, class: "short", maxlength: 2_000 });
    field.value = draft[field.id] ?? "";
    return { name, field, row: labelled(label, field) };
  });
}

function reasonField(form, draft) {
  const field = h("input", { id: `${form}-reason`, name: "reason", required: true, maxlength: 500, autocomplete: "off" });
  field.value = draft[field.id] ?? "";
  return labelled("Why", field);
}

// A handoff is complete or none at all.
const valuesOf = (handoff) => {
  const told = handoff.map(({ name, field }) => [name, field.value.trim()]);
  return told.some(([, value]) => value) ? Object.fromEntries(told) : null;
};

const need = (handoff, needed) => handoff.forEach(({ field }) => { field.required = needed; });

const labelled = (label, field, id = field.id) => h("div", {}, h("label", { for: id }, label), field);

function kept(draft, form) {
  form.addEventListener("input", ({ target }) => { draft[target.id] = target.type === "checkbox" ? target.checked : target.value; });
  form.addEventListener("change", ({ target }) => { draft[target.id] = target.type === "checkbox" ? target.checked : target.value; });
  return form;
}

function offer(select, options, chosen) {
  select.replaceChildren(...options.filter(Boolean));
  if ([...select.options].some(({ value }) => value === chosen)) select.value = chosen;
}

const group = (label, options) => options.length > 0 && h("optgroup", { label }, options);
const queueOption = ({ name }) => h("option", { value: `queue:${name}` }, capital(words(name)));
const agentOption = ({ name, title, presence }) => h("option", { value: `agent:${name}` }, `${title} · ${words(presence)}`);
const severityOption = ({ name, queue, description }) => h("option", { value: name }, [name, `queue ${words(queue)}`, description].filter(Boolean).join(" · "));

// How the contact came here: what the next agent has to know first.
export function transfers(list) {
  if (!list?.length) return null;
  return h("section", { class: "handoffs" }, h("h2", {}, "How it was passed on"), list.map(({ at, by, queue, agent, severity, reason, handoff, called_off_at }) => h("article", {},
    h("p", {}, h("strong", {}, `${by ? capital(words(by)) : "A supervisor"} → ${severity ? `${severity}, ` : ""}${words(agent ?? queue)}`), ` ${reason}`),
    handoff && h("dl", { class: "facts" }, HANDOFF.map(([name, label]) => h("div", {}, h("dt", {}, label), h("dd", {}, handoff[name])))),
    h("p", { class: "hint" }, moment(at), called_off_at && " · called off"),
  )));
}

// One contact of the line, with the way to take it.
export function waitingCard({ contact_id, queue, channel, topic, subject, sensitive, urgent, priority, callback, enqueued_at }, pull) {
  return h("li", { class: "contact-card waiting" },
    h("span", { class: "row" },
      h("span", { class: "who" }, subject || capital(words(topic)) || "Contact"),
      h("span", { class: "age", "data-since": enqueued_at })),
    h("span", { class: "row" },
      h("span", { class: "what" }, [capital(words(channel)), words(queue), callback && "call back", priority > 0 && `priority ${priority}`, urgent && "urgent", sensitive && "sensitive"]
        .filter(Boolean).join(" · ")),
      h("button", { type: "button", "aria-label": `Take ${subject || words(topic) || "the contact"}`, click: () => pull(contact_id) }, "Take")),
  );
}
