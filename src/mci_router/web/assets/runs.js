// What the company's own systems do for a contact: an agent starts it by a form, sees its steps as they come, and puts the
// result into the answer; and agrees to what a colleague, or automation, has begun.

import { tag } from "./customer.js";
import { byId, h, keyed } from "./dom.js";
import { language, t, tOf } from "./language.js";
import { agentTitle } from "./titles.js";
import { capital, locale, words } from "./words.js";

const SERVED = ["assigned", "waiting_for_customer", "participating"];
const OPEN = ["pending", "waiting_input", "waiting_approval", "running"];
const TONES = { succeeded: "good", failed: "bad", unknown: "bad", waiting_approval: "warn" };
const AGAIN_MS = 1_000; // while something is under way

// Owns the place of the runs. `insert` puts a text into what is being written; `notify` says what goes wrong.
export function runsBeside(desk, { notify, insert }) {
  const box = byId("runs");
  let [contact, shape, panel, waits] = ["", "", null, null];

  async function ask(type, data = {}) {
    const mine = contact;
    try {
      return await desk.socket.send(type, { contact_id: mine, ...data });
    } catch (error) {
      if (error.slug !== "invalid_frame" && !error.lost) notify({ tone: "bad", text: tOf("problem", error.slug, error.message) });
      return null;
    }
  }

  async function read() {
    clearTimeout(waits);
    const mine = contact;
    const found = mine && (await ask("run.list"));
    if (mine !== contact || !found) return;
    draw(found);
    if ([...found.runs, found.approves].some((run) => OPEN.includes(run?.state))) waits = setTimeout(read, AGAIN_MS);
  }

  async function act(type, data) {
    const done = await ask(type, data);
    await read();
    return Boolean(done);
  }

  function draw({ workflows, runs, approves }) {
    box.hidden = !workflows.length && !runs.length && !approves;
    const now = JSON.stringify([contact, workflows.map(({ name }) => name), approves && [approves.id, approves.input_hash, approves.state], language()]);
    if (now !== shape) {
      panel = panelOf(workflows, approves, act);
      box.replaceChildren(...panel.parts);
    }
    shape = now;
    panel.show(runs, insert);
  }

  return {
    show(item) {
      const now = item && SERVED.includes(item.stage) ? item.contact.id : "";
      if (now === contact) return;
      [contact, shape, box.hidden] = [now, "", true];
      box.replaceChildren();
      read();
    },
    renew: read,
  };
}

function panelOf(workflows, approves, act) {
  const list = h("ul", { class: "runs" });
  const done = h("section", { hidden: true }, h("h2", {}, t("runs.list")), list);
  const parts = [approves && approval(approves, act), workflows.length > 0 && starting(workflows, act), done].filter(Boolean);

  function show(runs, insert) {
    done.hidden = !runs.length;
    keyed(list, new Map(runs.map((run) => [run.id, run])), () => runView(insert));
  }
  return { parts, show };
}

// Every workflow, and a form made of what it takes.
function starting(workflows, act) {
  const which = h("select", { id: "run-workflow", change: () => form() }, workflows.map(({ name, title }) => h("option", { value: name }, title)));
  const fields = h("div", { class: "fields" });
  let inputs = [];

  function form() {
    const { input_schema: schema, approval } = workflows.find(({ name }) => name === which.value);
    inputs = Object.entries(schema.properties ?? {}).map(([name, one]) => fieldOf(name, one, (schema.required ?? []).includes(name)));
    const from = approval && t("runs.from", { amount: money(approval.from, approval.currency) });
    fields.replaceChildren(...inputs.map(({ row }) => row), ...(from ? [h("p", { class: "hint" }, from)] : []));
  }

  form();
  return h("details", { class: "actions" }, h("summary", {}, t("runs")),
    h("form", { submit: async (event) => {
      event.preventDefault();
      const given = Object.fromEntries(inputs.map(({ name, value }) => [name, value()]).filter(([, value]) => value !== undefined));
      event.target.clientId ??= `run-${Date.now()}-${Math.random().toString(36).slice(2)}`; // once, also if the line breaks
      if (await act("run.start", { client_id: event.target.clientId, workflow: which.value, input: given })) {
        event.target.clientId = null;
        form();
      }
    }, input: (event) => { event.currentTarget.clientId = null; } },
    h("div", {}, h("label", { for: "run-workflow" }, t("runs.which")), which), fields, h("button", {}, t("runs.start"))));
}

function fieldOf(name, schema, required) {
  const id = `run-field-${name}`;
  const number = schema.type === "number" || schema.type === "integer";
  const field = schema.enum
    ? h("select", { id, required }, [...(required ? [] : [""]), ...schema.enum].map((one) => h("option", { value: String(one) }, String(one))))
    : h("input", { id, type: schema.type === "boolean" ? "checkbox" : "text", inputmode: number && "decimal", required: required && schema.type !== "boolean", maxlength: 1_000, autocomplete: "off" });
  const value = () => {
    if (schema.type === "boolean" && !schema.enum) return field.checked;
    const typed = field.value.trim();
    if (typed === "") return undefined;
    if (schema.enum) return schema.enum.find((one) => String(one) === typed);
    return number && !Number.isNaN(Number(typed)) ? Number(typed) : typed;
  };
  const row = h("div", {}, h("label", { for: id }, schema.title ?? capital(words(name))), field, schema.description && h("p", { class: "hint" }, schema.description));
  return { name, row, value };
}

// What is to be decided, with its amount; decided by its hash, so that nothing else is.
function approval(run, act) {
  const reason = h("input", { id: "decline-run", maxlength: 500, autocomplete: "off" });
  const seen = { run_id: run.id, input_hash: run.input_hash };
  const open = run.state === "waiting_approval";
  return h("section", { class: "approval" }, h("h2", {}, t("runs.approve_title")),
    run.amount !== null && h("p", { class: "amount" }, money(run.amount, run.currency)),
    h("dl", { class: "facts" }, Object.entries(run.input).map(([name, value]) => h("div", {}, h("dt", {}, capital(words(name))), h("dd", {}, whole(value))))),
    h("p", { class: "hint" }, t("runs.by", { who: who(run.started_by) })),
    tag(t(`run_state.${run.state}`), TONES[run.state] ?? ""),
    open && h("form", { class: "actions", submit: (event) => { event.preventDefault(); act("run.approve", seen); } }, h("button", { class: "primary" }, t("runs.approve"))),
    open && h("form", { class: "actions", submit: (event) => { event.preventDefault(); act("run.decline", { ...seen, reason: reason.value.trim() }); } },
      h("label", { for: "decline-run" }, t("runs.reason")), Object.assign(reason, { required: true }), h("button", {}, t("runs.decline"))));
}

// Nothing that is agreed to stays unseen, however deep it is.
const whole = (value) => (value !== null && typeof value === "object" ? JSON.stringify(value) : String(value));

function runView(insert) {
  const [title, state, steps] = [h("strong", {}), h("span", { role: "status" }), h("ol", { class: "plain" })];
  const [said, by] = [h("p", { class: "text" }), h("p", { class: "hint" })];
  let text = "";
  const use = h("button", { type: "button", class: "small", click: () => insert(text) }, t("runs.insert"));
  const element = h("li", {}, h("div", { class: "row" }, title, state), by, steps, said, use);
  const show = (run) => {
    title.textContent = [capital(words(run.workflow)), run.amount !== null && money(run.amount, run.currency)].filter(Boolean).join(" · ");
    state.replaceChildren(tag(t(`run_state.${run.state}`), TONES[run.state] ?? ""));
    by.textContent = [t("runs.by", { who: who(run.started_by) }), run.why && words(run.why)].filter(Boolean).join(" · ");
    steps.replaceChildren(...run.steps.map(({ name, status, message }) => h("li", {}, [name, status, message].filter(Boolean).join(": "))));
    text = said.textContent = run.message ?? "";
    use.hidden = !run.message;
  };
  return { element, show };
}

const who = (by) => (by.startsWith("agent:") ? agentTitle(by.slice(6)) : by === "rung" ? t("runs.automation") : by);
const money = (amount, currency) => new Intl.NumberFormat(locale(), currency ? { style: "currency", currency } : {}).format(amount);
