// The right pane of the desk: who the customer is, how far that is known, and what was before.

import { h } from "./dom.js";
import { NONE, capital, moment, words } from "./words.js";
import { nameOf } from "./work.js";

const TRUST = { claimed: ["Claimed only", "bad"], authenticated: ["Authenticated", ""], verified: ["Verified", "good"] };
const ADDRESS_KINDS = ["email", "phone", "external_id"];

export function customerPane(item, actions) {
  const { customer, history = [], stage } = item;
  if (!customer) return [h("p", { class: "hint" }, "Nothing is known about this customer.")];
  const served = stage === "assigned" || stage === "wrapping_up";
  return [
    h("section", {},
      h("h2", {}, "Customer"),
      h("h3", {}, nameOf({ customer }), customer.attributes?.vip === true && tag("VIP", "warn"), trust(customer.trust)),
      h("dl", { class: "facts" }, (customer.addresses ?? []).map(({ kind, value, trust: known }) => fact(kind, known === "claimed" ? `${value} (claimed)` : value))),
    ),
    served && customer.trust !== "verified" && verification(item, actions),
    served && changing(item, actions),
    facts("Attributes", customer.attributes),
    h("section", {},
      h("h2", {}, `Earlier contacts (${history.length})`),
      history.length ? h("ul", { class: "history" }, history.map(earlier)) : h("p", { class: "hint" }, customer.trust === "claimed"
        ? "Not shown: anybody can claim an address. Ask the agreed questions first."
        : "This is the first contact."),
    ),
  ];
}

// The agent says that the questions were answered; where several customers can be meant, the agent says which.
function verification(item, { verify }) {
  const choice = h("select", { "aria-label": "Which customer", hidden: true });
  return h("form", { class: "actions verify", submit: async (event) => {
    event.preventDefault();
    const candidates = await verify(item, choice.hidden ? null : choice.value);
    if (!candidates?.length) return;
    choice.replaceChildren(...candidates.map(({ id, name }) => h("option", { value: id }, name || id)));
    choice.hidden = false;
  } },
    h("p", { class: "hint" }, "For this case, once the customer has answered the agreed questions:"),
    choice,
    h("button", {}, "Verified"),
  );
}

function changing(item, { change }) {
  const name = h("input", { id: "customer-name", maxlength: 200, value: item.customer.name ?? "", autocomplete: "off" });
  const kind = h("select", { id: "address-kind" }, ADDRESS_KINDS.map((one) => h("option", { value: one }, capital(words(one)))));
  const value = h("input", { id: "address-value", maxlength: 254, autocomplete: "off", spellcheck: "false" });
  return h("details", { class: "actions" },
    h("summary", {}, "Change the customer"),
    h("form", { submit: (event) => {
      event.preventDefault();
      const added = value.value.trim() ? [{ kind: kind.value, value: value.value.trim() }] : [];
      change(item, { ...(name.value.trim() !== (item.customer.name ?? "") && { name: name.value.trim() || null }), add: added });
    } },
      h("div", {}, h("label", { for: "customer-name" }, "Name"), name),
      h("div", {}, h("label", { for: "address-value" }, "Another address"), h("div", { class: "target" }, kind, value)),
      h("button", {}, "Save"),
    ),
  );
}

function earlier(contact) {
  const ending = contact.disposition || words(contact.state);
  return h("li", {}, h("details", {},
    h("summary", {},
      h("span", {}, contact.subject || capital(words(contact.topic)) || "Contact", contact.same_case && tag("Same case"), contact.trust === "claimed" && trust("claimed")),
      h("span", { class: "hint" }, `${moment(contact.accepted_at)} · ${words(contact.channel)} · ${ending}`),
    ),
    h("blockquote", {}, contact.text || NONE),
    contact.notes && h("p", {}, `Notes: ${contact.notes}`),
    h("p", { class: "hint" }, `Served by ${contact.agent ? words(contact.agent) : words(contact.outcome)}`),
  ));
}

export function facts(title, values) {
  const entries = Object.entries(values ?? {});
  if (!entries.length) return null;
  return h("section", {}, h("h2", {}, title), h("dl", { class: "facts" }, entries.map(([name, value]) => fact(name, value))));
}

function fact(name, value) {
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return h("div", {}, h("dt", {}, capital(words(name))), h("dd", {}, text));
}

export const tag = (text, tone = "") => h("span", { class: `pill ${tone}` }, text);
const trust = (known) => TRUST[known] && tag(...TRUST[known]);
