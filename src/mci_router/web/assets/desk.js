// The agent desk: joins the socket, what it tells of, and the page.

import { actsOf } from "./acts.js";
import { mark, notifyBrowser, remind, ring } from "./alerts.js";
import { contactView, shapeOf } from "./contact_view.js";
import { Conversations } from "./conversations.js";
import { customerPane } from "./customer.js";
import { byId, h, keyed, tell } from "./dom.js";
import { Drafts } from "./drafts.js";
import { guideBeside } from "./guide.js";
import { language, speak, t, tOf } from "./language.js";
import { cardView } from "./list_view.js";
import { listsBeside } from "./lists_beside.js";
import { openSettings, openShortcuts } from "./menu.js";
import { planBeside } from "./plan.js";
import { preference, preferencesOf } from "./preferences.js";
import { runsBeside } from "./runs.js";
import { listen } from "./shortcuts.js";
import { forget, offerSignIn, token } from "./sign_in.js";
import { AgentSocket } from "./socket.js";
import { tick } from "./ticking.js";
import { agentTitle, learn, mayReadAlong } from "./titles.js";
import { Work, isOffer, nameOf } from "./work.js";

const NOTICE_MS = 9_000;
const MOST_NOTICES = 4;
const TONES = { connecting: "warn", open: "good", waiting: "bad", replaced: "bad" };

const desk = { socket: null, work: new Work(), conversations: new Conversations(), drafts: new Drafts(), me: "", selected: null, topics: null };
desk.acts = actsOf(desk, { notify, draw });
desk.select = (id) => select(id);
desk.guide = guideBeside(desk, { notify });
desk.plan = planBeside(desk, { notify });
desk.runs = runsBeside(desk, { notify, insert: (text) => view?.compose?.put(text) });

let view = null; // of the contact in the middle
let [customerShown, built] = ["", ""]; // the second: with which words the page was

/* Coming and going */

function connect() {
  byId("sign-in").hidden = true;
  byId("desk").hidden = false;
  desk.socket?.close();
  desk.socket = new AgentSocket(token(), { onState: connection, onFrame: receive });
  draw();
}

function signOut(why = "") {
  desk.socket?.close();
  desk.drafts.store();
  if (!why) desk.drafts.clear(); // who signs out leaves nothing behind; who is signed out finds it again
  desk.plan.forget();
  built = "";
  Object.assign(desk, { socket: null, work: new Work(), me: "" }); // the next agent at this desk sees nothing of it
  for (const contact of desk.conversations.contacts()) desk.conversations.forget(contact);
  draw();
  forget(why);
}

function connection(state, detail) {
  if (state === "refused" || state === "over") return signOut(t(`over.${detail ?? state}`) || t(`over.${state}`));
  byId("connection").textContent = t(`line.${state}`);
  byId("connection").className = `pill dot ${TONES[state]}`;
  byId("desk").dataset.connection = state;
  if (state === "open") caughtUp();
  drawBanner();
}

// After each hello: the workspace's words, and what was said while the line was away.
async function caughtUp() {
  desk.topics = null;
  const workspace = await desk.acts.ask("workspace.read", {});
  if (workspace) learn(workspace);
  byId("others").hidden = !mayReadAlong();
  byId("agent-name").textContent = agentTitle(desk.me);
  const said = JSON.stringify([desk.me, language(), workspace]);
  if (said === built) desk.runs.renew(); // what is open and half typed stays as it is
  else renew();
  built = said;
  desk.plan.read();
  desk.acts.sendUnsent();
  desk.acts.saveNoted();
  for (const contact of desk.conversations.contacts()) if (desk.conversations.of(contact).loaded) desk.acts.catchUp(contact);
}

/* What the router says */

function receive(frame) {
  const { type, data } = frame;
  if (type === "hello") greeted(data);
  if (type === "plan.changed") desk.plan.changed();
  const before = desk.work.items.get(desk.selected);
  const offered = before && isOffer(before);
  const notice = desk.work.apply(frame);
  if (data.messages || data.conversation) desk.conversations.begin(data.contact.id, data);
  const message = desk.conversations.apply(frame, desk.me, document.hidden ? null : desk.selected);
  if (message) heard(message, data.contact_id);
  if (notice?.tone === "offer") alertOf(notice.text, data.offer_id ?? data.invitation_id);
  else if (notice) notify(notice);
  settle(data.contact_id);
  draw();
  const now = desk.work.items.get(desk.selected);
  if (offered && now?.contact.id === before.contact.id && !isOffer(now)) view?.focus();
}

function greeted({ agent, resumed }) {
  if (!resumed) {
    desk.conversations.clear();
    built = "";
  }
  if (desk.me === agent) return;
  desk.plan.forget();
  desk.me = agent;
  desk.drafts.restore(agent);
  preferencesOf(agent);
  speak(preference("language") ?? language());
}

function heard(message, contact) {
  const item = desk.work.items.get(contact);
  if (!item || (contact === desk.selected && !document.hidden)) return;
  ring("message");
  if (message.kind === "customer") notifyBrowser(t("alert.message", { who: t("customer") }), contact);
}

function alertOf(text, offer) {
  ring("offer");
  byId("urgent").textContent = text;
  notifyBrowser(t("alert.offer"), offer);
}

// What is gone is forgotten, and the next thing is shown: an offer first, then who waits for an answer.
function settle(contact) {
  const { work, conversations, drafts } = desk;
  if (contact && !work.items.has(contact)) {
    conversations.forget(contact);
    drafts.forget(contact);
    desk.guide.forget(contact);
  }
  for (const [id, item] of work.items) {
    conversations.of(id);
    drafts.of(item.contact);
  }
  if (work.items.has(desk.selected)) return;
  const gone = desk.selected;
  const unread = work.assignments().find(({ contact }) => conversations.of(contact.id).unread);
  desk.selected = (work.offers()[0] ?? unread ?? work.assignments()[0])?.contact.id ?? null;
  if (gone) queueMicrotask(home);
}

function select(id) {
  desk.selected = id;
  draw();
  view?.focus();
}

/* The page */

function draw() {
  const focused = document.activeElement;
  show();
  if (!focused?.isConnected && document.activeElement === document.body) home();
}

// What had the focus is gone: to what is shown instead, and never to a button that would do something.
const home = () => (desk.selected ? view?.heading : byId("contact").querySelector("h3"))?.focus();

function show() {
  const [offers, assignments] = [desk.work.offers(), desk.work.assignments()];
  if (!desk.work.items.has(desk.selected)) desk.selected = (offers[0] ?? assignments[0])?.contact.id ?? null;
  drawList("offers", offers, "list.no_offers");
  drawList("assignments", assignments, "list.nothing");
  drawContact(desk.work.items.get(desk.selected));
  drawPresence();
  drawBanner();
  mark({ offers: offers.length, unread: desk.conversations.unread() });
  tick(desk.work);
}

// In another language all is built again; what is typed is in the drafts.
function renew() {
  for (const id of ["offers", "assignments"]) {
    byId(id).parts = undefined;
    byId(id).replaceChildren();
  }
  [view, customerShown] = [null, ""];
  desk.guide.renew();
  desk.runs.renew();
  desk.plan.renew();
  if (byId("desk").dataset.connection) byId("connection").textContent = t(`line.${byId("desk").dataset.connection}`);
  draw();
}

function drawList(id, items, empty) {
  const entry = (item) => [item.contact.id, { item, selected: item.contact.id === desk.selected, talk: desk.conversations.of(item.contact.id) }];
  const shown = new Map(items.length ? items.map(entry) : [["", null]]);
  keyed(byId(id), shown, (contact) => (contact ? cardView(contact, desk) : { element: h("li", { class: "hint" }, t(empty)), show() {} }));
}

function drawContact(item) {
  if (!item) return drawIdle();
  const { contact } = item;
  if (view?.shape !== shapeOf(item)) {
    view = contactView(item, desk);
    byId("contact").replaceChildren(view.element);
    if (!desk.conversations.of(contact.id).loaded && !isOffer(item) && byId("desk").dataset.connection === "open") desk.acts.load(contact.id);
  }
  view.show(item);
  if (!isOffer(item) && !document.hidden) desk.acts.read(contact.id);
  const now = [shapeOf(item), item.known ?? 0, language()].join();
  if (now !== customerShown) byId("customer").replaceChildren(...customerPane(item, desk.acts).filter(Boolean));
  customerShown = now;
  desk.guide.show(item);
  desk.runs.show(item);
}

function drawIdle() {
  const { presence } = desk.work;
  const now = ["idle", presence.state, presence.suspended, language()].join();
  if (view?.shape === now) return;
  const available = presence.state === "available";
  const title = presence.suspended ? t("idle.suspended") : available ? t("idle.waiting") : t("idle.you_are", { state: t(`presence.${presence.state}`).toLowerCase() });
  const hint = presence.suspended ? "idle.until_ended" : available ? "idle.by_themselves" : "idle.while_available";
  const become = !available && !presence.suspended && h("button", { type: "button", class: "primary", click: () => setPresence("available") }, t("presence.become"));
  view = { shape: now, show() {}, focus: () => byId("contact").querySelector("h3").focus(), heading: byId("contact") };
  byId("contact").replaceChildren(h("div", { class: "idle" }, h("h3", { tabindex: "-1" }, title), h("p", { class: "hint" }, t(hint)), become || ""));
  byId("customer").replaceChildren();
  customerShown = "";
  desk.guide.show(null);
  desk.runs.show(null);
}

function drawPresence() {
  const { state, reason } = desk.work.presence;
  for (const button of document.querySelectorAll("#presence button")) button.setAttribute("aria-pressed", String(button.dataset.state === state));
  const choice = byId("away-reason");
  if (state === "away") choice.value = [...choice.options].some((option) => option.value === reason) ? reason : "";
  else if (choice.selectedOptions[0]?.hidden) choice.value = "break";
}

function drawBanner() {
  const [banner, { state }, { presence }] = [byId("desk-banner"), { state: byId("desk").dataset.connection }, desk.work];
  const button = (key, click) => banner.append(h("button", { type: "button", click }, t(key)));
  const now = [state, presence.state, presence.reason, presence.suspended, language()].join();
  if (banner.dataset.shown === now) return;
  banner.dataset.shown = now;
  if (state === "replaced") {
    tell(banner, t("line.taken_over"), "bad");
    button("line.take_back", connect);
  } else if (state === "waiting") tell(banner, t("line.lost"), "bad");
  else if (presence.suspended) tell(banner, t("presence.suspended_you", { reason: presence.suspended_reason || t("presence.no_reason") }), "warn");
  else if (presence.state === "away" && presence.reason === "not_responding") {
    tell(banner, t("presence.unanswered"), "warn");
    button("presence.become", () => setPresence("available"));
  } else tell(banner, "");
}

function notify({ tone, text }) {
  const notice = h("p", { class: `notice ${tone}` }, text);
  byId("notices").append(notice);
  if (byId("notices").childElementCount > MOST_NOTICES) byId("notices").firstElementChild.remove();
  setTimeout(() => notice.remove(), NOTICE_MS);
}

/* What the agent does beside contacts */

async function setPresence(state) {
  const reason = state === "away" ? byId("away-reason").value : "";
  if (!(await desk.acts.ask("presence.set", { state, reason }))) return;
  desk.work.presence = { ...desk.work.presence, state, reason };
  draw();
}

function step(by) {
  const ids = [...desk.work.offers(), ...desk.work.assignments()].map(({ contact }) => contact.id);
  if (!ids.length) return;
  desk.selected = ids[(ids.indexOf(desk.selected) + by + ids.length) % ids.length];
  draw();
  document.querySelector(`[data-contact="${desk.selected}"]`)?.scrollIntoView({ block: "nearest" });
  view.heading.focus();
}

// Ctrl+Enter does what comes next: it sends what is being written, or accepts, completes, ends the wrap-up.
function primary(event) {
  const form = event.target.closest?.("form");
  const button = form?.classList.contains("composer") ? form.querySelector("[data-send]") : document.querySelector("#contact [data-primary]");
  button?.form.requestSubmit();
}

for (const button of document.querySelectorAll("#presence button")) button.addEventListener("click", () => setPresence(button.dataset.state));
byId("away-reason").addEventListener("change", () => desk.work.presence.state === "away" && setPresence("away"));
listsBeside(desk, draw);
byId("sign-out").addEventListener("click", () => signOut());
byId("settings").addEventListener("click", () => openSettings(renew));
byId("help").addEventListener("click", () => openShortcuts());
document.addEventListener("visibilitychange", () => (document.hidden ? desk.drafts.store() : draw()));
addEventListener("pagehide", () => desk.drafts.store());
listen({
  primary,
  j: () => step(1),
  k: () => step(-1),
  r: () => view?.compose?.choose(view.compose.modes[0], true),
  n: () => view?.compose?.choose("note", true),
  c: () => byId("disposition")?.focus(),
  g: () => desk.guide.focus(),
  d: () => desk.plan.open(),
  "/": () => view?.answers?.focus(),
  "?": () => openShortcuts(),
});
setInterval(() => {
  tick(desk.work);
  remind(desk.work.offers().filter(({ accepts_at }) => !accepts_at), nameOf);
}, 250);
speak(language());
offerSignIn(connect);
