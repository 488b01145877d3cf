// One entry of a conversation: a message, one that is under way, or what stands between messages.

import { h } from "./dom.js";
import { filesOf } from "./files.js";
import { t, tOf } from "./language.js";
import { markupOf } from "./markup.js";
import { changesOf } from "./message_changes.js";
import { agentTitle } from "./titles.js";
import { hourOfDay, moment } from "./words.js";

const DELIVERIES = { queued: "queued", sent: "sent", delivered: "delivered", read: "read" };

// What a message is: it decides its colour, its place and its word.
export function looksOf({ kind, visibility, to_agent }) {
  if (kind === "note") return to_agent ? "whisper" : "note";
  return visibility === "public" ? `${kind} public` : kind;
}

// For `keyed`: the element of an entry stays, and shows what changes.
export function entryView(acts) {
  const [who, word, time, body, foot] = [h("strong", {}), h("span", { class: "word" }), h("time", {}), h("div", { class: "said", dir: "auto" }), h("p", { class: "foot" })];
  const beside = h("div", {});
  const element = h("li", {}, h("p", { class: "head" }, who, word, time), body, beside, foot);
  let drawn = "";
  let changing = null; // the form in the place of the words, while the agent changes them
  const change = (message) => (make) => {
    changing = make(message, acts, () => {
      body.replaceChildren(bodyOf(message));
      [changing, drawn] = [null, ""];
      acts.again();
    });
    body.replaceChildren(changing);
    changing.field.focus();
  };
  const show = (entry) => {
    const now = JSON.stringify(entry);
    if (now === drawn) return;
    drawn = now;
    if (entry.divider) return divide(element, entry.divider);
    const { message, failed, pending, read } = entry;
    element.className = `message ${looksOf(message)}${pending ? " pending" : ""}${failed ? " failed" : ""}`;
    who.textContent = authorOf(message, entry);
    word.textContent = wordOf(message);
    time.textContent = pending ? "" : hourOfDay(message.occurred_at ?? message.received_at);
    time.title = pending ? "" : moment(message.occurred_at ?? message.received_at);
    if (!changing || message.redacted) body.replaceChildren(bodyOf(message));
    body.className = message.redacted ? "said gone" : message.html ? "said rich" : "said";
    beside.replaceChildren(...[filesOf(message, pending ? null : acts.renew)].filter(Boolean));
    foot.replaceChildren(...footOf(message, { failed, pending, read }, acts), ...(pending ? [] : changesOf(message, entry, change(message))));
  };
  return { element, show };
}

function divide(element, text) {
  element.className = "divider";
  element.replaceChildren(h("span", {}, text));
}

function bodyOf({ redacted, html, text }) {
  if (redacted) return document.createTextNode(t("message.redacted", { by: redacted.by, why: redacted.why }));
  return html ? markupOf(html) : document.createTextNode(text);
}

function authorOf({ kind, author, ai }, { customer, me }) {
  if (kind === "customer") return customer;
  if (kind === "agent" || kind === "note") return author === me ? t("message.you") : agentTitle(author);
  return ai?.name ?? tOf("message.by", kind, author);
}

function wordOf({ kind, visibility, to_agent, ai }) {
  if (kind === "note") return to_agent ? t("message.whisper", { agent: agentTitle(to_agent) }) : t("message.note");
  const machine = ai ? ` · ${t("message.machine")}` : "";
  return t(visibility === "public" ? "message.public" : "message.private") + machine;
}

function footOf(message, { failed, pending, read }, acts) {
  if (failed) return [h("span", {}, t("message.failed", { why: failed })), again(() => acts.sendAgain(message))];
  if (pending) return [t("message.pending")];
  const { delivery, edited_at } = message;
  const parts = [edited_at && !message.redacted ? t("message.edited") : ""];
  if (delivery?.state === "failed") {
    const why = delivery.error?.detail || tOf("delivery", delivery.error?.slug, delivery.error?.slug ?? "");
    return [h("span", {}, t("message.not_delivered", { why })), again(() => acts.redeliver(message))];
  }
  if (delivery) parts.push(t(`delivery.${read ? "read" : DELIVERIES[delivery.state] ?? "queued"}`));
  else if (read) parts.push(t("delivery.read"));
  return [parts.filter(Boolean).join(" · ")];
}

const again = (act) => h("button", { type: "button", class: "small", click: act }, t("message.again"));
