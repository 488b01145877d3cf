// What an agent says of a customer who may leave: the offers made and kept, whether the customer stays, and what that is worth.

import { h } from "./dom.js";
import { t } from "./language.js";
import { currency, mayLeave } from "./titles.js";

const MOST_OFFERS = 20;

// Fields for contacts of topics with `value: retention`. `show(topic)` follows the topic chosen; `said()` is what the frame
// takes, null where nothing was said.
export function retentionFields(draft, changed) {
  const keep = (name, field) => { draft[name] = field.value; need(); changed(); };
  const count = (name) => {
    const field = h("input", { id: name, type: "number", min: "0", max: MOST_OFFERS, step: "1", inputmode: "numeric", input: () => keep(name, field) });
    field.value = draft[name] ?? "";
    return field;
  };
  const made = count("offers-made");
  const kept = count("offers-kept");
  const amount = h("input", { id: "saved-amount", type: "number", min: "0", step: "0.01", inputmode: "decimal", input: () => keep("saved-amount", amount) });
  amount.value = draft["saved-amount"] ?? "";
  const saved = h("select", { id: "saved", change: () => keep("saved", saved) },
    h("option", { value: "" }, t("finish.no_word")),
    h("option", { value: "yes" }, t("retention.stays")),
    h("option", { value: "no" }, t("retention.leaves")));
  saved.value = draft.saved ?? "";

  function need() {
    amount.disabled = saved.value !== "yes";
    kept.max = made.value || "0";
    saved.required = Boolean(made.value || kept.value);
  }

  const group = h("fieldset", { class: "retention" }, h("legend", {}, t("retention.title")),
    labelled(saved, t("retention.result")),
    labelled(made, t("retention.made")),
    labelled(kept, t("retention.kept")),
    labelled(amount, currency() ? t("retention.amount_in", { currency: currency() }) : t("retention.amount")));
  need();
  return {
    group,
    show(topic) { group.hidden = group.disabled = !mayLeave(topic); },
    said: () => (group.hidden || !saved.value ? null : {
      saved: saved.value === "yes",
      offers_made: Number(made.value),
      offers_kept: Number(kept.value),
      amount: saved.value === "yes" && amount.value ? amount.value : null,
    }),
  };
}

const labelled = (field, text) => h("div", { class: "choice" }, h("label", { for: field.id }, text), field);
