// <mci-chat>: a customer's conversation, on a page of any site. One file, served by the router at chat/mci-chat.js: no build step, no cookie,
// nothing of a third party, no markup from text, no inline style: `script-src 'self'; style-src 'none'; connect-src <the router>` is enough.
//
//   <script type="module" src="<the router>/chat/mci-chat.js"></script>
//   <mci-chat token-url="/chat-token" product="shop" screen="checkout" error-code="E-42"></mci-chat>
//
// Attributes: `token-url` (of the site's own server: answers {"token": …}) or `token`; `router` (where the file is not served by it);
// `product`, `screen`, `error-code`; `lang` (en, de); `theme` (light, dark); `open`.
// Properties: `context` {product, screen, error_code}, `getToken` (async, instead of token-url), `words` (own words, another language).
// Methods: `show()`, `hide()`. Parts to style: `launcher`, `panel`; colour: `--mci-accent`, `--mci-on-accent`.

/* Words: English and German */

const LANGUAGES = ["en", "de"];
const WORDS = {
  launcher: ["Help", "Hilfe"],
  unread: ["Help, unread messages: {n}", "Hilfe, ungelesene Nachrichten: {n}"],
  title: ["How can we help?", "Wie können wir helfen?"],
  close: ["Close", "Schließen"],
  overview: ["All your questions", "Alle Ihre Fragen"],
  open_cases: ["Your open questions", "Ihre offenen Fragen"],
  new_case: ["Ask something new", "Etwas Neues fragen"],
  untitled: ["Your question", "Ihre Frage"],
  reference: ["Your reference: {reference}", "Ihre Vorgangsnummer: {reference}"],
  incident: ["A known problem", "Eine bekannte Störung"],
  fixed: ["A known problem is fixed", "Eine bekannte Störung ist behoben"],
  greeting: ["Write to us: what is it about?", "Schreiben Sie uns: Worum geht es?"],
  messages: ["Messages", "Nachrichten"],
  earlier: ["Earlier messages", "Frühere Nachrichten"],
  message: ["Your message", "Ihre Nachricht"],
  send: ["Send", "Senden"],
  attach: ["Attach files", "Dateien anhängen"],
  uploading: ["{name}: uploading …", "{name}: wird hochgeladen …"],
  remove: ["Remove {name}", "{name} entfernen"],
  blocked: ["{name}: not available, it may be harmful", "{name}: nicht verfügbar, vielleicht schädlich"],
  preview: ["Preview of {name}", "Vorschau von {name}"],
  you: ["You", "Sie"],
  agent: ["Our team", "Unser Team"],
  machine: ["Automatic answer", "Automatische Antwort"],
  written_by_ai: ["Written by AI", "Von KI geschrieben"],
  waiting: ["Waits for the connection", "Wartet auf die Verbindung"],
  sending: ["Sending …", "Wird gesendet …"],
  sent: ["Sent", "Gesendet"],
  read: ["Read", "Gelesen"],
  failed: ["Not sent", "Nicht gesendet"],
  again: ["Send again", "Erneut senden"],
  discard: ["Discard", "Verwerfen"],
  edited: ["edited", "bearbeitet"],
  redacted: ["This message was removed.", "Diese Nachricht wurde entfernt."],
  typing: ["is writing …", "schreibt …"],
  connecting: ["Connecting …", "Verbindung wird hergestellt …"],
  lost: ["No connection. What you write is sent when it is back.", "Keine Verbindung. Was Sie schreiben, wird gesendet, sobald sie wieder da ist."],
  unavailable: ["The chat cannot be reached at the moment.", "Der Chat ist zurzeit nicht erreichbar."],
  line: ["You are in line.", "Sie sind in der Warteschlange."],
  place: ["You are number {n} in line.", "Sie sind Nummer {n} in der Warteschlange."],
  wait: ["Expected wait: {time}.", "Voraussichtliche Wartezeit: {time}."],
  minute: ["about a minute", "etwa eine Minute"],
  minutes: ["about {n} minutes", "etwa {n} Minuten"],
  between: ["{low} to {high} minutes", "{low} bis {high} Minuten"],
  opens: ["We are there again on {time}.", "Wir sind wieder da: {time}."],
  with_you: ["{name} is with you.", "{name} ist für Sie da."],
  your_turn: ["We wait for your answer.", "Wir warten auf Ihre Antwort."],
  community: ["Your question is with the community.", "Ihre Frage liegt bei der Community."],
  answered: ["Did that help?", "Hat das geholfen?"],
  helped: ["That helped", "Das hat geholfen"],
  not_helped: ["It did not help", "Das hat nicht geholfen"],
  person: ["A person, please", "Bitte ein Mensch"],
  ask: ["May we publish your question, so that others can answer?", "Dürfen wir Ihre Frage veröffentlichen, damit andere antworten können?"],
  similar: ["Similar questions were answered:", "Ähnliche Fragen wurden beantwortet:"],
  from_community: ["From the community", "Aus der Community"],
  agree: ["Yes, publish it", "Ja, veröffentlichen"],
  disagree: ["No, keep it private", "Nein, vertraulich lassen"],
  over: ["This conversation is over. You can still write.", "Dieses Gespräch ist beendet. Sie können weiter schreiben."],
  end: ["End the conversation", "Gespräch beenden"],
  end_short: ["End", "Beenden"],
  end_really: ["End the conversation?", "Gespräch wirklich beenden?"],
  yes: ["Yes, end it", "Ja, beenden"],
  no: ["No", "Nein"],
  survey: ["Your answer", "Ihre Antwort"],
  summary_yes: ["Yes, you may post it", "Ja, Sie dürfen es veröffentlichen"],
  summary_back: ["Hide it again", "Wieder ausblenden"],
  summary_agreed: ["You have agreed.", "Sie haben zugestimmt."],
  summary_declined: ["You have said no: we do not post it.", "Sie haben abgelehnt: Wir veröffentlichen es nicht."],
  summary_expired: ["The time to answer is over: we do not post it.", "Die Zeit für eine Antwort ist um: Wir veröffentlichen es nicht."],
  summary_withheld: ["You have agreed. We do not post it after all.", "Sie haben zugestimmt. Wir veröffentlichen es doch nicht."],
  survey_saved: ["Thank you. You can change your answer.", "Danke. Sie können Ihre Antwort noch ändern."],
  survey_comment: ["Add a comment", "Etwas dazu schreiben"],
};

/* Looks */

const SHEET = new CSSStyleSheet(); // a style sheet made by a script needs no `style-src`
SHEET.replaceSync(`
:host {
  color-scheme: light dark;
  --accent: var(--mci-accent, light-dark(#1f5fbf, #7db0f5)); --on-accent: var(--mci-on-accent, light-dark(#fff, #0c1626));
  --card: light-dark(#fff, #191f29); --sunk: light-dark(#f1f3f7, #232b38); --line: light-dark(#d6dbe4, #3b4658);
  --ink: light-dark(#18202d, #e8ecf3); --soft: light-dark(#566073, #a9b3c3); --tint: light-dark(#e6effc, #1f2f49);
  --bad: light-dark(#b3261e, #ff9a92); --warn: light-dark(#8a5300, #f0bc63); --warn-tint: light-dark(#fdf0d9, #3a2d14);
  font: 15px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; color: var(--ink); text-align: start;
}
:host([theme="light"]) { color-scheme: light; }
:host([theme="dark"]) { color-scheme: dark; }
:host([hidden]) { display: none; }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
h2, h3, p, ul { margin: 0; padding: 0; }
ul { list-style: none; display: grid; gap: 8px; }
button, textarea { font: inherit; color: inherit; border-radius: 10px; border: 1px solid var(--line); }
button { padding: 7px 14px; background: var(--card); font-weight: 600; cursor: pointer; }
button:hover { border-color: var(--accent); }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.plain { border-color: transparent; background: none; padding: 5px 9px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.launcher {
  position: fixed; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483000; padding: 12px 20px; border-radius: 99px;
  background: var(--accent); color: var(--on-accent); border: 2px solid var(--on-accent); box-shadow: 0 6px 24px rgb(0 0 0 / .28);
}
.launcher .count { margin-inline-start: 8px; padding: 0 8px; border-radius: 99px; background: var(--on-accent); color: var(--accent); }
dialog {
  position: fixed; inset: auto; inset-block-end: 20px; inset-inline-end: 20px; z-index: 2147483001; margin: 0; padding: 0;
  width: min(384px, calc(100vw - 40px)); height: min(620px, calc(100dvh - 40px)); max-width: none; max-height: none; overflow: hidden;
  background: var(--card); color: inherit; border: 1px solid var(--line); border-radius: 16px; box-shadow: 0 12px 48px rgb(0 0 0 / .32);
}
dialog[open] { display: flex; flex-direction: column; }
dialog:dir(ltr) { text-align: left; }
dialog:dir(rtl) { text-align: right; }
:is(h2, h3, p, li span, label, button) { unicode-bidi: plaintext; } /* words may be of another direction than the page */
@media (max-width: 480px) { dialog { inset: 0; width: 100vw; height: 100dvh; border: 0; border-radius: 0; } }
.head { display: flex; align-items: center; gap: 4px; padding: 10px 8px 10px 14px; background: var(--accent); color: var(--on-accent); }
.head:dir(rtl) { padding: 10px 14px 10px 8px; }
.head h2 { flex: 1; min-width: 0; font-size: 16px; line-height: 1.3; overflow-wrap: anywhere; }
.head button { flex: none; }
.head button:hover { border-color: currentcolor; }
.head :focus-visible { outline-color: currentcolor; outline-offset: 0; }
.head svg { display: block; width: 20px; height: 20px; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.head .back:dir(rtl) svg { transform: scaleX(-1); }
.strip { padding: 8px 14px; font-size: 13px; background: var(--sunk); border-block-end: 1px solid var(--line); }
.strip.bad { background: var(--warn-tint); color: var(--warn); font-weight: 600; }
.urgent { padding: 10px 14px; font-weight: 700; background: var(--bad); color: var(--card); white-space: pre-wrap; overflow-wrap: anywhere; }
.overview, .log { flex: 1; min-height: 0; overflow: auto; padding: 14px; }
.overview { display: grid; align-content: start; gap: 14px; }
.overview h3 { font-size: 13px; color: var(--soft); }
.overview li button { display: grid; gap: 2px; width: 100%; text-align: inherit; font-weight: 400; }
.overview li strong, .overview li span { overflow-wrap: anywhere; }
.incident { padding: 10px 14px; border-radius: 10px; background: var(--warn-tint); overflow-wrap: anywhere; }
.incident h3 { color: var(--warn); }
.soft { color: var(--soft); font-size: 13px; }
.log { display: flex; flex-direction: column; gap: 10px; overscroll-behavior: contain; }
.log > .earlier { align-self: center; }
.reference { padding: 4px 14px; }
.log > .soft { margin: auto; text-align: center; }
.message { display: grid; gap: 2px; max-width: 86%; align-self: flex-start; justify-items: start; }
.message .said { padding: 8px 12px; text-align: start; border-radius: 4px 14px 14px 14px; background: var(--sunk); white-space: pre-wrap; overflow-wrap: anywhere; }
.message:dir(rtl) .said { border-radius: 14px 4px 14px 14px; }
.message.own { align-self: flex-end; justify-items: end; }
.message.own .said { border-radius: 14px 4px 14px 14px; background: var(--tint); }
.message.own:dir(rtl) .said { border-radius: 4px 14px 14px 14px; }
.message.system { align-self: center; text-align: center; }
.message.system .said { background: none; color: var(--soft); font-size: 13px; padding: 0; }
.message.survey { max-width: 100%; gap: 6px; }
.message [aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.message.failed .said { border: 1px solid var(--bad); }
.message.failed .foot { color: var(--bad); }
.message a { color: var(--accent); }
.gone { font-style: italic; color: var(--soft); }
.who, .foot { font-size: 12px; color: var(--soft); }
.ai { margin-inline-start: 6px; padding: 0 6px; border: 1px solid currentcolor; border-radius: 6px; }
.foot { display: flex; flex-wrap: wrap; align-items: center; gap: 2px 8px; }
.message.own .foot { justify-content: flex-end; }
.foot button { padding: 1px 8px; }
.choice { display: grid; gap: 6px; padding: 10px 14px; border-block-start: 1px solid var(--line); }
.choice p { font-weight: 600; overflow-wrap: anywhere; }
.answers { display: flex; flex-wrap: wrap; gap: 6px; }
.choice blockquote { margin: 0; padding: 6px 10px; max-height: 96px; overflow: auto; background: var(--sunk); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; }
.similar { display: grid; gap: 4px; max-height: 160px; overflow: auto; }
.similar[hidden] { display: none; }
.similar p { font-weight: 400; white-space: pre-wrap; }
.similar summary { cursor: pointer; overflow-wrap: anywhere; }
.typing { padding: 0 14px 6px; min-height: 24px; font-size: 13px; color: var(--soft); }
form { display: flex; align-items: end; gap: 8px; padding: 10px 14px 14px; border-block-start: 1px solid var(--line); }
form label { flex: 1; min-width: 0; font-size: 12px; color: var(--soft); }
textarea { display: block; width: 100%; margin-block-start: 4px; padding: 8px 10px; max-height: 140px; resize: none; field-sizing: content; background: var(--sunk); font-size: 15px; }
form { flex-wrap: wrap; }
form .files { flex-basis: 100%; order: 1; }
form .attach { flex: none; padding: 7px 9px; }
form .attach svg { display: block; width: 20px; height: 20px; fill: none; stroke: currentcolor; stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }
.files { gap: 4px; font-size: 13px; }
.files li { display: flex; align-items: center; gap: 6px; overflow-wrap: anywhere; }
.files .bad { color: var(--bad); }
.files canvas { display: block; max-width: 100%; max-height: 180px; border-radius: 10px; }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (prefers-reduced-motion: no-preference) { dialog[open] { animation: rise .16s ease-out; } }
@keyframes rise { from { transform: translateY(12px); opacity: 0; } }
`);

/* Elements. Strings become text, so nothing that anybody wrote is ever read as markup. */

function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null && child !== false));
  return element;
}

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.append(line);
  return svg;
}

// Shows one element an entry, in their order; an element is made again only when its `mark` changes, so that a screen reader hears new ones only.
function sync(box, entries, make) {
  const had = new Map([...box.children].map((child) => [child.key, child]));
  const held = [...box.children].find((child) => child.contains(box.getRootNode().activeElement))?.key;
  const elements = entries.map(({ key, mark, ...entry }) => {
    const before = had.get(key);
    return before && before.mark === mark ? before : Object.assign(make(entry, mark), { key, mark });
  });
  for (const [place, element] of elements.entries()) {
    if (box.children[place] !== element) box.insertBefore(element, box.children[place] ?? null);
  }
  while (box.children.length > elements.length) box.lastElementChild.remove();
  const again = held !== undefined && !box.contains(box.getRootNode().activeElement) && elements.find(({ key }) => key === held);
  if (again) (again.querySelector("[aria-pressed=true]") ?? again.querySelector("button") ?? again).focus();
}

function said(text) {
  return text.split(/(https?:\/\/[^\s<>"']*[^\s<>"'.,;:!?])/).map((part, place) => (place % 2
    ? el("a", { href: part, target: "_blank", rel: "noopener noreferrer nofollow" }, part) : part));
}

/* The customer socket `mci.customer.v1`, kept connected. What its frames and close codes mean is written in asyncapi.yaml. */

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 20_000;
const PATIENCE_MS = 5_000; // for the answer to a heartbeat: it comes after those to what was sent before
const DOUBT_MS = 1_000; // for it after sleep, or where the browser says that it is offline
const OVER = 4401; // the token no longer holds
const GIVEN_UP_AFTER = 4; // refusals in a row, before it is said that the chat cannot be reached; it is still tried

class Line {
  #of; // { url, token, marks, onState, onFrame }
  #socket = null;
  #failures = 0;
  #count = 0;
  #asked = new Map(); // frames that are not answered yet, by id
  #pulse = null;
  #retry = null;
  #closed = false;
  state = "";

  constructor(of) {
    this.#of = of;
    addEventListener("online", this.#hurry);
    addEventListener("offline", this.#doubt);
    document.addEventListener("visibilitychange", this.#wake);
    this.open();
  }

  async open() {
    clearTimeout(this.#retry);
    this.#tell("connecting");
    const attempt = (this.attempt = {});
    let token;
    try {
      token = await this.#of.token();
    } catch {
      if (attempt === this.attempt) this.#lost(0);
      return;
    }
    if (this.#closed || attempt !== this.attempt) return;
    const url = new URL("v1/customer-socket", this.#of.url);
    url.protocol = url.protocol.replace("http", "ws");
    const marks = this.#of.marks(); // the last that was seen of each case: what came since follows
    if (marks) url.searchParams.set("resume", marks);
    const socket = (this.#socket = new WebSocket(url, ["mci.customer.v1", `bearer.${token}`]));
    socket.onmessage = ({ data }) => this.#read(JSON.parse(data));
    socket.onclose = ({ code }) => this.#lost(code);
  }

  close() {
    this.#closed = true;
    this.attempt = null;
    removeEventListener("online", this.#hurry);
    removeEventListener("offline", this.#doubt);
    document.removeEventListener("visibilitychange", this.#wake);
    this.#drop();
  }

  // Resolves with the ack's data; rejects with an Error that has the router's `problem`, or none if the line was lost.
  send(type, data = {}) {
    if (this.state !== "open") return Promise.reject(new Error("not connected"));
    const id = `c${++this.#count}`;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ type, id, data }));
    });
  }

  #read({ type, id, data }) {
    const asked = this.#asked.get(id);
    if (type === "ack" || (type === "error" && asked)) {
      this.#asked.delete(id);
      if (type === "ack") asked?.resolve(data);
      else asked.reject(Object.assign(new Error(data.problem.detail || data.problem.title), { problem: data.problem }));
      return;
    }
    if (type === "hello") {
      this.#failures = 0;
      clearInterval(this.#pulse);
      this.#pulse = setInterval(this.#beat, data.heartbeat_s * 1_000);
      this.state = "open";
    }
    this.#of.onFrame(type, data);
    if (type === "hello") this.#tell("open");
  }

  #beat = () => this.#probe(PATIENCE_MS);

  #doubt = () => this.#probe(DOUBT_MS);

  // A heartbeat without an answer: the line is dead, though the browser may not notice for minutes.
  #probe(patience) {
    if (this.state !== "open") return;
    const late = setTimeout(() => this.#lost(0), patience);
    const answered = () => clearTimeout(late);
    this.send("heartbeat").then(answered, answered);
  }

  #lost(code) {
    const greeted = this.state === "open";
    this.#drop();
    this.#failures += 1;
    this.#tell(this.#failures >= GIVEN_UP_AFTER ? "unavailable" : "waiting");
    if (code === OVER || !greeted) this.#of.stale(); // a browser does not say why a handshake failed: it may have been the token
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 1)) * (0.5 + Math.random() / 2);
    this.#retry = setTimeout(() => this.open(), pause);
  }

  #drop() {
    clearTimeout(this.#retry);
    clearInterval(this.#pulse);
    if (this.#socket) {
      this.#socket.onmessage = this.#socket.onclose = null;
      this.#socket.close();
      this.#socket = null;
    }
    this.state = "";
    for (const { reject } of this.#asked.values()) reject(new Error("the line was lost"));
    this.#asked.clear();
  }

  #tell(state) {
    this.state = state;
    this.#of.onState(state);
  }

  #hurry = () => {
    if (this.state === "waiting" || this.state === "unavailable") this.open();
  };

  #wake = () => {
    if (document.hidden) return;
    if (this.state !== "open") this.#hurry();
    else this.#doubt();
  };
}

/* What was said, and what is to be sent. No page, no network. */

const WINDOW = 200; // messages read at a time
const TYPING_MS = 6_000;
const OVER_STATES = ["wrapping_up", "completed", "resolved", "cancelled", "abandoned"];

class Talk {
  cases = new Map();
  incident = null;
  pending = []; // own messages that the router does not have yet
  #early = []; // what came before the answer to a sending: it waits for that, so that no own message is shown twice, and all is in order

  greet({ cases = [], incident }) {
    this.incident = incident ?? null;
    for (const { contacts = [], ...known } of cases) {
      const one = Object.assign(this.#case(known.id), known);
      one.newest ||= known.last_seq ?? 0;
      one.contacts.clear();
      for (const contact of contacts) this.#moved(one, contact);
    }
  }

  // Takes a frame in; returns the case that it is about.
  apply(type, data) {
    if (type === "incident.updated") this.#informed(data);
    const one = data.case_id ? this.#case(data.case_id) : this.#caseOf(data.contact_id);
    if (!one) return null;
    const contact = data.contact_id && this.#contact(one, data.contact_id);
    if (type === "message.created") this.#came(one, data.message);
    if (type === "message.updated") this.#keep(one, data.message);
    if (type === "message.read") this.#read(one, data.party === "customer" ? "mine" : "theirs", data.up_to_seq);
    if (type === "typing") one.typing = Date.now() + TYPING_MS;
    if (type === "contact.updated") this.#inOrder(() => this.#moved(one, data));
    if (type === "answer") this.#inOrder(() => this.#answered(one, contact, data));
    if (type === "ask") this.#inOrder(() => { contact.ask = { ...data.draft, similar: data.similar ?? [] }; });
    return one;
  }

  history(id, { items, more, read_up_to }) {
    const one = this.#case(id);
    for (const message of items) this.#keep(one, message);
    this.#read(one, "theirs", read_up_to.agent);
    this.#read(one, "mine", read_up_to.customer);
    Object.assign(one, { here: true, more });
  }

  // A message of the customer's; it is shown at once.
  // What begins a conversation beside one that is open says so; else the router would take it for a part of that.
  write(text, case_id, context, files = []) {
    const begins = !case_id && !this.unsentOf(null).length && [...this.cases.values()].some(this.open);
    this.pending.push({ client_id: uuid(), text, case_id, context, begins, files, state: "waiting" });
  }

  next = () => this.pending.find(({ state }) => state === "waiting");

  discard(message) {
    this.pending.splice(this.pending.indexOf(message), 1);
  }

  sent(message, { message: kept, contact: { id, ...contact } }) {
    this.discard(message);
    const one = this.#case(contact.case_id);
    this.#keep(one, kept);
    this.#moved(one, { contact_id: id, ...contact });
    this.#release();
    return one.id;
  }

  unsent(message, state, error) {
    Object.assign(message, { state, error });
    this.#release();
  }

  // The contact that goes on in a case: the open one that came last.
  open = (one) => [...(one?.contacts.values() ?? [])].findLast(({ state }) => !OVER_STATES.includes(state));
  latest = (one) => this.open(one) ?? [...(one?.contacts.values() ?? [])].at(-1);
  said = (one) => [...(one?.messages.values() ?? []), ...(one?.answers.values() ?? [])].sort((a, b) => a.seq - b.seq);
  first = (id) => Math.min(...[...this.cases.get(id).messages.values()].map(({ seq }) => seq));
  newestFirst = () => [...this.cases.values()].sort((a, b) => (a.id < b.id ? 1 : -1)); // ids are in the order of time
  unsentOf = (one) => this.pending.filter(({ case_id }) => case_id === (one?.id ?? null));

  // Messages that the customer has not seen.
  unread() {
    return [...this.cases.values()].reduce((sum, one) => sum + this.said(one).filter(({ kind, seq }) => kind !== "customer" && seq > one.mine).length, 0);
  }

  marks = () => [...this.cases.values()].filter(({ newest }) => newest).map(({ id, newest }) => `${id}:${newest}`).join();

  #case(id) {
    if (!this.cases.has(id)) {
      const none = { contacts: new Map(), messages: new Map(), answers: new Map(), typing: 0 };
      this.cases.set(id, { id, ...none, newest: 0, mine: 0, theirs: 0, here: false, more: false }); // here: its last messages are; more: there are earlier ones
    }
    return this.cases.get(id);
  }

  #contact(one, id) {
    if (!one.contacts.has(id)) one.contacts.set(id, { id, state: "accepted" });
    return one.contacts.get(id);
  }

  #caseOf = (contact) => [...this.cases.values()].find(({ contacts }) => contacts.has(contact));

  #read(one, who, seq) {
    one[who] = Math.max(one[who], seq);
  }

  #moved(one, data) {
    Object.assign(this.#contact(one, data.contact_id), { ask: null }, data);
    one.title = data.title ?? one.title;
    one.reference = data.case_reference ?? one.reference;
    if (data.message) this.#tell(one, `${data.contact_id} ${data.message}`, { text: data.message });
  }

  #answered(one, contact, { rung, article, kind }) {
    this.#tell(one, `${contact.id} ${rung}`, { title: article.title, text: article.body, from: kind === "post" ? "from_community" : undefined });
    contact.rung = rung;
  }

  // What automation says is no message of the case; it is shown where it came.
  #tell(one, key, said) {
    if (!one.answers.has(key)) one.answers.set(key, { id: key, kind: "bot", ...said, seq: one.newest + 0.5, revision: 0 });
  }

  #informed({ incident_id, status, kind }) {
    const known = this.incident?.id === incident_id ? this.incident : {};
    this.incident = { ...known, id: incident_id, status, kind };
  }

  #came(one, message) {
    if (message.kind !== "customer") one.typing = 0;
    this.#inOrder(() => this.#keep(one, message));
  }

  #inOrder(keep) {
    if (this.pending.some(({ state }) => state === "sending")) this.#early.push(keep);
    else keep();
  }

  #release() {
    for (const keep of this.#early.splice(0)) keep();
  }

  // Delivery is at least once, and in any order: the newest revision of each stays, and what was taken away stays away.
  #keep(one, message) {
    const before = one.messages.get(message.id);
    if (!before || (message.revision >= before.revision && !(before.redacted && !message.redacted))) one.messages.set(message.id, message);
    one.newest = Math.max(one.newest, message.seq);
  }
}

/* What is shown. It knows no line: what the customer does goes to `acts`, by name. */

const BOTTOM_PX = 80; // nearer than that to the end, the log follows what comes
const ICONS = { close: "M6 6 18 18M18 6 6 18", back: "M15 5 8 12l7 7", attach: "M20 11 12 19a5 5 0 0 1-7-7l8-8a3.3 3.3 0 0 1 5 5l-8 8a1.7 1.7 0 0 1-2.5-2.5L15 7" };
const MOST_FILES = 20; // beside one message
const LONGEST_EXCERPT = 120;
const LINE_WORDS = { connecting: "connecting", waiting: "lost", unavailable: "unavailable" };
const STATE_WORDS = { posted: "community", waiting_for_customer: "your_turn" };

class Face {
  #acts;
  #chosen = []; // files for the next message: { name, file: as the router has it, why: it was refused }
  #wanted = false; // it is to be sent as soon as they are there
  say; // (word, values): a text in the customer's language
  locale; // of times

  constructor(acts) {
    this.#acts = acts;
    const button = (name, act) => el("button", { type: "button", class: `plain ${name}`, click: act }, icon(ICONS[name]));
    this.launcher = el("button", { type: "button", class: "launcher", part: "launcher", "aria-haspopup": "dialog", click: acts.show });
    this.news = el("p", { class: "unseen", role: "status" });
    this.back = button("back", () => acts.go(null));
    this.title = el("h2", { id: "title" });
    this.end = el("button", { type: "button", class: "plain", click: acts.askToEnd });
    this.close = button("close", acts.hide);
    this.strip = el("p", { class: "strip", role: "status" });
    this.reference = el("p", { class: "reference soft" });
    this.urgent = el("p", { class: "urgent", role: "alert", dir: "auto" });
    this.notice = el("div", { role: "status" });
    this.heading = el("h3");
    this.list = el("ul");
    this.fresh = el("button", { type: "button", click: () => acts.go(NEW) });
    this.overview = el("div", { class: "overview" }, this.notice, this.heading, this.list, this.fresh);
    this.log = el("div", { class: "log", role: "log", tabindex: "0" });
    this.typing = el("p", { class: "typing", role: "status" });
    this.question = el("p", { id: "question" });
    this.draft = el("blockquote", { dir: "auto", tabindex: "0" });
    this.similar = el("div", { class: "similar" });
    this.answers = el("div", { class: "answers" });
    this.choice = el("div", { class: "choice", role: "group", "aria-labelledby": "question" }, this.question, this.draft, this.similar, this.answers);
    this.text = el("textarea", { rows: "1", maxlength: "8000", dir: "auto", input: acts.typing, keydown: this.#enter });
    this.label = el("span");
    this.send = el("button", { class: "primary" });
    this.input = el("input", { type: "file", multiple: true, hidden: true, change: () => { this.#attach(this.input.files); this.input.value = ""; } });
    this.attach = el("button", { type: "button", class: "attach", click: () => this.input.click() }, icon(ICONS.attach));
    this.files = el("ul", { class: "files", "aria-live": "polite" });
    this.form = el("form", { submit: this.#submit, dragover: (event) => event.preventDefault(), drop: (event) => this.#given(event, event.dataTransfer) },
      el("label", {}, this.label, this.text), this.attach, this.input, this.send, this.files);
    this.text.addEventListener("paste", (event) => this.#given(event, event.clipboardData));
    this.panel = el("dialog", { part: "panel", "aria-labelledby": "title", keydown: this.#escape, cancel: this.#cancel },
      el("div", { class: "head" }, this.back, this.title, this.end, this.close), this.urgent, this.strip, this.reference, this.overview, this.log, this.typing, this.choice, this.form);
    this.elements = [this.launcher, this.news, this.panel];
  }

  #enter = (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
  };

  #submit = (event) => {
    event.preventDefault();
    this.text.focus();
    this.#wanted = this.#uploading();
    if (!this.#wanted) this.#write();
  };

  #uploading = () => this.#chosen.some(({ file, why }) => !file && !why);

  #write() {
    const written = this.text.value.trim();
    const files = this.#chosen.map(({ file }) => file).filter(Boolean);
    this.text.value = "";
    this.#chosen = [];
    this.#drawFiles();
    if (written || files.length) this.#acts.write(written, files);
  }

  #given(event, { files }) {
    if (!files.length) return;
    event.preventDefault();
    this.#attach(files);
  }

  // Each is uploaded at once; what the router has of it goes with the next message.
  #attach(files) {
    for (const given of [...files].slice(0, MOST_FILES - this.#chosen.length)) {
      const one = { name: given.name || "image.png", file: null, why: "" };
      this.#chosen.push(one);
      this.#acts.upload(given, one.name)
        .then((file) => { one.file = file; }, (error) => { one.why = error.message; })
        .then(() => this.#came(one));
    }
    this.#drawFiles();
  }

  // What was to be sent while files were under way goes once all are there.
  #came({ why }) {
    if (why) this.#wanted = false;
    this.#drawFiles();
    if (!this.#wanted || this.#uploading()) return;
    this.#wanted = false;
    this.#write();
  }

  #drawFiles() {
    this.files.hidden = !this.#chosen.length;
    this.files.replaceChildren(...this.#chosen.map((one) => el("li", { class: one.why ? "bad" : "" },
      el("span", { dir: "auto" }, one.why ? `${one.name}: ${one.why}` : one.file ? one.name : this.say("uploading", one)),
      el("button", { type: "button", class: "plain", "aria-label": this.say("remove", one), click: () => { this.#chosen.splice(this.#chosen.indexOf(one), 1); this.#drawFiles(); this.text.focus(); } }, "×"))));
  }

  // The files of a message: a link each, with a small picture where the page's policy lets one be shown.
  #beside(message) {
    if (!message.attachments?.length) return false;
    return el("ul", { class: "files" }, message.attachments.map((file) => {
      if (!file.url) return el("li", { class: file.state === "blocked" ? "bad" : "" }, file.state === "blocked" ? this.say("blocked", file) : file.name);
      const follow = (event) => { if (this.#acts.old(link.href)) { event.preventDefault(); this.#acts.renew(message, file.id); } };
      const link = el("a", { href: this.#acts.at(file.url), target: "_blank", rel: "noopener noreferrer", dir: "auto", click: follow }, file.name);
      if (file.preview_url) link.prepend(this.#picture(this.#acts.at(file.preview_url), this.say("preview", file)));
      return el("li", {}, link);
    }));
  }

  // A small picture, drawn when it comes into sight: as `connect-src` allows, whatever `img-src` of the page does. Where it cannot be had, the link is enough.
  #picture(url, label) {
    const canvas = el("canvas", { role: "img", "aria-label": label, width: 2, height: 2 });
    const sight = new IntersectionObserver(async ([{ isIntersecting }]) => {
      if (!isIntersecting) return;
      sight.disconnect();
      try {
        const response = await fetch(url);
        if (!response.ok) throw new Error(response.status);
        const picture = await createImageBitmap(await response.blob());
        Object.assign(canvas, { width: picture.width, height: picture.height });
        canvas.getContext("2d").drawImage(picture, 0, 0);
      } catch {
        canvas.remove();
      }
    });
    sight.observe(canvas);
    return canvas;
  }

  #escape = (event) => {
    if (event.key === "Escape" && !event.isComposing) this.#cancel(event);
  };

  #cancel = (event) => {
    event.preventDefault();
    event.stopPropagation();
    this.#acts.hide();
  };

  // The words that stay: labels and names.
  name(language) {
    const { say } = this;
    for (const element of this.elements) element.lang = language;
    for (const [element, word] of [[this.back, "overview"], [this.end, "end"], [this.close, "close"], [this.attach, "attach"]]) element.ariaLabel = element.title = say(word);
    for (const [element, word] of [[this.label, "message"], [this.send, "send"], [this.heading, "open_cases"], [this.fresh, "new_case"], [this.end, "end_short"]]) {
      element.textContent = say(word);
    }
    this.log.ariaLabel = say("messages");
    this.#drawFiles();
  }

  // `state`: talk, at (what is shown), line (its state), problem, ending, pressed (the contact that an answer waits for), reading (whether
  // messages are being read).
  draw(state) {
    const { talk, at } = state;
    const one = talk.cases.get(at);
    const contact = talk.latest(one);
    const listing = at === null;
    const follow = !this.log.hidden && this.#near(); // before what is drawn above it takes its room
    this.title.textContent = one?.title || this.say(one ? "untitled" : "title");
    this.back.hidden = listing || !(talk.cases.size || talk.incident);
    this.end.hidden = !talk.open(one);
    this.overview.hidden = !listing;
    this.log.hidden = this.typing.hidden = listing;
    const urgent = (listing ? talk.newestFirst().map(talk.open).find((open) => open?.emergency) : contact)?.emergency ?? "";
    this.urgent.hidden = !urgent;
    if (this.urgent.textContent !== urgent) this.urgent.textContent = urgent; // where a life may be in danger: above all else
    this.#drawLauncher(talk);
    this.#drawStrip(state, contact);
    this.reference.hidden = !one?.reference;
    this.reference.textContent = one?.reference ? this.say("reference", { reference: one.reference }) : "";
    this.#drawChoice(state, talk.open(one));
    if (listing) this.#drawOverview(talk);
    else this.#drawLog(state, one, follow);
  }

  #near() {
    return this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < BOTTOM_PX;
  }

  toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
  }

  #drawLauncher(talk) {
    const { launcher, panel } = this;
    const unread = talk.unread();
    launcher.hidden = panel.open;
    launcher.ariaExpanded = String(panel.open);
    launcher.ariaLabel = unread ? this.say("unread", { n: unread }) : this.say("launcher");
    launcher.replaceChildren(this.say("launcher"), ...(unread ? [el("span", { class: "count" }, String(unread))] : []));
  }

  #drawStrip({ line, problem }, contact) {
    const { strip } = this;
    const text = problem || (LINE_WORDS[line] ? this.say(LINE_WORDS[line]) : this.#position(contact));
    strip.hidden = !text;
    strip.className = problem || (LINE_WORDS[line] && line !== "connecting") ? "strip bad" : "strip";
    if (strip.textContent !== text) strip.textContent = text; // what has not changed is not read out again
  }

  // Where a contact is, in words; "" where there is nothing to say.
  #position(contact) {
    if (!contact) return "";
    const { state, place, expected_wait_s: wait, agent, opens_at } = contact;
    if (OVER_STATES.includes(state)) return this.say("over");
    if (state === "assigned") return this.say("with_you", { name: agent || this.say("agent") });
    if (STATE_WORDS[state]) return this.say(STATE_WORDS[state]);
    if (state !== "queued" && state !== "accepted") return "";
    if (opens_at) return this.say("opens", { time: this.#moment(opens_at, { dateStyle: "medium", timeStyle: "short" }) });
    return [place ? this.say("place", { n: place }) : this.say("line"), wait && this.say("wait", { time: this.#minutes(wait) })].filter(Boolean).join(" ");
  }

  #moment = (time, format) => new Intl.DateTimeFormat(this.locale, format).format(new Date(time));

  #minutes(wait) {
    const [low, high] = [wait.low ?? wait, wait.high ?? wait].map((seconds) => Math.max(1, Math.round(seconds / 60)));
    if (high === 1) return this.say("minute");
    return low === high ? this.say("minutes", { n: high }) : this.say("between", { low, high });
  }

  // At most one question at a time is asked of the customer, each with its answers.
  #drawChoice({ at, ending, pressed }, contact) {
    const { ask, state, rung } = contact ?? {};
    const question = !contact || at === null || contact.id === pressed ? null
      : ending ? ["end_really", { yes: ["conversation.end"], no: null }]
      : ask ? ["ask", { agree: ["consent", { agreed: true }], disagree: ["consent", { agreed: false }] }]
      : state === "automating" || state === "posted" ? ["answered", { helped: ["answer.helped"], not_helped: ["answer.not_helped", rung === undefined ? {} : { rung }], person: ["person.please"] }]
      : null;
    this.choice.hidden = !question;
    if (!question) return this.answers.replaceChildren();
    const [word, answers] = question;
    this.question.textContent = this.say(word);
    this.draft.hidden = word !== "ask";
    this.draft.textContent = word === "ask" ? [...new Set([ask.title, ask.body])].join("\n") : "";
    this.#drawSimilar(word === "ask" ? ask.similar : []);
    sync(this.answers, Object.entries(answers).map(([answer, does]) => ({ key: `${contact.id} ${answer}`, mark: this.say(answer), does })), ({ does }, text) => (
      el("button", { type: "button", click: () => this.#acts.answer(does && [does[0], { contact_id: contact.id, ...does[1] }]) }, text)));
  }

  // What others have asked like it, each with its answer, before the customer's own question is published.
  #drawSimilar(similar) {
    this.similar.hidden = !similar.length;
    const heading = { key: "", mark: this.say("similar"), title: null };
    sync(this.similar, similar.length ? [heading, ...similar.map((one) => ({ ...one, key: one.post, mark: one.reply }))] : [], ({ title, reply }, text) => (
      title === null ? el("p", { class: "soft" }, text) : el("details", {}, el("summary", { dir: "auto" }, title), el("p", { dir: "auto" }, reply))));
  }

  #drawOverview(talk) {
    const { incident } = talk;
    const cases = talk.newestFirst();
    sync(this.notice, incident ? [{ key: incident.id, mark: JSON.stringify(incident) }] : [], () => el("div", { class: "incident" },
      el("h3", {}, this.say(incident.kind === "fixed" ? "fixed" : "incident")), el("p", { dir: "auto" }, incident.title ?? ""), incident.status && el("p", { class: "soft", dir: "auto" }, incident.status)));
    this.heading.hidden = this.list.hidden = !cases.length;
    sync(this.list, cases.map((one) => ({ key: one.id, mark: [one.title, ...this.#glance(talk, one)].join("\n"), one })), ({ one }) => (
      el("li", {}, el("button", { type: "button", click: () => this.#acts.go(one.id) },
        el("strong", { dir: "auto" }, one.title || this.say("untitled")),
        this.#glance(talk, one).map((text) => el("span", { class: "soft", dir: "auto" }, text))))));
  }

  // A case at a glance: where it is, and the last answer.
  #glance(talk, one) {
    const answer = talk.said(one).findLast(({ kind, redacted }) => kind !== "customer" && !redacted)?.text ?? "";
    return [this.#position(talk.latest(one)), answer.length > LONGEST_EXCERPT ? `${answer.slice(0, LONGEST_EXCERPT)}…` : answer].filter(Boolean);
  }

  #drawLog({ talk, at, line, reading }, one, before) {
    const { log, typing } = this;
    const follow = before || this.#near();
    const entries = [
      ...talk.said(one).map((message) => ({ key: message.id, mark: this.#mark(one, message), make: () => this.#message(one, message) })),
      ...talk.unsentOf(one).map((message) => ({ key: message.client_id, mark: [message.state, line].join(), make: () => this.#pending(message) })),
    ];
    if (one?.more) entries.unshift({ key: "earlier", make: () => el("button", { type: "button", class: "earlier", click: this.#acts.earlier }, this.say("earlier")) });
    if (!entries.length && !reading) entries.push({ key: "greeting", mark: this.say("greeting"), make: () => el("p", { class: "soft" }, this.say("greeting")) });
    log.ariaLive = log.of === at && !reading ? "polite" : "off"; // a conversation that is opened is not read out as a whole
    log.of = at;
    sync(log, entries, ({ make }) => make());
    if (follow) this.toEnd();
    const writing = one?.typing > Date.now() ? `${talk.latest(one)?.agent || this.say("agent")} ${this.say("typing")}` : "";
    if (typing.textContent !== writing) typing.textContent = writing;
  }

  #mark = (one, { revision, redacted, seq, attachments, survey, consent }) => [
    revision, Boolean(redacted), seq <= one.theirs, this.locale, attachments?.map(({ state }) => state), survey?.score, survey?.over, consent?.state,
  ].join();

  #message(one, message) {
    const { say } = this;
    const { kind, author, title, text, ai, seq, received_at, edited_at, redacted, from } = message;
    const own = kind === "customer";
    const name = own ? say("you") : kind === "bot" ? [say("machine"), from && say(from)].filter(Boolean).join(" · ") : author || say("agent");
    const words = el("div", { class: "said", dir: "auto" }, title && el("strong", {}, `${title}\n`), redacted ? el("span", { class: "gone" }, say("redacted")) : said(text));
    if (message.survey && !redacted) return this.#survey(message, words);
    if (message.consent && !redacted) return this.#consent(message, words);
    if (kind === "system") return el("div", { class: "message system" }, words);
    return el("div", { class: `message ${own ? "own" : kind}` },
      el("p", { class: "who" }, name, ai && el("span", { class: "ai" }, [say("written_by_ai"), ai.name].filter(Boolean).join(": "))),
      (text || title || redacted) && words,
      this.#beside(message),
      el("p", { class: "foot" }, received_at && el("time", { datetime: received_at }, this.#moment(received_at, { hour: "2-digit", minute: "2-digit" })), edited_at && el("span", {}, say("edited")), own && el("span", {}, say(seq <= one.theirs ? "read" : "sent"))));
  }

  // A summary of the conversation that may be shown in public, if the customer agrees; a yes can be taken back.
  #consent(message, words) {
    const { say } = this;
    const { state } = message.consent;
    const press = (agree) => () => this.#acts.consent(message, agree);
    return el("div", { class: "message survey" }, words,
      state === "waiting"
        ? el("div", { class: "answers", role: "group", "aria-label": say("survey") },
          el("button", { type: "button", click: press(true) }, say("summary_yes")),
          el("button", { type: "button", click: press(false) }, say("no")))
        : el("p", { class: "soft", role: "status" }, say(`summary_${state}`)),
      state === "agreed" && el("div", { class: "answers" }, el("button", { type: "button", click: press(false) }, say("summary_back"))));
  }

  // A question about a conversation that is over: what is pressed is saved, and can be changed until it expires.
  #survey(message, words) {
    const { say } = this;
    const { options, score, over, url } = message.survey;
    const press = (chosen) => () => this.#acts.survey(message, chosen);
    const saved = score != null && [say("survey_saved"), " ", el("a", { href: this.#acts.at(url), target: "_blank", rel: "noopener noreferrer" }, say("survey_comment"))];
    return el("div", { class: "message survey" }, words,
      el("div", { class: "answers", role: "group", "aria-label": say("survey") },
        options.map((one) => el("button", { type: "button", "aria-pressed": String(one.score === score), disabled: over, click: press(one.score) }, one.label))),
      !over && saved && el("p", { class: "soft", role: "status" }, saved));
  }

  #pending(message) {
    const { say } = this;
    const { text, files, state, error } = message;
    const button = (word, act) => el("button", { type: "button", click: () => { act(message); this.text.focus(); } }, say(word));
    return el("div", { class: `message own ${state}` },
      el("p", { class: "who" }, say("you")),
      text && el("div", { class: "said", dir: "auto" }, said(text)),
      files.length > 0 && el("p", { class: "soft", dir: "auto" }, files.map(({ name }) => name).join(", ")),
      el("p", { class: "foot" }, state === "failed" ? `${say("failed")}: ${error}` : say(state),
        state === "failed" && [button("again", this.#acts.again), button("discard", this.#acts.discard)]));
  }
}

/* The element */

const SERVED_BY = new URL("..", import.meta.url);
const KEPT = "mci.chat"; // sessionStorage: open or closed, and the case shown, so that it goes on with the site's next page in this tab
const TYPING_EVERY_MS = 3_000;
const SCAN_EVERY_MS = 1_000;
const FACTS = ["product", "screen", "error_code"];
const LONGEST_FACT = 200; // characters
const NEW = "new"; // shown: a conversation that has not begun
const EXCERPTS = 5; // open cases of which the overview shows the last answer

export class MciChat extends HTMLElement {
  static observedAttributes = ["lang", "open"];

  #talk = new Talk();
  #line = null;
  #face;
  #at; // shown: a case's id, NEW, or null for the overview; undefined until the router has said hello
  #words = {};
  #context = null;
  #token = null;
  #problem = "";
  #ending = false;
  #pressed = null; // an answer that was given while the line was lost: type and data of its frame
  #flushing = false;
  #due = false;
  #back = ""; // the case that was shown last in this tab
  #typed = 0;
  #reading = new Set(); // cases whose messages are being read

  getToken = null;

  constructor() {
    super();
    this.#face = new Face({
      show: () => this.show(),
      hide: () => this.hide(),
      go: (at) => this.#go(at),
      write: (text, files) => this.#write(text, files),
      upload: (file, name) => this.#upload(file, name),
      at: (url) => new URL(url.replace(/^\//, ""), this.#router).href,
      old: (url) => Number(new URL(url).searchParams.get("expires")) * 1_000 < Date.now() + 5_000,
      renew: (message, file) => this.#renew(message, file),
      typing: () => this.#type(),
      survey: (message, score) => this.#answerSurvey(message, score),
      consent: (message, agree) => this.#answerSummary(message, agree),
      answer: (does) => this.#answer(does),
      earlier: () => this.#read(this.#at, this.#talk.first(this.#at)),
      askToEnd: () => this.#askToEnd(),
      again: (message) => { message.state = "waiting"; this.#flush(); this.#draw(); },
      discard: (message) => { this.#talk.discard(message); this.#draw(); },
    });
    this.#face.say = (word, values) => this.#say(word, values);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [SHEET];
    root.append(...this.#face.elements);
  }

  connectedCallback() {
    for (const name of ["context", "words", "getToken"]) this.#adopt(name);
    document.addEventListener("visibilitychange", this.#draw);
    const [before, at] = kept();
    this.#back = at;
    if (before) this.#line ??= this.#connect();
    this.#name();
    if (this.hasAttribute("open") || (before === "open" && !narrow())) this.#open();
    this.#draw();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.#draw);
    this.#line?.close();
    this.#line = null;
  }

  attributeChangedCallback(name, before, now) {
    if (!this.isConnected || before === now) return;
    if (name === "lang") this.#name();
    else if (now === null) this.hide();
    else this.show();
  }

  // What the page is about: it goes with what the customer writes, so that nobody has to ask.
  get context() {
    const known = FACTS.map((name) => [name, String(this.#context?.[name] ?? this.getAttribute(name.replace("_", "-")) ?? "").slice(0, LONGEST_FACT)]);
    return Object.fromEntries(known.filter(([, value]) => value));
  }

  set context(context) {
    this.#context = context;
  }

  get words() {
    return this.#words;
  }

  set words(words) {
    this.#words = words ?? {};
    this.#name();
  }

  show() {
    if (!this.#face.panel.open) this.#open();
    this.#face.text.focus();
  }

  hide() {
    const { panel, launcher } = this.#face;
    if (!panel.open) return;
    panel.close();
    this.#keep();
    this.removeAttribute("open");
    this.#drawNow();
    launcher.focus();
  }

  // On a narrow screen it covers the page, and takes the keyboard with it. Where it opens by itself, the page keeps the focus.
  #open() {
    const { panel } = this.#face;
    const had = document.activeElement;
    this.#line ??= this.#connect();
    if (narrow()) panel.showModal();
    else panel.show();
    if (had !== this && had !== document.body) had?.focus();
    this.setAttribute("open", "");
    this.#keep();
    this.#drawNow();
    this.#face.toEnd();
  }

  /* The line */

  #connect() {
    return new Line({
      url: this.#router,
      token: async () => (this.#token ??= await this.#askForToken()),
      stale: () => { this.#token = null; },
      marks: () => this.#talk.marks(),
      onState: (state) => {
        if (state === "open") this.#flush();
        if (state === "open" && this.#pressed) this.#answer(this.#pressed);
        this.#draw();
      },
      onFrame: (type, data) => this.#heard(type, data),
    });
  }

  get #router() {
    return this.hasAttribute("router") ? new URL(`${this.getAttribute("router").replace(/\/$/, "")}/`, document.baseURI) : SERVED_BY;
  }

  // Resolves with what the router has of the file, once it may be sent.
  async #upload(file, name) {
    const ask = async (path, options = {}) => {
      const token = (this.#token ??= await this.#askForToken());
      const response = await fetch(new URL(path, this.#router), { ...options, headers: { Authorization: `Bearer ${token}`, ...options.headers }, cache: "no-store" });
      const answer = await response.json();
      if (!response.ok) throw new Error(answer.detail || answer.title);
      return answer;
    };
    let kept = await ask(`v1/attachments?${new URLSearchParams({ name })}`, { method: "POST", body: file, headers: { "Content-Type": file.type || "application/octet-stream" } });
    while (kept.state === "scanning" && !kept.url) {
      await new Promise((resolve) => { setTimeout(resolve, SCAN_EVERY_MS); });
      kept = await ask(`v1/attachments/${kept.id}`);
    }
    if (kept.state === "blocked") throw new Error(this.#say("blocked", kept));
    return kept;
  }

  // A link is good for minutes: one that is older is opened once the message was read again.
  async #renew({ case_id, seq }, file) {
    const opened = window.open("", "_blank"); // now, while the browser still takes it for the customer's own doing
    try {
      const { items } = await this.#line.send("messages.read", { case_id, after_seq: seq - 1, limit: 1 });
      const now = items[0]?.attachments.find(({ id }) => id === file);
      if (now?.url && opened) opened.location = new URL(now.url.replace(/^\//, ""), this.#router);
      else opened?.close();
    } catch {
      opened?.close();
    }
  }

  async #askForToken() {
    if (this.getToken) return this.getToken();
    if (!this.hasAttribute("token-url")) return this.getAttribute("token");
    const response = await fetch(this.getAttribute("token-url"), { credentials: "same-origin", cache: "no-store" });
    if (!response.ok) throw new Error(`no token: ${response.status}`);
    return (await response.json()).token;
  }

  #heard(type, data) {
    if (type === "hello") {
      this.#talk.greet(data);
      this.#at = this.#at === undefined ? this.#first() : this.#at;
      if (this.#talk.cases.has(this.#at)) this.#read(this.#at);
      if (this.#at === null) this.#readExcerpts();
    } else {
      const one = this.#talk.apply(type, data);
      if (type === "message.created" && data.message.kind !== "customer") this.#announce(one, data.message);
      if (type === "typing") setTimeout(this.#draw, TYPING_MS);
    }
    this.#draw();
  }

  // Where the customer left off in this tab, or what there is to see, or an empty page to write on.
  #first() {
    const { cases, incident } = this.#talk;
    if (cases.has(this.#back)) return this.#back;
    return cases.size || incident ? null : NEW;
  }

  // The newest messages of a case, or those before the first that is here.
  async #read(id, before = 0) {
    if (this.#reading.has(id)) return;
    this.#reading.add(id);
    try {
      this.#talk.history(id, await this.#line.send("messages.read", { case_id: id, limit: WINDOW, ...(before && { before_seq: before }) }));
    } catch {
      // the line is lost: it is read again after the next hello
    }
    this.#reading.delete(id);
    this.#draw();
  }

  #readExcerpts() {
    for (const one of this.#talk.newestFirst().slice(0, EXCERPTS)) if (!one.here) this.#read(one.id);
  }

  // Sends what waits, one after the other, so that it stays in order; each under its own id, so that none is sent twice.
  async #flush() {
    if (this.#flushing) return;
    this.#flushing = true;
    for (let message; this.#line?.state === "open" && (message = this.#talk.next()); this.#draw()) await this.#deliver(message);
    this.#flushing = false;
  }

  async #deliver(message) {
    const { client_id, text, case_id, context, begins, files } = message;
    const contact_id = this.#talk.latest(this.#talk.cases.get(case_id))?.id; // of one that has ended the case goes on
    this.#talk.unsent(message, "sending");
    this.#draw();
    try {
      const id = this.#talk.sent(message, await this.#line.send("message.send", { client_id, text, contact_id, context, ...(files.length && { attachments: files.map(({ id }) => ({ id })) }), ...(begins && { new: true }) }));
      if (this.#at === (case_id ?? NEW)) this.#at = id;
      if (!this.#talk.cases.get(id).here) this.#read(id); // it may have joined a case that goes back further
    } catch (error) {
      this.#talk.unsent(message, error.problem ? "failed" : "waiting", error.message);
    }
  }

  /* What the customer does */

  #write(text, files) {
    this.#at ??= NEW;
    this.#typed = 0;
    const context = this.context;
    this.#talk.write(text, this.#at === NEW ? null : this.#at, Object.keys(context).length ? context : undefined, files);
    this.#flush();
    this.#drawNow();
    this.#face.toEnd();
  }

  #type() {
    const contact = this.#talk.open(this.#talk.cases.get(this.#at));
    if (!contact || Date.now() - this.#typed < TYPING_EVERY_MS) return;
    this.#typed = Date.now();
    this.#line.send("typing", { contact_id: contact.id }).catch(() => {});
  }

  #askToEnd() {
    this.#ending = true;
    this.#drawNow();
    this.#face.answers.firstElementChild?.focus();
  }

  // `does`: type and data of a frame, or null if nothing is to be done. While the line is lost it waits, as messages do.
  async #answer(does) {
    this.#ending = false;
    this.#problem = "";
    this.#pressed = does && this.#line?.state !== "open" ? does : null;
    this.#face.text.focus();
    if (this.#pressed) return this.#draw();
    try {
      const { contact } = does ? await this.#line.send(...does) : {};
      if (contact) this.#talk.apply("contact.updated", contact);
    } catch (error) {
      this.#problem = error.problem ? error.message : "";
    }
    this.#draw();
  }

  async #answerSurvey(message, score) {
    this.#problem = "";
    try {
      const { survey } = await this.#line.send("survey.answer", { contact_id: message.survey.contact_id, score });
      message.survey = survey;
    } catch (error) {
      this.#problem = error.problem ? error.message : "";
    }
    this.#draw();
  }

  async #answerSummary(message, agree) {
    this.#problem = "";
    const { contact_id, summary_id } = message.consent;
    try {
      Object.assign(message.consent, (await this.#line.send("summary.answer", { contact_id, summary_id, agree })).consent);
    } catch (error) {
      this.#problem = error.problem ? error.message : "";
      if (error.problem?.type?.endsWith("ask_over")) message.consent.state = "expired";
    }
    this.#draw();
  }

  #go(at) {
    this.#at = at;
    this.#ending = false;
    this.#problem = "";
    if (this.#talk.cases.has(at)) this.#read(at);
    if (at === null) this.#readExcerpts();
    this.#drawNow();
    if (at === null) this.#face.overview.querySelector("button").focus();
    else this.#face.text.focus();
    this.#face.toEnd();
  }

  /* Drawing */

  // Once for all that happens in one turn.
  #draw = () => {
    if (this.#due) return;
    this.#due = true;
    queueMicrotask(() => {
      this.#due = false;
      if (this.isConnected) this.#drawNow();
    });
  };

  #drawNow() {
    const one = this.#talk.cases.get(this.#at);
    if (!this.#talk.open(one)) this.#ending = false; // it is over: what is asked next is not about it
    if (one && this.#at !== this.#back) {
      this.#back = this.#at;
      this.#keep();
    }
    if (this.#face.panel.open && one && !document.hidden) this.#see(one);
    this.#face.draw({ talk: this.#talk, at: this.#at, line: this.#line?.state, problem: this.#problem, ending: this.#ending, pressed: this.#pressed?.[1].contact_id, reading: this.#reading.has(this.#at) });
  }

  #name() {
    const language = this.#language();
    // With the region, if the browser names one: 14:00 or 2 PM.
    this.#face.locale = navigator.languages.find((locale) => locale.startsWith(language)) ?? language;
    this.#face.name(this.#words.language ?? language);
    this.#draw();
  }

  #language = () => {
    const wanted = this.closest("[lang]")?.lang || navigator.language;
    return LANGUAGES.find((language) => wanted.toLowerCase().startsWith(language)) ?? LANGUAGES[0];
  };

  #say(word, values = {}) {
    const text = this.#words[word] ?? WORDS[word][LANGUAGES.indexOf(this.#language())];
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  }

  #keep() {
    try {
      sessionStorage.setItem(KEPT, `${this.#face.panel.open ? "open" : "closed"} ${this.#talk.cases.has(this.#at) ? this.#at : this.#back}`);
    } catch {
      // a page may forbid it: then the chat is closed on the next one
    }
  }

  #announce(one, { text }) {
    if (!this.#face.panel.open || this.#at !== one.id) this.#face.news.textContent = text;
  }

  // What is shown is read: the other side sees it.
  #see(one) {
    const newest = this.#talk.said(one).at(-1)?.seq ?? 0;
    if (newest <= one.mine || this.#line?.state !== "open") return;
    one.mine = newest;
    this.#line.send("message.read", { case_id: one.id, up_to_seq: newest }).catch(() => {});
  }

  // What a page has set before this file was there.
  #adopt(name) {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    delete this[name];
    this[name] = value;
  }
}

const narrow = () => matchMedia("(max-width: 480px)").matches;

function kept() {
  try {
    return (sessionStorage.getItem(KEPT) ?? " ").split(" ");
  } catch {
    return ["", ""];
  }
}

// Also on a page that is not encrypted, where `randomUUID` is not to be had.
const uuid = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

if (!customElements.get("mci-chat")) customElements.define("mci-chat", MciChat);
