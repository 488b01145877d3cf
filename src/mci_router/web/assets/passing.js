// Passing a contact on: to a queue or an agent, cold or warm, or up the escalation matrix.

import { h } from "./dom.js";
import { t, tOf } from "./language.js";
import { agentTitle, queueTitle } from "./titles.js";
import { moment, words } from "./words.js";

const HANDOFF = ["expectation", "tried", "next_steps"];

// A dialog with all ways to pass a contact on. The draft keeps what is typed; the directory says where it can go.
export function passingDialog(item, draft, desk) {
  const close = h("button", { type: "button", class: "quiet", click: () => dialog.close() }, t("dialog.close"));
  const target = h("select", { id: "transfer-target", name: "target", required: true });
  const colleague = h("select", { id: "colleague", name: "colleague", required: true });
  const severity = h("select", { id: "severity", name: "severity", required: true });
  const search = h("input", { id: "transfer-search", type: "search", maxlength: 100, placeholder: t("pass.find"), "aria-label": t("pass.find"),
    input: () => fill() });
  const acts = { ...desk.acts, done: () => dialog.close() };
  const kept = keeper(draft, desk.drafts);
  const fill = async () => {
    const found = await desk.acts.directory(search.value.trim());
    if (!found) return;
    const agents = group(t("pass.agents"), found.agents.map(agentOption));
    const nothing = !found.queues.length && !found.agents.length && h("option", { value: "" }, t("pass.nobody"));
    offer(target, [!search.value.trim() && none(), nothing, group(t("pass.queues"), found.queues.map(queueOption)), agents], draft["transfer-target"]);
    offer(colleague, found.agents.map(agentOption), draft.colleague);
    consult.hidden = !found.agents.some(({ presence }) => presence === "available");
    offer(severity, [found.severities.length > 1 && none(), ...found.severities.map(severityOption)], draft.severity);
    escalation.hidden = !found.severities.length;
  };
  const consult = consultForm(item, acts, colleague, kept);
  const begun = () => desk.guide.handoff(item.contact.id);
  const [escalation, begin] = escalationForm(item, draft, acts, severity, kept);
  const dialog = h("dialog", { class: "passing", "aria-label": t("pass.title") },
    h("div", { class: "row" }, h("h2", {}, t("pass.title")), close),
    transferForm(item, draft, acts, search, target, kept, begun),
    consult,
    escalation,
  );
  return Object.assign(dialog, { ask: () => { fill(); begin(begun()); dialog.showModal(); } });
}

// A colleague joins: reads and writes, while the contact stays with this agent.
function consultForm(item, acts, colleague, kept) {
  return kept(h("form", { submit: (event) => {
    event.preventDefault();
    acts.consult(item, colleague.value.split(":")[1]);
    acts.done();
  } },
    h("h3", {}, t("pass.consult")),
    labelled(t("pass.colleague"), colleague),
    h("button", {}, t("pass.ask")),
  ));
}

function transferForm(item, draft, { transfer, done }, search, target, kept, begun) {
  const warm = h("input", { id: "warm", type: "checkbox" });
  warm.checked = draft.warm ?? true;
  const handoff = handoffFields("transfer", draft);
  return kept(h("form", { submit: (event) => {
    event.preventDefault();
    const [kind, name] = target.value.split(":");
    const told = valuesOf(handoff);
    const data = { [kind]: name, warm: warm.checked, reason: event.target.reason.value };
    transfer(item, told ? { ...data, handoff: told } : data);
    done();
  }, input: () => need(handoff, Boolean(valuesOf(handoff))) },
    h("h3", {}, t("pass.transfer")),
    labelled(t("pass.to"), h("div", { class: "target" }, search, target), "transfer-target"),
    h("label", { class: "check" }, warm, ` ${t("pass.warm")}`),
    reasonField("transfer", draft),
    h("details", { toggle: (event) => event.target.open && beginWith(handoff, begun()) && need(handoff, true) }, h("summary", {}, t("pass.handoff")), handoff.map(({ row }) => row)),
    h("button", {}, t("pass.transfer")),
  ));
}

function escalationForm(item, draft, { escalate, done }, severity, kept) {
  const handoff = handoffFields("escalation", draft);
  need(handoff, true);
  const form = kept(h("form", { submit: (event) => {
    event.preventDefault();
    escalate(item, { severity: severity.value, reason: event.target.reason.value, handoff: valuesOf(handoff) });
    done();
  } },
    h("h3", {}, t("pass.escalate")),
    labelled(t("pass.severity"), severity),
    reasonField("escalation", draft),
    handoff.map(({ row }) => row),
    h("button", {}, t("pass.escalate")),
  ));
  return [form, (begun) => beginWith(handoff, begun)];
}

// What was found out by a guide is where a handoff begins; what is typed stays. Returns whether there is something.
function beginWith(handoff, begun) {
  for (const { name, field } of handoff) field.value ||= begun[name] ?? "";
  return handoff.some(({ field }) => field.value);
}

function handoffFields(form, draft) {
  return HANDOFF.map((name) => {
    const field = h("textarea", { id: `${form}-${name}`, class: "short", maxlength: 2_000 });
    field.value = draft[field.id] ?? "";
    return { name, field, row: labelled(t(`handoff.${name}`), field) };
  });
}

function reasonField(form, draft) {
  const field = h("input", { id: `${form}-reason`, name: "reason", required: true, maxlength: 500, autocomplete: "off" });
  field.value = draft[field.id] ?? "";
  return labelled(t("pass.why"), field);
}

// A handoff is complete or none at all.
const valuesOf = (handoff) => {
  const told = handoff.map(({ name, field }) => [name, field.value.trim()]);
  return told.some(([, value]) => value) ? Object.fromEntries(told) : null;
};

const need = (handoff, needed) => handoff.forEach(({ field }) => { field.required = needed; });

const labelled = (label, field, id = field.id) => h("div", {}, h("label", { for: id }, label), field);

// Keeps in the draft what is typed in a form.
function keeper(draft, drafts) {
  return (form) => {
    const keep = ({ target }) => {
      draft[target.id] = target.type === "checkbox" ? target.checked : target.value;
      drafts.changed();
    };
    for (const event of ["input", "change"]) form.addEventListener(event, keep);
    return form;
  };
}

function offer(select, options, chosen) {
  select.replaceChildren(...options.filter(Boolean));
  if ([...select.options].some(({ value }) => value === chosen)) select.value = chosen;
}

// Where nothing was chosen nothing is passed on by an oversight; of what was searched for, the first stands ready.
const none = () => h("option", { value: "" }, t("plan.choose"));

const group = (label, options) => options.length > 0 && h("optgroup", { label }, options);
const queueOption = ({ name, title }) => h("option", { value: `queue:${name}` }, title ?? queueTitle(name));
// Only who works can be asked; the others who are signed in are shown with what they do.
const agentOption = ({ name, title, presence }) => h("option", { value: `agent:${name}`, disabled: presence !== "available" }, `${title} · ${tOf("presence", presence, words(presence))}`);
const severityOption = ({ name, queue, description }) => h("option", { value: name }, [name, t("tag.queue", { queue: queueTitle(queue) }), description].filter(Boolean).join(" · "));

// How the contact came here: what the next agent has to know first.
export function transfers(list) {
  if (!list?.length) return null;
  return h("section", { class: "handoffs" }, h("h2", {}, t("ground.passed_on")), list.map(({ at, by, queue, agent, severity, reason, handoff, called_off_at }) => h("article", {},
    h("p", {}, h("strong", {}, `${by ? agentTitle(by) : t("ground.supervisor")} → ${severity ? `${severity}, ` : ""}${agent ? agentTitle(agent) : queueTitle(queue)}`), ` ${reason}`),
    handoff && h("dl", { class: "facts" }, HANDOFF.map((name) => h("div", {}, h("dt", {}, t(`handoff.${name}`)), h("dd", {}, handoff[name])))),
    h("p", { class: "hint" }, moment(at), called_off_at && ` · ${t("ground.called_off")}`),
  )));
}
