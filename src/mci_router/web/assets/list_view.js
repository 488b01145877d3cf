// The left of the desk: what is offered, the conversations, and who waits.

import { h } from "./dom.js";
import { t, tOf } from "./language.js";
import { agentTitle, queueTitle, topicTitle } from "./titles.js";
import { capital, words } from "./words.js";
import { isOffer, nameOf } from "./work.js";

const STAGES = { wrapping_up: "warn", waiting_for_customer: "", participating: "good", reading: "" };

// One line of a list, for `keyed`: the element stays, so that the focus does.
export function cardView(id, desk) {
  const [who, corner, what, time, last, unread, fuse] = ["who", "corner", "what", "age", "last", "unread", "fuse"].map((name) => h("span", { class: name }));
  const button = h("button", { type: "button", "data-contact": id, click: () => desk.select(id) },
    h("span", { class: "row" }, who, corner), h("span", { class: "row" }, last, unread), h("span", { class: "row" }, what, time), fuse);
  const element = h("li", {}, button);
  let drawn = "";
  const show = ({ item, selected, talk }) => {
    const message = talk.last();
    const now = [item.stage, item.offer_id, selected, talk.version, item.known, item.contact.topic].join();
    if (now === drawn) return;
    drawn = now;
    const { contact, stage } = item;
    button.className = `contact-card ${isOffer(item) ? "offered" : stage}${talk.unread ? " has-unread" : ""}`;
    if (selected) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    who.textContent = nameOf(item);
    fill(corner, isOffer(item) ? h("span", { class: "left", "data-expires": item.accepts_at ?? item.expires_at }) : stage in STAGES && h("span", { class: `pill ${STAGES[stage]}` }, t(`stage.${stage}`)));
    last.textContent = message ? (message.kind === "customer" ? message.text : t("list.you", { text: message.text })) : contact.text;
    fill(unread, talk.unread > 0 && h("span", { class: "pill count", "aria-label": t("list.unread", { count: talk.unread }) }, String(talk.unread)));
    what.textContent = `${tOf("channel", contact.channel, capital(words(contact.channel)))} · ${topicTitle(contact.topic) || t("no_topic")}`;
    time.dataset.since = message?.received_at ?? contact.accepted_at;
    fuse.hidden = !isOffer(item);
    if (isOffer(item)) Object.assign(fuse.dataset, { fuse: item.expires_at, allowed: item.allowed });
  };
  return { element, show };
}

const fill = (box, child) => box.replaceChildren(...(child ? [child] : []));

// One conversation of a colleague's, with the way to read it along; none where the agent is there already.
export function readableCard({ contact_id, agent, queue, channel, topic, subject, sensitive, accepted_at, here }, read) {
  const what = subject || topicTitle(topic) || t("contact");
  const about = [agentTitle(agent), tOf("channel", channel, capital(words(channel))), queueTitle(queue), sensitive && t("list.sensitive")];
  return h("li", { class: "contact-card waiting" },
    h("span", { class: "row" }, h("span", { class: "who" }, what), h("span", { class: "age", "data-since": accepted_at })),
    h("span", { class: "row" },
      h("span", { class: "what" }, about.filter(Boolean).join(" · ")),
      !here && h("button", { type: "button", "aria-label": t("list.read_this", { agent: agentTitle(agent), what }), click: () => read(contact_id) }, t("list.read_along"))),
  );
}

// One contact of the line, with the way to take it where there is room.
export function waitingCard({ contact_id, queue, channel, topic, subject, sensitive, urgent, priority, callback, enqueued_at, room }, pull) {
  const what = subject || topicTitle(topic) || t("contact");
  const marks = [callback && t("tag.call_back"), priority > 0 && t("tag.priority", { number: priority }), urgent && t("list.urgent"), sensitive && t("list.sensitive")];
  return h("li", { class: "contact-card waiting" },
    h("span", { class: "row" }, h("span", { class: "who" }, what), h("span", { class: "age", "data-since": enqueued_at })),
    h("span", { class: "row" },
      h("span", { class: "what" }, [tOf("channel", channel, capital(words(channel))), queueTitle(queue), ...marks].filter(Boolean).join(" · ")),
      room === false
        ? h("span", { class: "hint" }, t("list.no_room"))
        : h("button", { type: "button", "aria-label": t("list.take_this", { what }), click: () => pull(contact_id) }, t("list.take"))),
  );
}
