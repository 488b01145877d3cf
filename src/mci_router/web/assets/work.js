// What the agent is offered and has under way, as the router's frames tell it. No page, no network.

import { t, tOf } from "./language.js";
import { agentTitle, queueTitle } from "./titles.js";
import { words } from "./words.js";

// What happens to a contact that stays with the agent: the tone of what is said.
const NEWS = {
  transferring: "", transfer_failed: "warn", interrupted: "warn", resumed: "good", hold_started: "", hold_ended: "",
  agent_lost: "bad", agent_returned: "good", callback_requested: "warn", parked: "", unparked: "good", sensitive: "bad",
  urgent: "bad",
};
const FLAGS = {
  transferring: ["transferring", true], transfer_failed: ["transferring", false], transfer_cancelled: ["transferring", false],
  interrupted: ["interrupted", true], resumed: ["interrupted", false], hold_started: ["on_hold", true], hold_ended: ["on_hold", false],
};
// An offer of the contact itself, or an invitation into a colleague's conversation.
export const isOffer = ({ stage }) => stage === "offered" || stage === "invited";

const ROLES = { consult: "participating", read_along: "reading" };
const takesPart = ({ stage }) => Object.values(ROLES).includes(stage);
const CONVERSING = ["assigned", "wrapping_up", "waiting_for_customer", "participating", "reading"];

export class Work {
  presence = { state: "offline", reason: "", suspended: false, suspended_reason: null };
  items = new Map(); // by contact id: a contact has one offer or one assignment at most

  offers = () => [...this.#of("offered"), ...this.#of("invited")];
  assignments = () => CONVERSING.flatMap((stage) => this.#of(stage));

  // What is known of a customer has changed: `known` counts how often, so that the page notices.
  know(id, customer, history) {
    const item = this.items.get(id);
    if (item) Object.assign(item, { customer, known: (item.known ?? 0) + 1 }, history && { history });
  }

  // So that the agent's own decline is not told as news.
  decline(id) {
    const item = this.items.get(id);
    if (item) item.declined = true;
  }

  // Takes a frame in; returns what to tell the agent, if anything.
  apply({ type, data }) {
    switch (type) {
      case "hello":
        if (!data.resumed) this.items.clear(); // what is still there follows
        this.presence = { state: data.presence, reason: data.reason, suspended: data.suspended, suspended_reason: data.suspended_reason };
        return null;
      case "presence.changed":
        this.presence = data;
        return null;
      case "offer.created":
        return this.#offered(data);
      case "offer.revoked":
        return this.#revoked(data);
      case "assignment.started":
        this.items.set(data.contact.id, { ...this.items.get(data.contact.id), ...data, stage: data.state, offer_id: null });
        return null;
      case "contact.updated":
        return this.#updated(data);
      case "invitation.created":
        return this.#offered({ ...data, offer_id: data.invitation_id }, "invited");
      case "invitation.ended":
        return this.#revoked({ ...data, offer_id: data.invitation_id });
      case "participation.started":
        this.items.set(data.contact.id, { ...data, stage: ROLES[data.role], offer_id: null, assignment_id: null });
        return null;
      case "participation.ended":
        return this.#left(data);
      case "contact.verified":
        this.know(data.contact_id, data.customer, data.history);
        return this.items.has(data.contact_id) ? { tone: "good", text: t("news.verified", { who: nameOf(data) }) } : null;
      case "error":
        return { tone: "bad", text: data.message };
      default:
        return null; // a newer router may say more than this desk knows
    }
  }

  #offered(data, stage = "offered") {
    const id = data.contact.id;
    if (this.items.get(id)?.offer_id === data.offer_id) return null; // delivery is at least once
    const allowed = Math.max(1, new Date(data.expires_at) - Date.now());
    this.items.set(id, { ...data, stage, allowed });
    const key = stage === "invited" ? "offer.invited" : data.warm ? "offer.from" : data.why === "supervisor" ? "offer.from_supervisor" : "offer.new";
    const channel = tOf("channel", data.contact.channel, words(data.contact.channel ?? "contact"));
    return { tone: "offer", text: t(key, { who: nameOf(data), channel, agent: agentTitle(data.holder) }) };
  }

  #revoked({ offer_id, contact_id, why }) {
    const item = this.items.get(contact_id);
    if (item?.offer_id !== offer_id) return null;
    this.items.delete(contact_id);
    if (item.declined) return { tone: "", text: t("offer.declined", { who: nameOf(item) }) };
    return { tone: "warn", text: t("offer.taken_back", { who: nameOf(item), why: tOf("taken_back", why, why) }) };
  }

  // Who was handed the contact over serves it already, and takes part no longer.
  #left({ contact_id, why }) {
    const item = this.items.get(contact_id);
    if (item && !takesPart(item)) return null;
    this.items.delete(contact_id);
    return item ? { tone: "", text: `${nameOf(item)}: ${tOf("left", why, t("ended.participation"))}` } : null;
  }

  #updated({ contact_id, state, event, why, to, to_queue, assignment_ended, ...more }) {
    const item = this.items.get(contact_id);
    if (!item || (assignment_ended && takesPart(item))) return null;
    if (assignment_ended) {
      this.items.delete(contact_id);
      const text = tOf("ended", event, tOf("ended", state, t("ended.other", { state: tOf("state", state) })));
      return { tone: state === "completed" ? "good" : "warn", text: `${nameOf(item)}: ${text}` };
    }
    if (!takesPart(item)) item.stage = state;
    if (more.wrap_up_ends_at) item.wrap_up_ends_at = more.wrap_up_ends_at;
    if (event === "participants_changed") Object.assign(item, { participants: more.participants ?? [], invited: more.invited });
    if (FLAGS[event]) item[FLAGS[event][0]] = FLAGS[event][1];
    if (event === "callback_requested") item.contact.callback = true;
    if (event === "sensitive" && item.contact.sensitive) return null; // who heard that it is urgent knows
    if (event === "urgent") item.contact.urgent = true;
    if (event === "urgent" || event === "sensitive") turnPrivate(item.contact);
    if (event === "conversation_ended" && !String(more.by).startsWith("agent")) return { tone: "warn", text: `${nameOf(item)}: ${t("news.ended")}` };
    return this.#news(item, event, { why, to, to_queue });
  }

  #news(item, event, { why, to, to_queue }) {
    const tone = event === "transfer_cancelled" && why === "called_off" ? "good" : NEWS[event];
    if (tone === undefined) return null;
    const other = { agent_lost: why === "agent_offline" && "agent_offline", unparked: why !== "customer_wrote" && "taken_up" }[event];
    const key = `news.${other || event}`;
    const where = to ? agentTitle(to) : queueTitle(to_queue);
    return { tone, text: `${nameOf(item)}: ${t(key, { where, why: words(why) })}` };
  }

  #of = (stage) => [...this.items.values()].filter((item) => item.stage === stage);
}

// Sensitive contacts are answered in private, wherever they came from.
function turnPrivate(contact) {
  contact.sensitive = true;
  if (contact.modality) contact.modality = "one_to_one";
}

export function nameOf({ customer }) {
  return customer?.name || customer?.addresses?.[0]?.value || t("unknown_customer");
}
