// The agent socket `mci.v1`, kept connected. What its frames and close codes mean is written in asyncapi.yaml.

import { t } from "./language.js";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;
const AWAKE_MS = 3_000; // for an answer after sleep, or where the browser says that it is offline; a new line catches up by `seq`
const REPLACED = 4409;
const OVER = 4401; // the token no longer holds; the reason says why
const FAILED = 1006; // also what a browser says of a refused handshake
const REFUSALS_BELIEVED = 4; // in a row, of a token that was good before: a router behind a balancer may just be starting

export class AgentSocket {
  #token;
  #onState;
  #onFrame;
  #socket = null;
  #seq = null; // of the last frame that had one: where to resume
  #welcome = false; // whether this socket has said hello
  #known = false; // whether any socket has: this token was good once
  #over = false;
  #failures = 0;
  #count = 0;
  #waiting = new Map(); // frames sent and not answered yet, by id
  #pulse = null;
  #retry = null;

  // `onState(name, detail)`: connecting | open | waiting (ms) | refused | over (why) | replaced. The last three are final.
  constructor(token, { onState, onFrame }) {
    this.#token = token;
    this.#onState = onState;
    this.#onFrame = onFrame;
    addEventListener("online", this.#wake);
    addEventListener("offline", this.#doubt);
    document.addEventListener("visibilitychange", this.#wake);
    this.open();
  }

  open() {
    clearTimeout(this.#retry);
    this.#welcome = false;
    this.#onState("connecting");
    const url = new URL("v1/agent-socket", document.baseURI);
    url.protocol = url.protocol.replace("http", "ws");
    if (this.#seq !== null) url.searchParams.set("resume", this.#seq);
    // A browser cannot set headers on a socket, and a URL ends up in logs: the token goes as a subprotocol.
    const socket = new WebSocket(url, ["mci.v1", `bearer.${this.#token}`]);
    this.#socket = socket;
    socket.onmessage = (event) => this.#read(JSON.parse(event.data));
    socket.onclose = (event) => this.#lost(event.code, event.reason);
  }

  close() {
    this.#over = true;
    removeEventListener("online", this.#wake);
    removeEventListener("offline", this.#doubt);
    document.removeEventListener("visibilitychange", this.#wake);
    this.#drop();
  }

  // Resolves with the ack's data; rejects with an Error in words, `slug` naming the problem.
  send(type, data = {}) {
    if (!this.#welcome) return Promise.reject(lost("line.not_connected"));
    const id = `d${++this.#count}`;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ type, id, data }));
    });
  }

  #read(frame) {
    if (frame.seq) this.#seq = frame.seq;
    const asked = this.#waiting.get(frame.id);
    if (frame.type === "ack") {
      this.#waiting.delete(frame.id);
      asked?.resolve(frame.data);
    } else if (frame.type === "error") {
      this.#waiting.delete(frame.id);
      const { problem } = frame.data;
      const error = Object.assign(new Error(problem.detail || problem.title), { slug: problem.type.split("/").pop(), problem });
      if (asked) asked.reject(error);
      else this.#onFrame({ type: "error", data: error });
    } else {
      if (frame.type === "hello") this.#greeted(frame.data);
      this.#onFrame(frame);
    }
  }

  #greeted({ resumed, resume, heartbeat_s }) {
    this.#welcome = this.#known = true;
    this.#failures = 0;
    if (!resumed) this.#seq = resume === "" ? null : Number(resume);
    this.#pulse = setInterval(() => this.#beat(), heartbeat_s * 1_000);
    this.#onState("open");
  }

  // A heartbeat without an answer by the next one: the line is dead, though the browser may not notice for minutes.
  #beat() {
    if (this.#waiting.has("beat")) return this.#lost(0);
    this.#waiting.set("beat", { resolve() {}, reject() {} });
    this.#socket.send(JSON.stringify({ type: "heartbeat", id: "beat", data: {} }));
  }

  async #lost(code, reason) {
    const opened = this.#welcome;
    this.#drop();
    if (code === REPLACED) return this.#end("replaced");
    if (code === OVER) return this.#end("over", reason);
    this.#failures += 1;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (this.#failures - 1)) * (0.5 + Math.random() / 2);
    this.#onState("waiting", pause);
    // A browser does not tell why a handshake failed. If the service is well, it was the token.
    const doubtful = code === FAILED && !opened && this.#failures >= (this.#known ? REFUSALS_BELIEVED : 1);
    const refused = doubtful && (await ready());
    if (this.#over || this.#socket) return;
    if (refused) return this.#end("refused");
    this.#retry = setTimeout(() => this.open(), pause);
  }

  #end(state, detail) {
    this.close();
    this.#onState(state, detail);
  }

  #drop() {
    clearTimeout(this.#retry);
    clearInterval(this.#pulse);
    this.#welcome = false;
    if (this.#socket) {
      this.#socket.onmessage = this.#socket.onclose = null;
      this.#socket.close();
      this.#socket = null;
    }
    for (const { reject } of this.#waiting.values()) reject(lost("line.no_answer"));
    this.#waiting.clear();
  }

  // The page was asleep, or the network away: what was missed comes by `seq`, over this line or a new one.
  #wake = () => {
    if (document.hidden || this.#over) return;
    if (!this.#socket) this.open();
    else this.#doubt();
  };

  // Without a sign of life in time the line is dead, though the browser may not notice for minutes.
  #doubt = () => {
    if (!this.#welcome) return;
    const late = setTimeout(() => this.#lost(0), AWAKE_MS);
    const answered = () => clearTimeout(late);
    this.send("heartbeat").then(answered, answered);
  };
}

const lost = (key) => Object.assign(new Error(t(key)), { lost: true });

async function ready() {
  try {
    return (await fetch("readyz", { cache: "no-store", signal: AbortSignal.timeout(5_000) })).ok;
  } catch {
    return false;
  }
}
