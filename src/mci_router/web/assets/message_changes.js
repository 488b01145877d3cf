// What an agent may change in a conversation: the words of an own message, and that words are shown at all.

import { h } from "./dom.js";
import { t } from "./language.js";
import { shareForm } from "./round_trip.js";

// The buttons of a message that the agent may change; `open` shows a form in the place of its words.
export function changesOf(message, { me, changeable }, open) {
  if (!changeable || message.redacted || !message.id?.startsWith("msg_")) return [];
  const own = (message.kind === "agent" || message.kind === "note") && message.author === me;
  const button = (key, form) => h("button", { type: "button", class: "small change", click: () => open(form) }, t(key));
  const answers = own && message.kind === "agent";
  return [own && button("message.edit", editForm), answers && button("answers.save", saveForm), answers && button("share", shareForm), (own || message.kind === "customer") && button("message.remove", removeForm)].filter(Boolean);
}

function editForm(message, acts, close) {
  const field = h("textarea", { rows: "2", maxlength: 10_000, required: true, "aria-label": t("message.edit_label") });
  field.value = message.text;
  return form(field, t("message.save"), () => acts.edit(message, field.value.trim()), close);
}

function removeForm(message, acts, close) {
  const field = h("input", { maxlength: 200, required: true, autocomplete: "off", placeholder: t("message.why"), "aria-label": t("message.why") });
  return form(field, t("message.remove_do"), () => acts.redact(message, field.value.trim()), close);
}

// As the draft of an article, which somebody reads before others are shown it.
function saveForm(message, acts, close) {
  const field = h("input", { maxlength: 200, required: true, autocomplete: "off", placeholder: t("answers.save_title"), "aria-label": t("answers.save_title") });
  return form(field, t("answers.save_do"), () => acts.saveAnswer(message, field.value.trim()), close);
}

function form(field, does, act, close) {
  const leave = (event) => { if (event.key === "Escape") close(); };
  const element = h("form", { class: "changing", keydown: leave, submit: async (event) => {
    event.preventDefault();
    if (field.value.trim() && (await act())) close();
  } }, field, h("span", { class: "row" }, h("button", { class: "small primary" }, does), h("button", { type: "button", class: "small", click: close }, t("message.cancel"))));
  return Object.assign(element, { field });
}
