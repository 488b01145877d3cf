// Two panes of the desk: what is offered and under way, and the contact.

import { facts, tag } from "./customer.js";
import { h } from "./dom.js";
import { NONE, capital, cellWords, moment, words } from "./words.js";
import { passingOn, transfers } from "./passing.js";
import { nameOf } from "./work.js";

const STAGES = { assigned: () => tag("Under way", "good"), wrapping_up: () => tag("Wrap-up", "warn") };

// One line of the list on the left.
export function card(item, selected, onSelect) {
  const { contact, stage } = item;
  return h("li", {},
    h("button", {
      type: "button", class: `contact-card ${stage}`, "data-contact": contact.id,
      "aria-current": selected ? "true" : null, click: () => onSelect(contact.id),
    },
      h("span", { class: "row" },
        h("span", { class: "who" }, nameOf(item)),
        stage === "offered" ? h("span", { class: "left", "data-expires": item.expires_at }) : STAGES[stage]()),
      h("span", { class: "row" },
        h("span", { class: "what" }, `${capital(words(contact.channel))} · ${capital(words(contact.topic)) || "no topic"}`),
        h("span", { class: "age", "data-since": contact.accepted_at })),
      stage === "offered" && h("span", { class: "fuse", "data-fuse": item.expires_at, "data-allowed": item.allowed }),
    ));
}

// The middle: the contact and what can be done with it.
export function contactPane(item, draft, actions) {
  const { contact } = item;
  return [
    h("header", { class: "contact-head" },
      h("h3", { tabindex: "-1" }, contact.subject || capital(words(contact.topic)) || "Contact"),
      h("p", { class: "tags" },
        tag(capital(words(contact.provider ?? contact.channel))),
        contact.queue && tag(`Queue ${words(contact.queue)}`),
        contact.cell && tag(capital(cellWords(contact.cell))),
        contact.language && tag(contact.language.toUpperCase()),
        contact.priority > 0 && tag(`Priority ${contact.priority}`, "warn"),
        contact.kind === "machine" && tag("Seems to be a machine's: pass it on if it is a customer's", "warn"),
        contact.urgent && tag("Urgent: a life may be in danger", "bad"),
        contact.sensitive && contact.sensitive_kinds?.map((kind) => tag(capital(words(kind)), "bad")),
        contact.sensitive && tag("Sensitive: keep it private", "bad"),
      ),
      h("p", { id: "contact-status", class: "tags" }),
    ),
    { offered: offerActions, assigned: completion, wrapping_up: wrapUp }[item.stage](item, draft, actions),
    transfers(item.transfers),
    item.stage === "assigned" && passingOn(item, draft, actions),
    h("section", { class: "words-of" },
      h("h2", {}, "What the customer says"),
      h("blockquote", {}, contact.text || NONE),
      h("p", { class: "hint" }, `Accepted ${moment(contact.accepted_at)}`, contact.channel_ref && ` · reference ${contact.channel_ref}`),
    ),
    attachments(contact.attachments),
    facts("Context", contact.context),
    reasons(item.reasons),
  ];
}

// What changes while the contact is shown, drawn without touching what is being typed.
export function status(item, { callOff }) {
  const { contact, stage, warm, holder, transferring, interrupted, on_hold } = item;
  return [
    contact.callback && tag(`Call back${contact.callback_phone ? `: ${contact.callback_phone}` : ""}`, "warn"),
    stage === "offered" && warm && tag(`With ${words(holder)} until you accept`),
    stage === "assigned" && transferring && tag("Being transferred: yours until somebody accepts", "warn"),
    stage === "assigned" && transferring && h("button", { type: "button", click: () => callOff(item) }, "Call it off"),
    stage === "assigned" && on_hold && tag("On hold", "warn"),
    stage === "assigned" && interrupted && tag("Interrupted by a live contact", "warn"),
  ].filter(Boolean);
}

function offerActions(item, draft, { accept, decline }) {
  const reason = h("input", { id: "decline-reason", maxlength: 200, placeholder: "Reason, if any", "aria-label": "Reason for declining" });
  return h("form", { class: "actions offer", submit: (event) => { event.preventDefault(); accept(item); } },
    h("p", { class: "countdown" }, h("strong", { "data-expires": item.expires_at }), " to answer"),
    h("button", { class: "primary", "data-primary": true }, "Accept ", h("kbd", {}, "Ctrl ↵")),
    h("span", { class: "decline" }, reason, h("button", { type: "button", click: () => decline(item, reason.value.trim()) }, "Decline")),
  );
}

function completion(item, draft, { complete, directory, hold }) {
  const disposition = h("input", { id: "disposition", list: "dispositions", required: true, maxlength: 100, autocomplete: "off",
    input: () => { draft.disposition = disposition.value; } });
  const notes = h("textarea", { id: "notes", maxlength: 10_000, input: () => { draft.notes = notes.value; } });
  const topic = topicChoice(item, draft, directory);
  disposition.value = draft.disposition ?? "";
  notes.value = draft.notes ?? "";
  return h("form", { class: "actions", submit: (event) => { event.preventDefault(); complete(item, disposition.value, notes.value, topic.value || null); } },
    h("div", {}, h("label", { for: "disposition" }, "Disposition"), disposition),
    h("div", {}, h("label", { for: "topic" }, "What it was about"), topic),
    h("div", {}, h("label", { for: "notes" }, "Notes"), notes),
    h("button", { class: "primary", "data-primary": true }, "Complete ", h("kbd", {}, "Ctrl ↵")),
    h("button", { type: "button", id: "hold", click: () => hold(item) }, "Put on hold"),
  );
}

// What the agent says it was about: triage learns from it. The topics come from the directory; until then there is what triage found.
function topicChoice({ contact }, draft, directory) {
  const choice = h("select", { id: "topic", change: () => { draft.topic = choice.value; } });
  const fill = (topics) => {
    choice.replaceChildren(
      h("option", { value: "" }, "No word on that"),
      ...topics.map(({ name, title }) => h("option", { value: name }, name === contact.topic ? `${title} (as found)` : title)),
    );
    choice.value = topics.some(({ name }) => name === draft.topic) ? draft.topic : "";
  };
  fill(contact.topic ? [{ name: contact.topic, title: capital(words(contact.topic)) }] : []);
  directory("").then((found) => { if (found?.topics) fill(found.topics); });
  return choice;
}

function wrapUp(item, draft, { endWrapUp }) {
  return h("form", { class: "actions", submit: (event) => { event.preventDefault(); endWrapUp(item); } },
    h("p", {}, "The conversation is over. Finish your after-call work. Wrap-up lasts until you are done, or for the queue's time where it has one."),
    h("button", { class: "primary", "data-primary": true }, "Wrap-up done ", h("kbd", {}, "Ctrl ↵")),
  );
}

function attachments(list) {
  if (!list?.length) return null;
  return h("section", {}, h("h2", {}, "Attachments"), h("ul", { class: "plain" }, list.map(({ url, name, content_type }) => {
    const label = `${name || url}${content_type ? ` (${content_type})` : ""}`;
    const safe = /^https?:\/\//i.test(url); // a customer's link may be anything, script included
    return h("li", {}, safe ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label) : label);
  })));
}

function reasons(list) {
  if (!list?.length) return null;
  return h("details", {}, h("summary", {}, "Why it came to you"), h("ul", { class: "plain dotted" }, list.map((reason) => h("li", {}, reason))));
}
