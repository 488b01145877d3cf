// What the agent is offered and has under way, as the router's frames tell it. No page, no network.

import { words } from "./words.js";

const TAKEN_BACK = {
  not_responding: "You did not answer in time, so it goes to somebody else.",
  abandoned: "The customer left.",
  cancelled: "An operator cancelled the contact.",
  resolved: "It was resolved without you.",
  agent_away: "You went away, so it goes to somebody else.",
  agent_offline: "You went offline, so it goes to somebody else.",
  agent_suspended: "You are suspended, so it goes to somebody else.",
  agent_lost: "The desk was not connected, so it goes to somebody else.",
  called_off: "Its agent keeps it after all.",
  completed: "It was completed without you.",
  moved: "It goes to somebody else.",
  queued: "It goes to somebody else.",
};
const ENDED = {
  completed: "Completed.",
  abandoned: "The customer left.",
  cancelled: "An operator cancelled the contact.",
  resolved: "Resolved.",
  transferred: "The next agent has it now.",
  queued: "It is in line, for somebody else.",
};
// What happens to a contact that stays with the agent.
const NEWS = {
  transferring: ({ to, to_queue }) => ({ tone: "", text: `Asked ${words(to ?? to_queue)}. You keep it until somebody accepts.` }),
  transfer_failed: ({ why }) => ({ tone: "warn", text: `Nobody took it over (${words(why)}). You still have it.` }),
  transfer_cancelled: ({ why }) => (why === "called_off" ? { tone: "good", text: "Called off. You still have it." } : null),
  interrupted: () => ({ tone: "warn", text: "Interrupted: a live contact comes first. It goes on by itself afterwards." }),
  resumed: () => ({ tone: "good", text: "Goes on." }),
  hold_started: () => ({ tone: "", text: "On hold." }),
  hold_ended: () => ({ tone: "", text: "Off hold." }),
  agent_lost: ({ why }) => ({ tone: "bad", text: why === "agent_offline" ? "You went offline: unless you come back, it goes to a colleague soon." : "Your desk was not connected for a while." }),
  agent_returned: () => ({ tone: "good", text: "Still yours." }),
  callback_requested: () => ({ tone: "warn", text: "The customer hung up and wants to be called." }),
};
const FLAGS = { transferring: ["transferring", true], transfer_failed: ["transferring", false], transfer_cancelled: ["transferring", false], interrupted: ["interrupted", true], resumed: ["interrupted", false], hold_started: ["on_hold", true], hold_ended: ["on_hold", false] };

export class Work {
  presence = { state: "offline", reason: "", suspended: false, suspended_reason: null };
  drafts = new Map(); // disposition, notes and topic being given, by assignment id: they outlive a reconnect
  items = new Map(); // by contact id: a contact has one offer or one assignment at most

  offers = () => this.#of("offered");
  assignments = () => [...this.#of("assigned"), ...this.#of("wrapping_up")];

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
      case "contact.verified":
        this.know(data.contact_id, data.customer, data.history);
        return this.items.has(data.contact_id) ? { tone: "good", text: `${nameOf(data)}: verified.` } : null;
      case "error":
        return { tone: "bad", text: data.message };
      default:
        return null; // a newer router may say more than this desk knows
    }
  }

  #offered(data) {
    const id = data.contact.id;
    if (this.items.get(id)?.offer_id === data.offer_id) return null; // delivery is at least once
    const allowed = Math.max(1, new Date(data.expires_at) - Date.now());
    this.items.set(id, { ...data, stage: "offered", allowed });
    const from = data.warm ? `, from ${words(data.holder)}` : data.why === "supervisor" ? ", from your supervisor" : "";
    return { tone: "offer", text: `New offer: ${nameOf(data)}, ${data.contact.channel ?? "contact"}${from}` };
  }

  #revoked({ offer_id, contact_id, why }) {
    const item = this.items.get(contact_id);
    if (item?.offer_id !== offer_id) return null;
    this.items.delete(contact_id);
    if (item.declined) return { tone: "", text: `Declined: ${nameOf(item)}` };
    return { tone: "warn", text: `Offer taken back: ${nameOf(item)}. ${TAKEN_BACK[why] ?? why}` };
  }

  #updated({ contact_id, state, event, why, to, to_queue, assignment_ended }) {
    const item = this.items.get(contact_id);
    if (!item) return null;
    if (assignment_ended) {
      this.items.delete(contact_id);
      this.drafts.delete(item.assignment_id);
      const text = ENDED[event] ?? ENDED[state] ?? `It is ${words(state)} now and no longer yours.`;
      return { tone: state === "completed" ? "good" : "warn", text: `${nameOf(item)}: ${text}` };
    }
    item.stage = state;
    if (FLAGS[event]) item[FLAGS[event][0]] = FLAGS[event][1];
    if (event === "callback_requested") item.contact.callback = true;
    const news = NEWS[event]?.({ why, to, to_queue });
    return news ? { ...news, text: `${nameOf(item)}: ${news.text}` } : null;
  }

  #of = (stage) => [...this.items.values()].filter((item) => item.stage === stage);
}

export function nameOf({ customer }) {
  return customer?.name || customer?.addresses?.[0]?.value || "Unknown customer";
}
