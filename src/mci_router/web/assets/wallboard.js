// The supervisor's wallboard: shows what one stream says, and says so when it is lost.

import { showAdherence, showMoves } from "./adherence.js";
import { showAgents } from "./agents.js";
import { byId, tell } from "./dom.js";
import { showBacklog } from "./backlog.js";
import { showEscalations } from "./escalations.js";
import { raiseIncident, showIncidents } from "./incidents.js";
import { watch } from "./live.js";
import { learnTitles } from "./names.js";
import { dropKey, forgetKey, keepKey, keyOf } from "./page_key.js";
import { showQueues } from "./queues.js";
import { showQueueList } from "./supervising.js";
import { matrix, tiles } from "./wallboard_views.js";
import { timeOfDay, timesOf, words, zoneWords } from "./words.js";

const TICK_MS = 1_000;

let unwatch = null;
let picture = null;
let lost = ""; // why there are no newer figures

const key = () => keyOf("wallboard");
const now = () => picture;

byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  keepKey("wallboard", byId("key").value.trim());
  event.target.reset();
  start();
  byId("wallboard").querySelector("h1").focus(); // what had the focus is hidden
});
byId("sign-out").addEventListener("click", () => signOut());
byId("period").addEventListener("change", () => start());
for (const id of ["offline", "kept"]) byId(id).addEventListener("change", () => show());
byId("raise").addEventListener("click", () => raiseIncident(now, key));
document.addEventListener("visibilitychange", () => {
  if (!key()) return;
  if (document.hidden) unwatch?.();
  else start();
});
setInterval(() => picture && show(), TICK_MS); // waits go on by themselves

async function start() {
  byId("sign-in").hidden = true;
  byId("wallboard").hidden = false;
  unwatch?.();
  await learnTitles(key());
  if (!key()) return;
  unwatch?.(); // one that was started meanwhile
  unwatch = watch(key(), byId("period").value, {
    show: (latest) => {
      [picture, lost] = [latest, ""];
      show();
    },
    complain: (failure) => {
      if (failure.status === 401) return signOut("This key is not valid, or it was revoked.");
      if (failure.status === 403) return stop(failure.message);
      lost = failure.message;
      complain();
    },
  });
}

function signOut(why = "") {
  forgetKey();
  stop(why);
}

function stop(why = "") {
  unwatch?.();
  [unwatch, picture, lost] = [null, null, ""];
  dropKey("wallboard");
  byId("wallboard").hidden = true;
  byId("sign-in").hidden = false;
  for (const dialog of document.querySelectorAll("dialog[open]")) dialog.close();
  for (const id of ["tiles", "queues", "backlog", "agents", "adherence", "moves", "escalations", "incidents", "matrix"]) {
    byId(id).parts = undefined;
    byId(id).replaceChildren();
  }
  tell(byId("sign-in-problem"), why);
  byId("key").focus();
}

function show() {
  timesOf(picture.timezone);
  byId("tiles").replaceChildren(...tiles(picture));
  showQueues(picture, (name) => showQueueList(now, name, key));
  showBacklog(picture);
  showAgents(now, { offline: byId("offline").checked, key });
  showMoves(picture);
  showAdherence(picture, { kept: byId("kept").checked });
  showEscalations(picture);
  showIncidents(picture, key);
  byId("matrix").replaceChildren(...matrix(picture));
  if (lost) return complain();
  const stale = Object.keys(picture.stale);
  byId("freshness").className = `pill dot ${stale.length ? "warn" : "good"}`;
  byId("freshness").textContent = `Live · ${timeOfDay(Date.parse(picture.at))}`;
  byId("freshness").title = zoneWords();
  say(stale.length ? `These cannot be read now, and are older: ${stale.map(words).join(", ")}.` : "");
}

function complain() {
  byId("freshness").className = "pill dot bad";
  const at = picture && timeOfDay(Date.parse(picture.at));
  byId("freshness").textContent = at ? `Stale · ${at}` : "No figures yet";
  say(at ? `${lost} The figures are those of ${at}. Trying again.` : `${lost} Trying again.`);
}

// A screen reader need not hear the same every second.
function say(text) {
  if (byId("board-banner").textContent !== text) tell(byId("board-banner"), text, "bad");
}

const speed = Number(new URLSearchParams(location.search).get("speed"));
if (speed > 1) tell(byId("demo"), `A demo plays at ${speed} ×. Times here are real seconds, and so are the targets they are held to: one second is ${speed} of the demo's.`, "warn");
if (key()) start();
else stop();

