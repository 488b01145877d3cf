// Drafts: what an agent has typed and not sent, by contact. They outlive a reload of the tab and a lost line; those of
// sensitive contacts stay in memory alone.

const KEY = "mci.desk.drafts"; // sessionStorage: this tab only
const LATER_MS = 300;

export class Drafts {
  #drafts = new Map();
  #fleeting = new Set(); // contacts whose drafts are not stored
  #agent = "";
  #timer = null;

  // Takes up what this agent has typed in this tab before.
  restore(agent) {
    if (this.#agent === agent) return;
    this.#agent = agent;
    const kept = parsed(sessionStorage.getItem(KEY));
    if (kept?.agent !== agent) return;
    for (const [contact, draft] of Object.entries(kept.drafts)) if (!this.#drafts.has(contact)) this.#drafts.set(contact, draft);
  }

  // The draft of a contact: an object with a member a field. Call `changed` after writing to it.
  of({ id, sensitive }) {
    if (sensitive && !this.#fleeting.has(id)) {
      this.#fleeting.add(id);
      this.store(); // without it: it may have been kept before
    }
    if (!this.#drafts.has(id)) this.#drafts.set(id, {});
    return this.#drafts.get(id);
  }

  changed() {
    this.#timer ??= setTimeout(() => this.store(), LATER_MS);
  }

  forget(contact) {
    this.#drafts.delete(contact);
    this.#fleeting.delete(contact);
    this.changed();
  }

  clear() {
    this.#drafts.clear();
    this.#agent = "";
    sessionStorage.removeItem(KEY);
  }

  store() {
    clearTimeout(this.#timer);
    this.#timer = null;
    if (!this.#agent) return;
    const kept = [...this.#drafts].filter(([contact, draft]) => !this.#fleeting.has(contact) && Object.keys(draft).length);
    sessionStorage.setItem(KEY, JSON.stringify({ agent: this.#agent, drafts: Object.fromEntries(kept) }));
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
