// What is said in each contact's case, as the router's frames tell it. No page, no network.

const TYPING_MS = 6_000;
const UPWARDS = ["queued", "sent", "failed", "delivered", "read"]; // how far a message has come; only "send again" leads back

// Of two looks at a message the later one: an answer or a window may have been read before a frame that is here already.
function later(known, message) {
  if (!known || message.revision > known.revision || (message.redacted && !known.redacted)) return message;
  if (known.revision > message.revision || (known.redacted && !message.redacted)) return known;
  const rank = ({ delivery }) => UPWARDS.indexOf(delivery?.state);
  return rank(known) > rank(message) ? { ...message, delivery: known.delivery } : message;
}

class Conversation {
  messages = new Map(); // by seq: the order of the case
  pending = new Map(); // by client id: what is under way to the router, or has failed
  early = []; // own messages that came while one was under way: perhaps that one, which is shown already
  readUpTo = {}; // by party
  lastSeq = 0;
  unread = 0;
  more = false; // there are earlier messages than those here
  loaded = false; // the window was read once
  typing = null; // { who, name, until }
  version = 0; // rises with every change, so that the page knows when to draw

  add(message) {
    const known = this.messages.get(message.seq);
    this.messages.set(message.seq, later(known, message));
    this.lastSeq = Math.max(this.lastSeq, message.seq);
    this.version += 1;
    return !known;
  }

  underWay = () => [...this.pending.values()].some(({ failed }) => failed === null);

  // Shows what was kept back, once the router has answered for all that was sent.
  release() {
    if (!this.underWay()) for (const message of this.early.splice(0)) this.add(message);
  }

  // In order: a map keeps the order in which its keys came, and earlier ones may come later.
  inOrder() {
    return [...this.messages.values()].sort((one, other) => one.seq - other.seq);
  }

  last() {
    return this.inOrder().filter(({ kind }) => kind !== "note").at(-1) ?? null;
  }
}

export class Conversations {
  #all = new Map(); // by contact id

  // The conversation of a contact; made when it is first asked for.
  of(contact) {
    if (!this.#all.has(contact)) this.#all.set(contact, new Conversation());
    return this.#all.get(contact);
  }

  forget(contact) {
    this.#all.delete(contact);
  }

  clear() {
    for (const [contact, conversation] of this.#all) if (!conversation.pending.size) this.#all.delete(contact);
  }

  unread = () => [...this.#all.values()].reduce((sum, { unread }) => sum + unread, 0);

  contacts = () => [...this.#all.keys()];

  // The last messages that come with an offer or an assignment.
  begin(contact, { conversation, messages = [] }) {
    const here = this.of(contact);
    for (const message of messages) here.add(message);
    if (!conversation) return;
    here.unread = conversation.unread;
    here.more ||= !here.loaded && messages.length > 0 && messages.length < conversation.last_seq;
    here.version += 1;
  }

  // A window of the case, as `conversation.read` answers: the latest, earlier ones, or those after a number.
  window(contact, { items, more, read_up_to }, { after = false } = {}) {
    const here = this.of(contact);
    for (const message of items) here.add(message);
    if (!after) here.more = more;
    here.readUpTo = { ...here.readUpTo, ...read_up_to };
    here.loaded = true;
    here.version += 1;
  }

  // Takes a frame in. Returns the message if it is a new one of somebody else.
  apply({ type, data }, me, shown) {
    const here = this.#all.get(data.contact_id);
    if (!here) return null;
    switch (type) {
      case "message.created":
        return this.#came(here, data.message, me, data.contact_id === shown);
      case "message.updated":
        here.add(data.message);
        return null;
      case "message.delivery":
        this.#change(here, data.message_id, { delivery: { state: data.state, error: data.error } });
        return null;
      case "message.read":
        here.readUpTo = { ...here.readUpTo, [data.party]: Math.max(data.up_to_seq, here.readUpTo[data.party] ?? 0) };
        here.version += 1;
        return null;
      case "typing":
        here.typing = { ...data, until: Math.min(Date.parse(data.until) || data.until, Date.now() + TYPING_MS) };
        here.version += 1;
        return null;
      default:
        return null;
    }
  }

  #came(here, message, me, shown) {
    if (message.author === me && here.underWay()) {
      here.early.push(message);
      return null;
    }
    const isNew = here.add(message);
    if (message.kind === "customer" || message.kind === "note") here.typing = null;
    if (!isNew || message.author === me) return null;
    if (message.kind === "customer" && !shown) here.unread += 1;
    return message;
  }

  #change(here, id, changes) {
    const known = [...here.messages.values(), ...here.early].filter((message) => message.id === id);
    for (const message of known) Object.assign(message, changes);
    here.version += 1;
  }

  read(contact) {
    const here = this.of(contact);
    here.unread = 0;
    here.version += 1;
  }

  // What the agent sends is shown at once, as pending.
  sending(contact, message) {
    const here = this.of(contact);
    here.pending.set(message.client_id, { ...message, failed: null });
    here.version += 1;
  }

  sent(contact, clientId, message) {
    const here = this.of(contact);
    here.pending.delete(clientId);
    if (message) here.add(message);
    here.release();
    here.version += 1;
  }

  failed(contact, clientId, why) {
    const here = this.of(contact);
    const pending = here.pending.get(clientId);
    if (pending) here.pending.set(clientId, { ...pending, failed: why });
    here.release();
    here.version += 1;
  }
}
