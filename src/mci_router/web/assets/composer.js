// Where an agent writes: a private reply, a public one, or a note. Each has its own draft, colour, place and word, so that
// nothing is sent as what it was not meant to be.

import { h } from "./dom.js";
import { filePicker } from "./files.js";
import { t } from "./language.js";
import { agentTitle } from "./titles.js";

const TYPING_EVERY_MS = 3_000;
const LONGEST = 10_000;

export function composer(item, draft, desk) {
  const { contact } = item;
  const modes = modesOf(item);
  let typedAt = 0;
  let wanted = false; // it is to be sent as soon as its files are there
  const field = h("textarea", { id: "compose", rows: "2", maxlength: LONGEST, input: () => typed() });
  const to = h("select", { id: "whisper-to", class: "whisper-to", "aria-label": t("compose.to") });
  const hint = h("span", { class: "hint" });
  const send = h("button", { class: "primary", "data-send": true });
  const tabs = modes.map((mode) => h("button", { type: "button", "data-mode": mode, click: () => choose(mode, true) }, t(`compose.${mode}`)));
  const files = filePicker((failed) => {
    wanted &&= !failed;
    if (wanted && !files.busy()) submit();
  });
  const element = h("form", { class: "composer", submit: (event) => { event.preventDefault(); submit(); } },
    h("div", { class: "modes", role: "group", "aria-label": t("compose.modes") }, tabs, to, hint),
    field, send, h("div", { class: "beside" }, files.button, files.input, files.list));
  files.takes(field, element);

  const mode = () => (modes.includes(draft.mode) ? draft.mode : modes[0]);

  function choose(wanted, focus = false) {
    if (!modes.includes(wanted)) return;
    draft.mode = wanted;
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.mode === wanted));
    element.dataset.mode = wanted;
    field.value = draft[`text_${wanted}`] ?? "";
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
    draft[`text_${mode()}`] = field.value;
    desk.drafts.changed();
    if (mode() === "note" || !field.value || Date.now() - typedAt < TYPING_EVERY_MS) return;
    typedAt = Date.now();
    desk.acts.typing(contact.id);
  }

  function submit() {
    const text = field.value.trim();
    wanted = files.busy(); // then it goes once all are there
    if ((!text && !files.any()) || wanted) return field.focus();
    const now = mode();
    desk.acts.send(item, { kind: now === "note" ? "note" : "agent", text, attachments: files.take(), ...(now === "note" ? to.value && { to_agent: to.value } : { visibility: now === "public" ? "public" : "private" }) });
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
  return { element, show, choose, modes, focus: () => field.focus() };
}

// What can be written: nothing is sent by voice, nor once the conversation is over; in public only where the customer was.
function modesOf({ stage, contact }) {
  if (stage === "reading") return ["note"];
  if (contact.channel === "voice" || stage === "wrapping_up") return ["note"];
  return contact.visibility === "public" ? ["public", "reply", "note"] : ["reply", "note"];
}
