// The right pane of the desk: who the customer is, how far that is known, and what was before.

import { h } from "./dom.js";
import { t, tOf } from "./language.js";
import { agentTitle, dispositionTitle, topicTitle } from "./titles.js";
import { NONE, capital, moment, words } from "./words.js";
import { nameOf } from "./work.js";

const TRUST = { claimed: "bad", authenticated: "", verified: "good" };
const ADDRESS_KINDS = ["email", "phone", "external_id"];
const SERVED = ["assigned", "wrapping_up", "waiting_for_customer"];

export function customerPane(item, acts) {
  const { customer, history = [], stage } = item;
  if (!customer) return [h("p", { class: "hint" }, t("customer.nothing"))];
  const served = SERVED.includes(stage);
  return [
    h("section", {},
      h("h2", {}, t("customer")),
      h("h3", {}, nameOf({ customer }), customer.attributes?.vip === true && tag("VIP", "warn"), trust(customer.trust)),
      h("dl", { class: "facts" }, (customer.addresses ?? []).map((address) =>
        fact(tOf("address", address.kind), [address.value, ...remarks(address)].join(" ")))),
    ),
    served && customer.trust !== "verified" && verification(item, acts),
    served && changing(item, acts),
    facts(t("customer.attributes"), customer.attributes),
    h("section", {},
      h("h2", {}, t("customer.earlier", { count: history.length })),
      history.length ? h("ul", { class: "history" }, history.map(earlier)) : h("p", { class: "hint" }, t(customer.trust === "claimed" ? "customer.not_shown" : "customer.first")),
    ),
  ];
}

function remarks({ trust: known, failing_since: failing }) {
  return [known === "claimed" && t("customer.claimed"), failing && t("customer.failing")].filter(Boolean).map((said) => `(${said})`);
}

// The agent says that the questions were answered; where several customers can be meant, the agent says which.
function verification(item, { verify }) {
  const choice = h("select", { "aria-label": t("customer.which"), hidden: true });
  return h("form", { class: "actions verify", submit: async (event) => {
    event.preventDefault();
    const candidates = await verify(item, choice.hidden ? null : choice.value);
    if (!candidates?.length) return;
    choice.replaceChildren(...candidates.map(({ id, name }) => h("option", { value: id }, name || id)));
    choice.hidden = false;
  } },
    h("p", { class: "hint" }, t("customer.verify_hint")),
    choice,
    h("button", {}, t("customer.verify")),
  );
}

// The whole record: name, addresses to take away and to add, attributes to change.
function changing(item, { change }) {
  const { customer } = item;
  const name = h("input", { id: "customer-name", maxlength: 200, value: customer.name ?? "", autocomplete: "off" });
  const gone = (customer.addresses ?? []).map((address) => ({ address, box: h("input", { type: "checkbox" }) }));
  const kind = h("select", { id: "address-kind", "aria-label": t("customer.kind") }, ADDRESS_KINDS.map((one) => h("option", { value: one }, tOf("address", one))));
  const value = h("input", { id: "address-value", maxlength: 254, autocomplete: "off", spellcheck: "false" });
  const known = Object.entries(customer.attributes ?? {}).filter(([, of]) => typeof of !== "object")
    .map(([attribute, of]) => ({ attribute, of, field: h("input", { id: `attribute-${attribute}`, value: String(of), maxlength: 500, autocomplete: "off" }) }));
  const attribute = h("input", { id: "attribute-name", maxlength: 64, autocomplete: "off", "aria-label": t("customer.attribute") });
  const held = h("input", { id: "attribute-value", maxlength: 500, autocomplete: "off", "aria-label": t("customer.value") });

  function changes() {
    const attributes = Object.fromEntries(known.filter(({ of, field }) => field.value !== String(of)).map((one) => [one.attribute, typed(one.field.value)]));
    if (attribute.value.trim()) attributes[attribute.value.trim()] = typed(held.value);
    return {
      ...(name.value.trim() !== (customer.name ?? "") && { name: name.value.trim() || null }),
      ...(Object.keys(attributes).length && { attributes }),
      add: value.value.trim() ? [{ kind: kind.value, value: value.value.trim() }] : [],
      remove: gone.filter(({ box }) => box.checked).map(({ address }) => ({ kind: address.kind, value: address.value })),
    };
  }

  return h("details", { class: "actions" },
    h("summary", {}, t("customer.change")),
    h("form", { submit: (event) => { event.preventDefault(); change(item, changes()); } },
      h("div", {}, h("label", { for: "customer-name" }, t("customer.name")), name),
      gone.length > 0 && h("fieldset", {}, h("legend", {}, t("customer.remove")), gone.map(({ address, box }) => h("label", { class: "check" }, box, ` ${address.value}`))),
      h("div", {}, h("label", { for: "address-value" }, t("customer.add")), h("div", { class: "target" }, kind, value)),
      known.map((one) => h("div", {}, h("label", { for: one.field.id }, capital(words(one.attribute))), one.field)),
      h("div", {}, h("label", { for: "attribute-name" }, t("customer.another")), h("div", { class: "target" }, attribute, held)),
      h("p", { class: "hint" }, t("customer.empty")),
      h("button", {}, t("customer.save")),
    ),
  );
}

// What is typed, as the value that it is: empty takes the attribute away.
function typed(text) {
  const value = text.trim();
  if (value === "") return null;
  if (value === "true" || value === "false") return value === "true";
  return /^-?\d{1,15}(\.\d{1,9})?$/.test(value) ? Number(value) : value;
}

function earlier(contact) {
  const ending = contact.disposition ? dispositionTitle(contact.disposition) : tOf("state", contact.state);
  const channel = tOf("channel", contact.channel, capital(words(contact.channel)));
  return h("li", {}, h("details", {},
    h("summary", {},
      h("span", {}, contact.subject || topicTitle(contact.topic) || t("contact"), contact.same_case && tag(t("customer.same_case")), contact.trust === "claimed" && trust("claimed")),
      h("span", { class: "hint" }, `${moment(contact.accepted_at)} · ${channel} · ${ending}`),
    ),
    h("blockquote", {}, contact.text || NONE),
    contact.notes && h("p", {}, t("customer.notes", { notes: contact.notes })),
    contact.survey && h("p", {}, t("customer.scored", contact.survey)),
    h("p", { class: "hint" }, t("customer.served_by", { by: contact.agent ? agentTitle(contact.agent) : tOf("outcome", contact.outcome) })),
  ));
}

export function facts(title, values) {
  const entries = Object.entries(values ?? {});
  if (!entries.length) return null;
  return h("section", {}, h("h2", {}, title), h("dl", { class: "facts" }, entries.map(([name, value]) => fact(words(name), value))));
}

function fact(name, value) {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return h("div", {}, h("dt", {}, capital(name)), h("dd", {}, text));
}

export const tag = (text, tone = "") => h("span", { class: `pill ${tone}` }, text);
const trust = (known) => known in TRUST && tag(t(`trust.${known}`), TRUST[known]);
