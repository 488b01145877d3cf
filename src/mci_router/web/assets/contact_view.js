// The middle of the desk: the contact, its conversation first, then the form. It is built once for what the agent does
// with it, and shows what changes without touching what is being typed.

import { answersPanel } from "./answers.js";
import { completionForm } from "./completion.js";
import { composer, inPublic } from "./composer.js";
import { conversationView } from "./conversation_view.js";
import { facts, tag } from "./customer.js";
import { h, renew } from "./dom.js";
import { guided } from "./guide.js";
import { keyWords, t, tOf } from "./language.js";
import { passingDialog, transfers } from "./passing.js";
import { summaryDialog } from "./round_trip.js";
import { agentTitle, queueTitle, topicTitle } from "./titles.js";
import { capital, cellWords, moment, words } from "./words.js";
import { isOffer } from "./work.js";

const SERVED = ["assigned", "waiting_for_customer"];
const WRITTEN = ["email", "chat", "sms", "messaging", "social", "community", "product", "web"];

// What the contact is for this agent now: when it changes, the view is built again.
export const shapeOf = (item) => [item.contact.id, item.stage, item.offer_id, item.assignment_id, goesBack(item.contact), item.contact.modality].join();

export function contactView(item, desk) {
  const draft = desk.drafts.of(item.contact);
  const talk = conversationView(item.contact, desk);
  const written = isOffer(item) ? null : composer(item, draft, desk);
  const answers = written && answersPanel(item, written, desk);
  const form = item.stage === "assigned" || item.stage === "wrapping_up" ? completionForm(item, draft, desk) : null;
  const about = h("p", { class: "tags" });
  const status = h("p", { id: "contact-status", class: "tags" });
  const passing = SERVED.includes(item.stage) ? passingDialog(item, draft, desk) : null;
  const summary = goesBack(item.contact) && [...SERVED, "wrapping_up"].includes(item.stage) ? summaryDialog(item, draft, desk) : null;
  const buttons = h("div", { class: "acts" });
  const heading = h("h3", { tabindex: "-1" }, item.contact.subject || topicTitle(item.contact.topic) || t("contact"));
  const element = h("div", { class: "contact-view" },
    h("header", { class: "contact-head" }, h("div", { class: "row" }, heading, buttons), about, status),
    isOffer(item) && offerActions(item, draft, desk),
    ground(item),
    talk.element,
    answers?.element,
    written?.element,
    form,
    passing,
    summary,
  );
  let [acted, told] = ["", ""];
  let heard = -1;

  // How it stands with a summary is read again when something was said: the customer's answer is.
  function readSummary(latest) {
    const { lastSeq } = desk.conversations.of(latest.contact.id);
    if (!summary || inPublic(latest.contact) || lastSeq === heard || (heard >= 0 && latest.summary?.state !== "waiting")) return;
    heard = lastSeq;
    desk.acts.readSummary(latest);
  }

  function show(latest) {
    readSummary(latest);
    talk.show(latest);
    written?.show(latest);
    answers?.show();
    const { urgent, sensitive } = latest.contact;
    if (told !== `${urgent},${sensitive}`) about.replaceChildren(...tags(latest.contact));
    told = `${urgent},${sensitive}`;
    const now = JSON.stringify([latest.on_hold, latest.interrupted, latest.transferring, latest.warm, latest.contact.callback, latest.participants, latest.invited, latest.summary?.state]);
    if (now === acted) return;
    acted = now;
    renew(status, statusOf(latest, desk));
    renew(buttons, actsOf(latest, desk, passing, summary));
  }

  const focus = () => (isOffer(item) ? element.querySelector("[data-primary]") : written ?? heading).focus();
  return { element, show, focus, compose: written, answers, shape: shapeOf(item), heading };
}

// It stands in public, or did: a summary may be shown there.
const goesBack = ({ visibility, posted, sensitive }) => (visibility === "public" || Boolean(posted)) && !sensitive;

function tags(contact) {
  return [
    tag(tOf("channel", contact.provider ?? contact.channel, capital(words(contact.provider ?? contact.channel)))),
    contact.queue && tag(t("tag.queue", { queue: queueTitle(contact.queue) })),
    contact.cell && tag(tOf("cell", contact.cell, capital(cellWords(contact.cell)))),
    contact.case_reference && tag(t("tag.reference", { reference: contact.case_reference })),
    contact.thread && h("span", { class: "pill" }, contact.thread.url ? h("a", { href: contact.thread.url, target: "_blank", rel: "noopener noreferrer", title: contact.thread.title }, t("tag.thread")) : t("tag.thread")),
    contact.linked_cases?.length > 0 && tag(t("tag.linked", { count: contact.linked_cases.length })),
    contact.language && tag(contact.language.toUpperCase()),
    contact.priority > 0 && tag(t("tag.priority", { number: contact.priority }), "warn"),
    contact.kind === "machine" && tag(t("tag.machine"), "warn"),
    contact.urgent && tag(t("tag.urgent"), "bad"),
    ...((contact.sensitive && contact.sensitive_kinds) || []).map((kind) => tag(tOf("sensitive", kind, capital(words(kind))), "bad")),
    contact.sensitive && tag(t("tag.sensitive"), "bad"),
  ].filter(Boolean);
}

function statusOf(item, { acts, me }) {
  const { contact, stage, warm, holder, transferring, interrupted, on_hold, endpoint, invited, participants = [] } = item;
  const of = (role) => participants.filter((one) => one.agent !== me && one.role === role).map(({ agent }) => agent);
  const names = (agents) => agents.map(agentTitle).join(", ");
  return [
    contact.callback && tag(contact.callback_phone ? t("tag.call_back_at", { phone: contact.callback_phone }) : t("tag.call_back"), "warn"),
    contact.call?.from && tag(t("tag.call", { number: contact.call.from })),
    endpoint && tag(t("tag.rings", { endpoint }), "good"),
    stage === "invited" && tag(t("tag.invited", { agent: agentTitle(holder) })),
    (stage === "participating" || stage === "reading") && tag(t("tag.served_by", { agent: agentTitle(holder) })),
    stage === "offered" && warm && tag(t("tag.with_holder", { agent: agentTitle(holder) })),
    stage === "assigned" && transferring && tag(t("tag.transferring"), "warn"),
    stage === "assigned" && transferring && h("button", { type: "button", class: "small", click: () => acts.callOff(item) }, t("tag.call_off")),
    stage === "assigned" && on_hold && tag(t("tag.on_hold"), "warn"),
    stage === "assigned" && interrupted && tag(t("tag.interrupted"), "warn"),
    item.summary && tag(tOf("summary", item.summary.state), { waiting: "warn", agreed: "good" }[item.summary.state] ?? "bad"),
    stage === "waiting_for_customer" && tag(t("stage.waiting_for_customer"), "warn"),
    invited && tag(t("tag.asked", { agent: agentTitle(invited) })),
    of("consult").length > 0 && tag(t("tag.with", { names: names(of("consult")) }), "good"),
    ...(stage === "assigned" ? of("consult").map((agent) => h("button", { type: "button", class: "small", click: () => acts.handOver(item, agent) }, t("act.hand_over", { agent: agentTitle(agent) }))) : []),
    of("read_along").length > 0 && tag(t("tag.reads_along", { names: names(of("read_along")) }), "warn"),
  ].filter(Boolean);
}

// What can be done with a contact that is served, besides to write and to complete it.
function actsOf(item, { acts }, passing, summary) {
  const { contact, stage, on_hold, interrupted } = item;
  const button = (key, click, more = {}) => h("button", { type: "button", click, ...more }, t(key));
  const crm = item.crm_url && h("a", { class: "button", href: item.crm_url, target: "_blank", rel: "noopener noreferrer" }, t("act.crm"));
  const written = WRITTEN.includes(contact.channel);
  const withSummary = summary && button("act.back", () => summary.ask(), { "aria-haspopup": "dialog" });
  const served = {
    assigned: () => [
      button(on_hold ? "act.resume" : "act.hold", () => acts.hold(item), { id: "hold", "aria-pressed": String(Boolean(on_hold)), disabled: Boolean(interrupted) }),
      written && button("act.park", () => acts.park(item)),
      goesBack(contact) && button(inPublic(contact) ? "act.private" : "act.public", () => acts.move(item)),
      withSummary,
      button("act.pass_on", () => passing.ask(), { "aria-haspopup": "dialog" }),
      button("act.end", () => acts.end(item)),
    ],
    wrapping_up: () => [withSummary],
    waiting_for_customer: () => [withSummary, button("act.unpark", () => acts.unpark(item)), button("act.end", () => acts.end(item))],
    participating: () => [button("act.leave", () => acts.leave(item))],
    reading: () => [button("act.leave", () => acts.leave(item))],
  }[stage];
  return [crm, ...(served?.() ?? [])].filter(Boolean);
}

function offerActions(item, draft, { acts, drafts }) {
  const reason = h("input", { id: "decline-reason", maxlength: 200, placeholder: t("offer.reason"), "aria-label": t("offer.reason_label"), value: draft.decline ?? "",
    input: () => { draft.decline = reason.value; drafts.changed(); } });
  const until = item.accepts_at ?? item.expires_at;
  return h("form", { class: "actions offer", submit: (event) => { event.preventDefault(); acts.accept(item); } },
    h("p", { class: "countdown" }, h("strong", { "data-expires": until }), ` ${t(item.accepts_at ? "offer.accepts" : "offer.left")}`),
    h("button", { class: "primary", "data-primary": true }, t("offer.accept"), " ", h("kbd", {}, keyWords("Ctrl ↵"))),
    h("span", { class: "decline" }, reason, h("button", { type: "button", click: () => acts.decline(item, reason.value.trim()) }, t("offer.decline"))),
  );
}

// How it came here, folded away: transfers, attachments, context, reasons.
function ground(item) {
  const { contact } = item;
  const handed = transfers(item.transfers);
  const found = isOffer(item) && guided(item.guided);
  const rest = [attachments(contact.attachments), facts(t("ground.context"), contact.context), reasons(item.reasons)].filter(Boolean);
  return h("div", { class: "ground" }, handed, found, rest.length > 0 && h("details", {},
    h("summary", {}, t("ground.title"), h("span", { class: "hint" }, ` ${t("ground.accepted", { time: moment(contact.accepted_at) })}`)), rest));
}

function attachments(list) {
  if (!list?.length) return null;
  return h("section", {}, h("h2", {}, t("ground.attachments")), h("ul", { class: "plain" }, list.map(({ url, name, content_type }) => {
    const label = `${name || url}${content_type ? ` (${content_type})` : ""}`;
    const safe = /^https?:\/\//i.test(url); // a customer's link may be anything, script included
    return h("li", {}, safe ? h("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, label) : label);
  })));
}

function reasons(list) {
  if (!list?.length) return null;
  return h("section", {}, h("h2", {}, t("ground.reasons")), h("ul", { class: "plain dotted" }, list.map((reason) => h("li", {}, reason))));
}
