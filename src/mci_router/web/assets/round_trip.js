// Back to the public, with a summary that reveals nothing; and to many: what one customer was answered, others ask, too.

import { h } from "./dom.js";
import { t, tOf } from "./language.js";

// A dialog in which the agent writes what everybody may read. The draft keeps it; the router says what has to go.
export function summaryDialog(item, draft, desk) {
  const { contact } = item;
  const field = h("textarea", { id: "summary", required: true, maxlength: 4_000, rows: "6", "aria-describedby": "summary-hint", input: () => {
    draft.summary = field.value;
    desk.drafts.changed();
  } });
  const accept = h("input", { id: "summary-accept", type: "checkbox" });
  const places = placesOf(field);
  const dialog = h("dialog", { class: "passing", "aria-label": t("back.title") },
    h("div", { class: "row" }, h("h2", {}, t("back.title")), h("button", { type: "button", class: "quiet", click: () => dialog.close() }, t("dialog.close"))),
    h("form", { submit: async (event) => {
      event.preventDefault();
      const found = await desk.acts.goBack(item, { text: field.value, accept: accept.checked });
      places.show(found ?? []);
      if (found?.length === 0) {
        delete draft.summary;
        dialog.close();
      }
    } },
      h("label", { for: "summary" }, t("back.summary")),
      h("p", { id: "summary-hint", class: "hint" }, t("back.hint")),
      field,
      places.element,
      contact.posted && h("label", { class: "check" }, accept, ` ${t("back.accept")}`),
      h("button", { class: "primary" }, t("back.do")),
    ));
  const ask = async () => {
    dialog.showModal();
    if (!field.value) field.value = draft.summary || (await desk.acts.draftSummary(item)) || "";
    field.focus();
  };
  return Object.assign(dialog, { ask });
}

// What a text would reveal: each place as a button that selects it in the field.
export function placesOf(field) {
  const list = h("ul", { class: "plain places" });
  const element = h("div", { role: "alert", hidden: true }, h("p", { class: "bad" }, t("problem.reveals_private")), list);
  function select({ offset, length }) {
    const units = (count) => [...field.value].slice(0, count).join("").length; // the router counts characters
    field.focus();
    field.setSelectionRange(units(offset), units(offset + length));
  }
  const show = (places) => {
    element.hidden = !places.length;
    list.replaceChildren(...places.map((place) => {
      const words = [...field.value].slice(place.offset, place.offset + place.length).join("");
      return h("li", {}, h("button", { type: "button", class: "small", click: () => select(place) }, `${tOf("reveals", place.kind)}: ${words}`));
    }));
    if (places.length) select(places[0]);
  };
  return { element, show };
}

// Others ask the same: the message as the draft of an article, or as an update for an incident's subscribers.
export function shareForm(message, acts, close) {
  const title = h("input", { maxlength: 200, required: true, autocomplete: "off", placeholder: t("answers.save_title"), "aria-label": t("answers.save_title") });
  const field = h("textarea", { rows: "3", maxlength: 2_000, required: true, "aria-label": t("share.text") });
  field.value = message.text;
  const target = h("select", { "aria-label": t("share.to"), change: () => chosen() }, h("option", { value: "" }, t("share.article")));
  const places = placesOf(field);
  const chosen = () => {
    title.hidden = Boolean(target.value);
    title.required = !target.value;
  };
  acts.openIncidents().then((incidents) => {
    target.append(...incidents.map(({ id, title: of }) => h("option", { value: id }, t("share.incident", { title: of }))));
  });
  const leave = (event) => { if (event.key === "Escape") close(); };
  const element = h("form", { class: "changing", keydown: leave, submit: async (event) => {
    event.preventDefault();
    const found = await acts.share(message, { incident: target.value, title: title.value.trim(), text: field.value });
    places.show(found ?? []);
    if (found?.length === 0) close();
  } }, target, title, field, places.element,
    h("span", { class: "row" }, h("button", { class: "small primary" }, t("share.do")), h("button", { type: "button", class: "small", click: close }, t("message.cancel"))));
  return Object.assign(element, { field: title });
}
