// What the agent does: each act is a frame to the router, and what goes wrong is said.

import { inPublic } from "./composer.js";
import { t, tOf } from "./language.js";
import { mayInform, queueTitle } from "./titles.js";

const WINDOW = 200; // messages that are read at once
const NEWER = ["conversation.read", "workspace.read"]; // what a router of the version before does not know

// `desk` has the socket, the work, the conversations and the drafts; `notify` says something, `draw` shows what is new.
export function actsOf(desk, { notify, draw }) {
  async function ask(type, data) {
    try {
      return await desk.socket.send(type, data);
    } catch (error) {
      if (!(error.slug === "invalid_frame" && NEWER.includes(type))) notify({ tone: "bad", text: tOf("problem", error.slug, error.message) });
      return null;
    }
  }

  // Sends what many will read. Returns the places that would reveal something, none if it is sent, else null.
  async function told(type, data, done = () => {}) {
    try {
      done(await desk.socket.send(type, data));
      return [];
    } catch (error) {
      if (error.slug === "reveals_private" && error.problem?.places) return error.problem.places;
      notify({ tone: "bad", text: tOf("problem", error.slug, error.message) });
      return null;
    }
  }

  // A summary that the customer was asked about is shown, and the conversation is back, once they have agreed.
  function summed(item, asked) {
    const before = item.summary?.state;
    item.summary = asked;
    const shown = !asked || (asked.state === "agreed" && before === "waiting");
    if (shown && inPublic({ ...item.contact, modality: undefined })) item.contact.modality = "many_to_many";
  }

  // Says where a contact has gone if that is not where it was sent, or if it has to wait until the queue opens.
  async function passOn(type, data) {
    const route = (await ask(type, data))?.route;
    const where = route && { queue: queueTitle(route.queue), why: route.reasons.join("; ") };
    if (route?.opens_at) notify({ tone: "bad", text: t("pass.until_open", where) });
    else if (route && data.queue && route.queue !== data.queue) notify({ tone: "", text: t("pass.went", where) });
  }

  async function loaded(contact, bounds, options) {
    const window = await ask("conversation.read", { contact_id: contact, limit: WINDOW, ...bounds });
    if (window) desk.conversations.window(contact, window, options);
    draw();
  }

  // One client id a message, also when it is sent again: the router writes it once.
  async function deliver(contact, message) {
    desk.conversations.sending(contact, message);
    draw();
    try {
      const { kind, text, attachments, visibility, to_agent, client_id, answers } = message;
      const files = attachments?.length && { attachments: attachments.map(({ id }) => ({ id })) };
      const ack = await desk.socket.send("message.send", { contact_id: contact, client_id, kind, text, ...files, ...(visibility && { visibility }), ...(to_agent && { to_agent }), ...(answers && { answers }) });
      desk.conversations.sent(contact, client_id, ack.message);
      forgetUnsent(contact, client_id);
    } catch (error) {
      const why = tOf("problem", error.slug, error.message);
      desk.conversations.failed(contact, message.client_id, why);
      if (!error.lost) refuse(contact, message.client_id, why);
    }
    draw();
  }

  function changed(contact, ack) {
    if (ack) desk.conversations.of(contact).add(ack.message);
    return Boolean(ack);
  }

  const unsentOf = (contact) => {
    const item = desk.work.items.get(contact);
    return item ? desk.drafts.of(item.contact) : {};
  };

  // What the router has refused goes out again by the agent's word alone.
  function refuse(contact, clientId, why) {
    const message = unsentOf(contact).unsent?.[clientId];
    if (message) message.refused = why;
    desk.drafts.changed();
  }

  function forgetUnsent(contact, clientId) {
    const draft = unsentOf(contact);
    if (draft.unsent) delete draft.unsent[clientId];
    if (draft.unsent && !Object.keys(draft.unsent).length) delete draft.unsent;
    desk.drafts.changed();
  }

  const serving = {
    accept({ stage, offer_id }) {
      return stage === "invited" ? ask("invitation.accept", { invitation_id: offer_id }) : ask("offer.accept", { offer_id });
    },
    decline({ stage, contact, offer_id }, reason) {
      desk.work.decline(contact.id);
      if (stage === "invited") ask("invitation.decline", { invitation_id: offer_id, reason });
      else ask("offer.decline", { offer_id, reason });
    },
    async complete(item, disposition, notes, topic, retention) {
      const { assignment_id } = item;
      const done = await ask("assignment.complete", { assignment_id, disposition, notes, topic, ...(retention && { retention }) });
      if (done) desk.drafts.of(item.contact).saved = noted({ disposition, notes });
    },
    // Keeps what is noted, if it is not kept yet: who hangs up does not take it along. Returns whether it is kept.
    async save({ assignment_id }, draft, { quietly = false } = {}) {
      const now = noted(draft);
      if (now === noted({}) || now === draft.saved) return true;
      const data = { assignment_id, notes: draft.notes ?? "", disposition: draft.disposition || null };
      if (!(await (quietly ? desk.socket.send("assignment.save", data).catch(() => null) : ask("assignment.save", data)))) return false;
      draft.saved = now;
      return true;
    },
    // What was noted while the line was lost.
    saveNoted() {
      for (const item of desk.work.assignments()) if (item.assignment_id) serving.save(item, desk.drafts.of(item.contact), { quietly: true });
    },
    async moreTime(item, s) {
      const more = await ask("wrap_up.more_time", { assignment_id: item.assignment_id, s });
      if (more) item.wrap_up_ends_at = more.wrap_up_ends_at;
    },
    async endWrapUp(item, draft) {
      if (await serving.save(item, draft)) ask("wrap_up.done", { assignment_id: item.assignment_id });
    },
    hold({ contact, assignment_id }) {
      ask(desk.work.items.get(contact.id)?.on_hold ? "contact.resume" : "contact.hold", { assignment_id });
    },
    park({ contact, assignment_id }) {
      const talk = desk.conversations.of(contact.id);
      ask("contact.park", { assignment_id, ...(talk.loaded && { read_up_to: talk.lastSeq }) });
    },
    // One step: the router tells the public, and the case and what was said go along.
    async move({ contact }) {
      const ack = await ask("contact.modality", { contact_id: contact.id, to: inPublic(contact) ? "one_to_one" : "many_to_many", reason: "by the agent, at the desk" });
      const item = ack && desk.work.items.get(contact.id);
      if (item) item.contact.modality = ack.modality;
      draw();
    },
    // Returns the places that would reveal something, none if it is done, and null if it could not be done.
    async goBack({ contact }, summary) {
      const data = { contact_id: contact.id, to: "many_to_many", reason: "by the agent, at the desk", summary };
      const places = await told("contact.modality", data, ({ asked }) => {
        const item = desk.work.items.get(contact.id);
        if (item) summed(item, asked);
        notify({ tone: "good", text: t(asked?.state === "waiting" ? "back.asked" : "back.done") });
      });
      draw();
      return places;
    },
    draftSummary: async ({ contact }) => (await ask("summary.draft", { contact_id: contact.id }))?.text,
    // What the customer says to a summary. Nothing is said here where it cannot be read.
    async readSummary({ contact }) {
      const read = await desk.socket.send("summary.read", { contact_id: contact.id }).catch(() => null);
      const item = read?.asked && desk.work.items.get(contact.id);
      if (item) summed(item, read.asked);
      draw();
    },
    unpark: ({ assignment_id }) => ask("contact.unpark", { assignment_id }),
    end: ({ contact }) => ask("contact.end", { contact_id: contact.id, why: "ended_by_agent" }),
    consult: ({ contact }, agent) => ask("contact.consult", { contact_id: contact.id, agent }),
    leave: ({ contact }) => ask("participant.leave", { contact_id: contact.id }),
    handOver: ({ contact }, agent) => ask("participant.hand_over", { contact_id: contact.id, agent }),
    transfer: ({ assignment_id }, data) => passOn("assignment.transfer", { assignment_id, ...data }),
    callOff: ({ assignment_id }) => ask("transfer.cancel", { assignment_id }),
    escalate: ({ assignment_id }, data) => passOn("assignment.escalate", { assignment_id, ...data }),
  };

  const talking = {
    send(item, { kind, text, attachments, visibility, to_agent, answers }) {
      const message = { client_id: newId(), kind, text, attachments, visibility, to_agent, answers, author: desk.me, channel: item.contact.channel };
      const draft = desk.drafts.of(item.contact);
      draft.unsent = { ...draft.unsent, [message.client_id]: message };
      desk.drafts.changed();
      return deliver(item.contact.id, message);
    },
    typing: (contact) => desk.socket.send("typing", { contact_id: contact }).catch(() => {}),
    load: (contact) => loaded(contact, {}),
    loadEarlier: (contact) => loaded(contact, { before_seq: desk.conversations.of(contact).inOrder()[0]?.seq }),
    catchUp: (contact) => loaded(contact, { after_seq: desk.conversations.of(contact).lastSeq }, { after: true }),
    async read(contact) {
      const talk = desk.conversations.of(contact);
      const mark = `agent:${desk.me}`;
      if (!talk.lastSeq || (talk.readUpTo[mark] ?? 0) >= talk.lastSeq) return;
      talk.readUpTo = { ...talk.readUpTo, [mark]: talk.lastSeq };
      if (talk.unread) desk.conversations.read(contact);
      desk.socket.send("message.read", { contact_id: contact, up_to_seq: talk.lastSeq }).catch(() => {});
    },
    // What the line, or a reload, has kept from the router goes out again.
    sendUnsent() {
      for (const contact of desk.work.items.keys()) {
        const talk = desk.conversations.of(contact);
        for (const message of Object.values(unsentOf(contact).unsent ?? {})) {
          if (message.refused) {
            desk.conversations.sending(contact, message);
            desk.conversations.failed(contact, message.client_id, message.refused);
          } else if (talk.pending.get(message.client_id)?.failed !== null) deliver(contact, message);
        }
      }
    },
    ofMessages: (contact) => ({
      sendAgain: (message) => deliver(contact, message),
      again: draw,
      edit: async ({ id }, text) => changed(contact, await ask("message.edit", { message_id: id, text })),
      redact: async ({ id }, why) => changed(contact, await ask("message.redact", { message_id: id, why })),
      saveAnswer: async ({ id }, title) => {
        const saved = await ask("answers.save", { message_id: id, title });
        if (saved) notify({ tone: "good", text: t("answers.saved") });
        return Boolean(saved);
      },
      openIncidents: async () => (mayInform() && (await ask("incidents.open", {}))?.incidents) || [],
      share: async ({ id }, { incident, title, text }) => {
        const places = await (incident ? told("answers.inform", { message_id: id, incident_id: incident, text }) : told("answers.save", { message_id: id, title, text }));
        if (places?.length === 0) notify({ tone: "good", text: t(incident ? "share.told" : "answers.saved") });
        return places;
      },
      renew: async (seq) => {
        await loaded(contact, { after_seq: seq - 1, limit: 1 }, { after: true });
        return desk.conversations.of(contact).messages.get(seq);
      },
      redeliver: ({ id }) => ask("message.send_again", { message_id: id }),
    }),
  };

  const knowing = {
    // Whom it may be, where several customers can be meant.
    async verify({ assignment_id }, customer_id) {
      try {
        await desk.socket.send("contact.verify", { assignment_id, customer_id });
        return [];
      } catch (error) {
        notify({ tone: "bad", text: error.message });
        return error.problem?.candidates ?? [];
      }
    },
    async change({ contact, assignment_id }, data) {
      const told = await ask("customer.change", { assignment_id, ...data });
      if (!told) return;
      desk.work.know(contact.id, told.customer);
      draw();
    },
    async insertAnswer(contact, answer) {
      try {
        return await desk.socket.send("answers.insert", { contact_id: contact, ...answer });
      } catch (error) {
        const text = error.slug === "not_found" ? t("answers.no_such", { name: answer.shortcut ? `;${answer.shortcut}` : answer.name }) : tOf("problem", error.slug, error.message);
        notify({ tone: "bad", text });
        return null;
      }
    },
    directory: (search) => ask("directory.list", { search }),
    async topics() {
      desk.topics ??= ask("directory.list", { search: "" }).then((found) => found?.topics ?? null);
      return desk.topics;
    },
  };

  return { ask, ...serving, ...talking, ...knowing };
}

const noted = ({ disposition, notes }) => JSON.stringify([disposition || "", (notes ?? "").trim()]);

// A UUID also where the page is not on a secure origin.
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
