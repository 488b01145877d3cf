// The conversation of the contact shown: what was told before, and what is said, over all channels of its case.

import { h, keyed } from "./dom.js";
import { language, t, tOf } from "./language.js";
import { entryView } from "./message_view.js";
import { capital, locale, moment, words } from "./words.js";
import { nameOf } from "./work.js";

const WRITES = ["assigned", "wrapping_up", "waiting_for_customer", "participating"]; // who may change what is said
const NEAR_PX = 80; // of the end: what comes then is scrolled to

export function conversationView(contact, desk) {
  const list = h("ol", { class: "messages" });
  const earlier = h("button", { type: "button", class: "earlier", click: () => loadEarlier() }, t("talk.earlier"));
  const told = h("div", {});
  const typing = h("p", { class: "typing", role: "status" });
  const down = h("button", { type: "button", class: "down", hidden: true, click: () => toEnd() }, t("talk.new"));
  const log = h("div", { class: "log", role: "log", tabindex: "0", "aria-label": t("talk.title"), scroll: () => seen() }, earlier, told, list, typing);
  const element = h("section", { class: "talk" }, log, down);
  let [drawn, newest] = ["", 0];

  const near = () => log.scrollHeight - log.scrollTop - log.clientHeight < NEAR_PX;
  const toEnd = () => { log.scrollTop = log.scrollHeight; };
  const seen = () => { if (near()) down.hidden = true; };

  async function loadEarlier() {
    earlier.disabled = true;
    const before = log.scrollHeight;
    await desk.acts.loadEarlier(contact.id);
    earlier.disabled = false;
    log.scrollTop += log.scrollHeight - before; // what was looked at stays where it is
  }

  function show(item) {
    const talk = desk.conversations.of(contact.id);
    const typed = talk.typing && talk.typing.until > Date.now() && talk.typing.name !== desk.me ? talk.typing : null;
    const now = [talk.version, item.known ?? 0, language(), Boolean(typed)].join();
    if (now === drawn) return;
    const [first, followed] = [!drawn, near()];
    drawn = now;
    earlier.hidden = !talk.more;
    if (first) told.replaceChildren(...alreadyTold(item.told));
    keyed(list, entries(talk, item, desk.me), () => entryView(desk.acts.ofMessages(contact.id)));
    typing.textContent = typed ? t("talk.typing", { who: typed.who === "customer" ? nameOf(item) : typed.name ?? "" }) : "";
    const last = Math.max(talk.lastSeq, talk.pending.size ? Number.MAX_SAFE_INTEGER : 0);
    if (first || followed || talk.pending.size) toEnd();
    else if (last > newest) down.hidden = false;
    newest = talk.lastSeq;
  }

  return { element, show, focus: () => log.focus(), toEnd };
}

// Entries by their keys, in order: messages, what is under way, and a line where the day or the channel changes.
function entries(talk, item, me) {
  const shown = new Map();
  const changeable = WRITES.includes(item.stage);
  const about = { customer: nameOf(item), me, changeable };
  const read = talk.readUpTo.customer ?? 0;
  let [day, contact] = ["", null];
  const messages = talk.messages.size ? talk.inOrder() : fallback(item);
  for (const message of messages) {
    const on = new Date(message.received_at).toDateString();
    if (on !== day || message.contact_id !== contact) {
      const channel = message.contact_id === contact ? "" : tOf("channel", message.channel, capital(words(message.channel)));
      shown.set(`d${message.seq}`, { divider: [dayOf(message.received_at), channel].filter(Boolean).join(" · ") });
      [day, contact] = [on, message.contact_id];
    }
    shown.set(message.id, { message, read: message.kind === "agent" && message.seq <= read, ...about });
  }
  for (const [id, message] of talk.pending) shown.set(`p${id}`, { message, pending: true, failed: message.failed, ...about });
  return shown;
}

// Of a router that knows no messages yet: the contact's own words.
function fallback({ contact }) {
  if (!contact.text) return [];
  return [{ id: contact.id, seq: 0, contact_id: contact.id, kind: "customer", visibility: contact.visibility ?? "private", text: contact.text, channel: contact.channel, received_at: contact.accepted_at }];
}

const dayOf = (time) => new Intl.DateTimeFormat(locale(), { weekday: "short", day: "numeric", month: "short" }).format(new Date(time));

function alreadyTold(list) {
  if (!list?.length) return [];
  return [h("details", { class: "told", open: true },
    h("summary", {}, t("told.title", { count: list.length })),
    list.map(({ by, at, title, text, accepted }) => h("article", { class: by },
      h("p", { class: "head" }, h("strong", {}, t(`told.${by}`)), accepted && h("span", { class: "pill good" }, t("told.accepted")), h("time", {}, moment(at))),
      title && h("p", { class: "title" }, title),
      h("p", { class: "said", dir: "auto" }, text))))];
}
