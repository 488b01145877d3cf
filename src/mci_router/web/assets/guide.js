// The guide beside the conversation: what to do about the contact, step by step, and what was found out. Each answer is
// kept by the router as it is given.

import { tag } from "./customer.js";
import { byId, h } from "./dom.js";
import { language, t, tOf } from "./language.js";
import { agentTitle } from "./titles.js";
import { moment } from "./words.js";

const SERVED = ["assigned", "waiting_for_customer", "wrapping_up", "participating"];
const DONE = "done";

// Owns the place of the guide. `notify` says what goes wrong.
export function guideBeside(desk, { notify }) {
  const box = byId("guide");
  const known = new Map(); // what the router says, by contact
  const chosen = new Map(); // the guide that is shown, by contact
  const reading = new Set(); // contacts whose guides are being read: each frame shows its contact again
  let [shape, panel] = ["", null];

  async function ask(type, contact, more = {}) {
    try {
      known.set(contact, await desk.socket.send(type, { contact_id: contact, ...more }));
      return true;
    } catch (error) {
      if (error.slug === "guide_changed") {
        notify({ tone: "warn", text: t("guide.changed") });
        await ask("guide.read", contact);
      } else if (error.slug !== "invalid_frame") notify({ tone: "bad", text: tOf("problem", error.slug, error.message) });
      return false;
    } finally {
      if (desk.selected === contact) draw(contact);
    }
  }

  async function read(contact) {
    if (reading.has(contact)) return;
    reading.add(contact);
    await ask("guide.read", contact);
    reading.delete(contact);
  }

  function draw(contact) {
    const guides = known.get(contact)?.guides ?? [];
    const guide = guides.find(({ name }) => name === chosen.get(contact)) ?? guides[0];
    box.hidden = !guide;
    const now = guide ? [contact, guide.id, guide.version, guides.length, language()].join() : "";
    if (now !== shape) {
      panel = guide && panelOf(guide, guides, {
        choose(name) { chosen.set(contact, name); draw(contact); panel.focus(); },
        answer: (step, answer) => ask("guide.answer", contact, { guide: guide.name, version: guide.version, step, answer }),
      });
      box.replaceChildren(...(panel ? panel.parts : []));
    }
    shape = now;
    panel?.show(guide);
  }

  return {
    // Shows the guide of a contact that the agent serves; it is read when the contact is first shown, or shown again.
    show(item) {
      const contact = item && SERVED.includes(item.stage) ? item.contact.id : "";
      const again = box.dataset.guideOf !== contact;
      box.dataset.guideOf = contact;
      if (contact && (again || !known.has(contact)) && byId("desk").dataset.connection === "open") read(contact);
      if (again) draw(contact);
    },
    renew: () => draw(box.dataset.guideOf),
    forget: (contact) => known.delete(contact),
    focus: () => panel?.focus(),
    handoff: (contact) => known.get(contact)?.handoff ?? {},
  };
}

function panelOf(guide, guides, { choose, answer }) {
  const heading = h("h2", {}, t("guide"));
  const progress = h("p", { class: "hint", role: "status" });
  const name = guides.length > 1
    ? h("select", { "aria-label": t("guide.which"), change: (event) => choose(event.target.value) }, guides.map((one) => h("option", { value: one.name, selected: one.name === guide.name }, one.title)))
    : h("h3", {}, guide.title);
  const rows = guide.steps.map((step) => stepOf(guide, step, answer));
  const list = h(guide.kind === "steps" ? "ol" : "ul", { class: "steps" }, rows.map(({ element }) => element));
  const earlier = h("details", { hidden: true });

  function show(latest) {
    const open = latest.steps.find(({ answered }) => !answered)?.name;
    latest.steps.forEach((step, place) => rows[place].show(step, latest.kind === "steps" && step.name === open));
    progress.textContent = t("guide.progress", { done: latest.steps.filter(({ answered }) => answered).length, all: latest.steps.length });
    earlier.hidden = !latest.earlier.length;
    earlier.replaceChildren(h("summary", {}, t("guide.earlier", { count: latest.earlier.length })), answersOf(latest.earlier));
  }

  const focus = () => (rows.find(({ open }) => open()) ?? rows[0]).focus();
  return { parts: [heading, name, progress, list, earlier], show, focus };
}

function stepOf(guide, step, answer) {
  const id = `step-${guide.name}-${step.name}`;
  const by = h("span", { class: "hint by" });
  const field = FIELDS[step.answer](id, step, (value) => answer(step.name, value));
  const label = h("label", { for: id }, step.title);
  const element = h("li", {},
    h("div", { class: "row" }, step.answer === DONE ? h("span", { class: "check" }, field, " ", label) : label, step.phase && tag(t(`phase.${step.phase}`))),
    step.text && h("p", { class: "hint" }, step.text),
    step.answer !== DONE && field,
    by,
  );
  let answered = null;

  function show(latest, next) {
    answered = latest.answered;
    if (next) element.setAttribute("aria-current", "step");
    else element.removeAttribute("aria-current");
    element.classList.toggle("is-answered", Boolean(answered));
    if (document.activeElement !== field || step.answer !== "text") put(field, answered?.answer ?? "");
    by.textContent = answered ? t(answered.version === guide.version ? "guide.by" : "guide.by_before", { agent: agentTitle(answered.agent), time: moment(answered.at) }) : "";
  }

  return { element, show, focus: () => field.focus(), open: () => !answered };
}

const put = (field, answer) => (field.type === "checkbox" ? (field.checked = answer === DONE) : (field.value = answer));

const FIELDS = {
  done: (id, _, answer) => h("input", { id, type: "checkbox", change: (event) => answer(event.target.checked ? DONE : null) }),
  choice: (id, { choices }, answer) => h("select", { id, change: (event) => answer(event.target.value || null) },
    h("option", { value: "" }, t("guide.open")), choices.map((one) => h("option", { value: one }, one))),
  text: (id, _, answer) => h("input", { id, maxlength: 500, autocomplete: "off",
    keydown: (event) => event.key === "Enter" && !event.ctrlKey && !event.metaKey && event.target.blur(),
    change: (event) => answer(event.target.value.trim() || null) }),
};

const said = (answer) => (answer === DONE ? t("guide.done") : answer);

function answersOf(answers) {
  return h("dl", { class: "facts" }, answers.map(({ title, answer }) => h("div", {}, h("dt", {}, title), h("dd", {}, said(answer)))));
}

// What agents before have found out, for one who is offered the contact.
export function guided(answers) {
  return answers?.length > 0 && h("section", {}, h("h2", {}, t("guide.found")), answersOf(answers));
}
