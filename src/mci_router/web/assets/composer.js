// Where an agent writes: a private reply, a public one, or a note. Each has its own draft, colour, place and word, so that
// nothing is sent as what it was not meant to be.

import { h } from "./dom.js";
import { filePicker } from "./files.js";
import { missingIn, outcomesOf } from "./inserted.js";
import { t } from "./language.js";
import { agentTitle } from "./titles.js";

const TYPING_EVERY_MS = 3_000;
const LONGEST = 10_000;
const SHORTCUT = /(?:^|\s);([a-z0-9][a-z0-9_-]{0,31})$/; // of a canned answer, before the cursor

export function composer(item, draft, desk) {
  const { contact } = item;
  const modes = modesOf(item);
  let typedAt = 0;
  let wanted = false; // it is to be sent as soon as its files are there
  const field = h("textarea", { id: "compose", rows: "2", dir: "auto", maxlength: LONGEST, input: () => typed(), keydown: (event) => expand(event) });
  const to = h("select", { id: "whisper-to", class: "whisper-to", "aria-label": t("compose.to") });
  const hint = h("span", { class: "hint" });
  const problem = h("p", { class: "problem", role: "alert", hidden: true });
  const send = h("button", { class: "primary", "data-send": true });
  const tabs = modes.map((mode) => h("button", { type: "button", "data-mode": mode, click: () => choose(mode, true) }, t(`compose.${mode}`)));
  const files = filePicker((failed) => {
    wanted &&= !failed;
    if (wanted && !files.busy()) submit();
  });
  const element = h("form", { class: "composer", submit: (event) => { event.preventDefault(); submit(); } },
    h("div", { class: "modes", role: "group", "aria-label": t("compose.modes") }, tabs, to, hint),
    field, send, problem, h("div", { class: "beside" }, files.button, files.input, files.list));
  files.takes(field, element);

  const mode = () => (modes.includes(draft.mode) ? draft.mode : modes[0]);

  function choose(wanted, focus = false) {
    if (!modes.includes(wanted)) return;
    draft.mode = wanted;
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.mode === wanted));
    element.dataset.mode = wanted;
    field.value = draft[`text_${wanted}`] ?? "";
    problem.hidden = true;
    field.setAttribute("aria-label", t(`compose.${wanted}_label`));
    field.placeholder = t(`compose.${wanted}_label`);
    hint.textContent = `${t(`compose.${wanted}_hint`)} ${t("compose.keys")}`;
    send.textContent = t(`compose.${wanted}_send`);
    files.again();
    desk.drafts.changed();
    show(item);
    if (focus) field.focus();
  }

  function typed() {
    keep();
    problem.hidden = true;
    if (mode() === "note" || !field.value || Date.now() - typedAt < TYPING_EVERY_MS) return;
    typedAt = Date.now();
    desk.acts.typing(contact.id);
  }

  function keep() {
    draft[`text_${mode()}`] = field.value;
    desk.drafts.changed();
  }

  const used = () => draft.used?.[mode()] ?? [];

  // Puts a written answer where the cursor is, to be adapted; `from`: where it replaces what was typed. Returns whether it does.
  async function insert(answer, from = null) {
    const [into, at] = [mode(), [from ?? field.selectionStart, field.selectionEnd]];
    const given = await desk.acts.insertAnswer(contact.id, { ...answer, into });
    if (!given || mode() !== into) return false;
    const { text, missing } = given.answer;
    field.setRangeText(text, at[0], at[1], "end");
    draft.used = { ...draft.used, [into]: [...used(), { use_id: given.use_id, text, missing }] };
    keep();
    field.focus();
    return true;
  }

  // Puts a text where the cursor is, to be adapted.
  function put(text) {
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    keep();
    field.focus();
  }

  // `;hello` and Tab: the canned answer of that shortcut.
  function expand(event) {
    if (event.key !== "Tab" || event.shiftKey || event.ctrlKey || event.altKey || field.selectionStart !== field.selectionEnd) return;
    const typedShortcut = SHORTCUT.exec(field.value.slice(0, field.selectionStart));
    if (!typedShortcut) return;
    event.preventDefault();
    insert({ shortcut: typedShortcut[1] }, field.selectionStart - typedShortcut[1].length - 1);
  }

  // A value that nobody knows must not reach the customer as a pair of braces.
  function refuse(missing) {
    const at = field.value.indexOf(`{${missing}}`);
    problem.textContent = t("answers.missing", { name: `{${missing}}` });
    problem.hidden = false;
    field.focus();
    field.setSelectionRange(at, at + missing.length + 2);
  }

  function submit() {
    const text = field.value.trim();
    wanted = files.busy(); // then it goes once all are there
    if ((!text && !files.any()) || wanted) return field.focus();
    const now = mode();
    const [missing] = missingIn(used(), text);
    if (missing && now !== "note") return refuse(missing);
    const answers = outcomesOf(used(), text);
    if (draft.used) delete draft.used[now];
    if (draft.used && !Object.keys(draft.used).length) delete draft.used;
    desk.acts.send(item, { ...(answers.length && { answers }), kind: now === "note" ? "note" : "agent", text, attachments: files.take(), ...(now === "note" ? to.value && { to_agent: to.value } : { visibility: now === "public" ? "public" : "private" }) });
    delete draft[`text_${now}`];
    field.value = "";
    typedAt = 0;
    desk.drafts.changed();
    field.focus();
  }

  // A note goes to all who are there, or to one of them alone.
  function show(latest) {
    const others = (latest.participants ?? []).map(({ agent }) => agent).concat(latest.holder ?? []).filter((agent) => agent && agent !== desk.me);
    to.hidden = mode() !== "note" || !others.length;
    const all = latest.stage !== "reading"; // who reads along writes to the one who serves the contact
    const options = [all, ...others].join();
    if (to.dataset.options === options) return;
    to.dataset.options = options;
    to.replaceChildren(...(all ? [h("option", { value: "" }, t("compose.to_all"))] : []), ...others.map((agent) => h("option", { value: agent }, t("compose.to_one", { agent: agentTitle(agent) }))));
  }

  choose(mode());
  return { element, show, choose, modes, insert, put, focus: () => field.focus() };
}

// What can be written: nothing is sent by voice, nor once the conversation is over; in public only where the customer was.
function modesOf({ stage, contact }) {
  if (stage === "reading") return ["note"];
  if (contact.channel === "voice" || stage === "wrapping_up") return ["note"];
  return inPublic(contact) ? ["public", "reply", "note"] : ["reply", "note"];
}

// A router of the version before does not say where the answers go.
export const inPublic = ({ modality, visibility, sensitive }) => (modality ? modality === "many_to_many" : visibility === "public" && !sensitive);
