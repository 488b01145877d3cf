// The agent desk: joins the socket, the work it tells of, and the page.

import { customerPane } from "./customer.js";
import { card, contactPane, status } from "./desk_views.js";
import { byId, h, tell } from "./dom.js";
import { request, send } from "./http.js";
import { waitingCard } from "./passing.js";
import { AgentSocket } from "./socket.js";
import { age, words } from "./words.js";
import { Work } from "./work.js";

const TOKEN = "mci.desk.token"; // sessionStorage: this tab only, and never in a URL
const NOTICE_MS = 9_000;
const MOST_NOTICES = 4;
const LINE_MS = 5_000; // how often the waiting contacts are looked at again while they are shown
const CONNECTION = {
  connecting: ["Connecting…", "warn"],
  open: ["Connected", "good"],
  waiting: ["Reconnecting…", "bad"],
  replaced: ["Taken over", "bad"],
};
const SIGNED_OUT = {
  refused: "The router refused this token: it is wrong or has expired, or the agent is gone. Sign in again.",
  over: "This token no longer holds. Sign in again with a fresh one.",
  token_expired: "Your token has expired. Sign in again with a fresh one.",
  key_revoked: "The key that made your token was revoked. Sign in again with a token of another key.",
  agent_removed: "This agent was removed from the workspace. If it was made again, sign in with a fresh token.",
};

let socket = null;
let work = new Work();
let selected = null; // the contact in the middle
let shown = ""; // what the middle shows: it is drawn again only when that changes, never under the agent's fingers

/* Signing in and out */

byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  signIn(byId("token").value.trim());
});

byId("key-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const agent = encodeURIComponent(byId("agent").value.trim());
  try {
    const answer = await request(`v1/agents/${agent}/token`, byId("key").value.trim(), { method: "POST" });
    signIn((await answer.json()).token);
  } catch (failure) {
    tell(byId("sign-in-problem"), failure.message);
  }
});

// A link that `mci-router dev` prints: its code is good once, and leaves the address and the history before it is used.
async function redeem(code) {
  history.replaceState(null, "", location.pathname + location.search);
  try {
    const answer = await send("dev/sign-in", null, { code });
    signIn((await answer.json()).token);
  } catch (failure) {
    signOut(failure.message);
  }
}

function follow() {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (code) redeem(code);
  return Boolean(code);
}

addEventListener("hashchange", follow);

byId("sign-out").addEventListener("click", () => signOut());

function signIn(token) {
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)) {
    tell(byId("sign-in-problem"), "This is not an agent token: that has three parts with dots between them.");
    return;
  }
  sessionStorage.setItem(TOKEN, token);
  for (const form of document.querySelectorAll("#sign-in form")) form.reset();
  connect();
  document.querySelector("#presence button").focus();
}

function connect() {
  byId("sign-in").hidden = true;
  byId("desk").hidden = false;
  socket?.close();
  socket = new AgentSocket(sessionStorage.getItem(TOKEN), { onState: connection, onFrame: receive });
  draw();
}

function signOut(why = "") {
  socket?.close();
  socket = null;
  work = new Work(); // the next agent at this desk sees nothing of it
  sessionStorage.removeItem(TOKEN);
  draw();
  byId("desk").hidden = true;
  byId("sign-in").hidden = false;
  tell(byId("sign-in-problem"), why);
  byId("token").focus();
}

/* What the router says */

function connection(state, detail) {
  if (SIGNED_OUT[state]) return signOut(SIGNED_OUT[detail] ?? SIGNED_OUT[state]);
  const [text, tone] = CONNECTION[state];
  byId("connection").textContent = text;
  byId("connection").className = `pill dot ${tone}`;
  byId("desk").dataset.connection = state;
  drawBanner();
}

function receive(frame) {
  if (frame.type === "hello") byId("agent-name").textContent = words(frame.data.agent);
  const notice = work.apply(frame);
  if (notice) notify(notice);
  draw();
}

/* What the agent does */

async function ask(type, data) {
  try {
    return await socket.send(type, data);
  } catch (error) {
    notify({ tone: "bad", text: error.message });
    return null;
  }
}

// Says where a contact has gone if that is not where it was sent, or if it has to wait until the queue opens.
async function passOn(type, data) {
  const route = (await ask(type, data))?.route;
  if (route?.opens_at) notify({ tone: "bad", text: `Waits in ${route.queue} until it opens: ${route.reasons.join("; ")}` });
  else if (route && data.queue && route.queue !== data.queue) notify({ tone: "", text: `Went to ${route.queue}: ${route.reasons.join("; ")}` });
}

const actions = {
  accept: ({ offer_id }) => ask("offer.accept", { offer_id }),
  decline({ contact, offer_id }, reason) {
    work.decline(contact.id);
    ask("offer.decline", { offer_id, reason });
  },
  complete: ({ assignment_id }, disposition, notes, topic) => ask("assignment.complete", { assignment_id, disposition, notes, topic }),
  endWrapUp: ({ assignment_id }) => ask("wrap_up.done", { assignment_id }),
  hold({ contact, assignment_id }) {
    ask(work.items.get(contact.id)?.on_hold ? "contact.resume" : "contact.hold", { assignment_id });
  },
  transfer: ({ assignment_id }, data) => passOn("assignment.transfer", { assignment_id, ...data }),
  callOff: ({ assignment_id }) => ask("transfer.cancel", { assignment_id }),
  escalate: ({ assignment_id }, data) => passOn("assignment.escalate", { assignment_id, ...data }),
  // Whom it may be, where several customers can be meant.
  async verify({ assignment_id }, customer_id) {
    try {
      await socket.send("contact.verify", { assignment_id, customer_id });
      return [];
    } catch (error) {
      notify({ tone: "bad", text: error.message });
      return error.problem?.candidates ?? [];
    }
  },
  async change({ contact, assignment_id }, data) {
    const told = await ask("customer.change", { assignment_id, ...data });
    if (!told) return;
    work.know(contact.id, told.customer);
    draw();
  },
  directory: (search) => ask("directory.list", { search }),
};

async function pull(contact_id) {
  if (await ask("contact.pull", { contact_id })) selected = contact_id;
  drawLine();
  draw();
}

async function drawLine() {
  if (!byId("line").open || byId("desk").dataset.connection !== "open") return;
  const answer = await ask("line.list", {});
  if (!answer) return;
  byId("waiting").replaceChildren(...(answer.waiting.length
    ? answer.waiting.map((waiting) => waitingCard(waiting, pull))
    : [h("li", { class: "hint" }, "Nobody waits whom you could serve.")]));
  tick();
}

byId("line").addEventListener("toggle", drawLine);
setInterval(drawLine, LINE_MS);

async function setPresence(state) {
  const reason = state === "away" ? byId("away-reason").value : "";
  if (await ask("presence.set", { state, reason })) {
    work.presence = { ...work.presence, state, reason };
    draw();
  }
}

for (const button of document.querySelectorAll("#presence button")) {
  button.addEventListener("click", () => setPresence(button.dataset.state));
}
byId("away-reason").addEventListener("change", () => {
  if (work.presence.state === "away") setPresence("away");
});

// One shortcut: Ctrl+Enter does what comes next with the contact shown, from any field.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.repeat || !(event.ctrlKey || event.metaKey)) return;
  const button = document.querySelector("#contact [data-primary]");
  if (button) button.form.requestSubmit();
});

function select(id) {
  selected = id;
  draw();
  byId("contact").querySelector("h3")?.focus();
}

/* The page */

function draw() {
  const offers = work.offers();
  const assignments = work.assignments();
  if (!work.items.has(selected)) selected = (offers[0] ?? assignments[0])?.contact.id ?? null;
  drawList("offers", offers, "No offers.");
  drawList("assignments", assignments, "Nothing under way.");
  drawContact(work.items.get(selected));
  if (selected) byId("contact-status").replaceChildren(...status(work.items.get(selected), actions));
  drawHold(work.items.get(selected));
  drawPresence();
  drawBanner();
  document.title = offers.length ? `(${offers.length}) Offer · Agent desk` : "Agent desk";
  tick();
}

function drawList(id, items, empty) {
  const focused = document.activeElement?.dataset.contact;
  const list = byId(id);
  list.replaceChildren(...(items.length
    ? items.map((item) => card(item, item.contact.id === selected, select))
    : [h("li", { class: "hint" }, empty)]));
  [...list.querySelectorAll("button")].find((button) => button.dataset.contact === focused)?.focus();
}

function drawContact(item) {
  const showing = item ? [selected, item.stage, item.offer_id, item.assignment_id, item.known ?? 0].join() : `nothing ${work.presence.state} ${work.presence.suspended}`;
  if (showing === shown) return;
  shown = showing;
  if (!item) {
    byId("contact").replaceChildren(idle());
    byId("customer").replaceChildren();
    return;
  }
  const key = item.assignment_id;
  if (key && !work.drafts.has(key)) work.drafts.set(key, {});
  byId("contact").replaceChildren(...contactPane(item, work.drafts.get(key) ?? {}, actions).filter(Boolean));
  byId("customer").replaceChildren(...customerPane(item, actions).filter(Boolean));
}

function drawHold(item) {
  const button = byId("hold");
  if (!button) return;
  button.textContent = item.on_hold ? "Take off hold" : "Put on hold";
  button.setAttribute("aria-pressed", String(Boolean(item.on_hold)));
  button.disabled = Boolean(item.interrupted);
}

function idle() {
  const available = work.presence.state === "available";
  if (work.presence.suspended) {
    return h("div", { class: "idle" }, h("h3", {}, "You are suspended"), h("p", { class: "hint" }, "No contacts are offered to you until a supervisor ends it."));
  }
  return h("div", { class: "idle" },
    h("h3", {}, available ? "Waiting for a contact" : `You are ${work.presence.state}`),
    h("p", { class: "hint" }, available ? "Offers appear here by themselves." : "Contacts are offered to you while you are available."),
    !available && h("button", { type: "button", class: "primary", click: () => setPresence("available") }, "Become available"),
  );
}

function drawPresence() {
  const { state, reason } = work.presence;
  for (const button of document.querySelectorAll("#presence button")) {
    button.setAttribute("aria-pressed", String(button.dataset.state === state));
  }
  const choice = byId("away-reason");
  if (state === "away") choice.value = [...choice.options].some((option) => option.value === reason) ? reason : "";
  else if (choice.selectedOptions[0].hidden) choice.value = "break";
}

function drawBanner() {
  const banner = byId("desk-banner");
  const state = byId("desk").dataset.connection;
  const { presence } = work;
  if (state === "replaced") {
    tell(banner, "Another desk has taken this agent over.", "bad");
    banner.append(h("button", { type: "button", click: connect }, "Take over here"));
  } else if (state === "waiting") {
    tell(banner, "The connection to the router is lost. The desk keeps trying; what you see may be out of date.", "bad");
  } else if (presence.suspended) {
    tell(banner, `A supervisor has suspended you: ${presence.suspended_reason || "no reason was given"}. Finish what you have; nothing new is offered to you.`, "warn");
  } else if (presence.state === "away" && presence.reason === "not_responding") {
    tell(banner, "An offer went unanswered, so the router set you away.", "warn");
    banner.append(h("button", { type: "button", click: () => setPresence("available") }, "Become available"));
  } else {
    tell(banner, "");
  }
}

function notify({ tone, text }) {
  const notice = h("p", { class: `notice ${tone}` }, text);
  byId("notices").append(notice);
  if (byId("notices").childElementCount > MOST_NOTICES) byId("notices").firstElementChild.remove();
  setTimeout(() => notice.remove(), NOTICE_MS);
}

// The clocks on the page, without drawing anything again.
function tick() {
  const now = Date.now();
  for (const element of document.querySelectorAll("[data-expires]")) {
    element.textContent = `${Math.max(0, Math.ceil((new Date(element.dataset.expires) - now) / 1_000))} s`;
  }
  for (const element of document.querySelectorAll("[data-fuse]")) {
    const left = (new Date(element.dataset.fuse) - now) / Number(element.dataset.allowed);
    element.style.setProperty("--left", Math.min(1, Math.max(0, left)));
  }
  for (const element of document.querySelectorAll("[data-since]")) element.textContent = age(element.dataset.since);
}

setInterval(tick, 250);
if (!follow()) {
  if (sessionStorage.getItem(TOKEN)) connect();
  else signOut();
}
