// The supervisor's wallboard: asks every two seconds, and says so when it cannot.

import { byId, tell } from "./dom.js";
import { Failure, request } from "./http.js";
import { incidents, showIncidents } from "./incidents.js";
import { byLabel } from "./metrics.js";
import { matrix, queues, tiles } from "./wallboard_views.js";
import { timeOfDay } from "./words.js";

const KEY = "mci.wallboard.key"; // sessionStorage: this tab only, and never in a URL
const EVERY_MS = 2_000;

let timer = null;
let round = 0; // of polling: an answer to an earlier key or period is not shown
let blind = false; // whether this key may not see the metrics
let last = null; // when the figures on the page came

byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(KEY, byId("key").value.trim());
  event.target.reset();
  start();
});
byId("sign-out").addEventListener("click", () => stop());
byId("period").addEventListener("change", () => start());
document.addEventListener("visibilitychange", () => {
  if (sessionStorage.getItem(KEY) && !document.hidden) start();
});

function start() {
  byId("sign-in").hidden = true;
  byId("wallboard").hidden = false;
  blind = false;
  poll(++round);
}

function stop(why = "") {
  round += 1;
  clearTimeout(timer);
  last = null;
  sessionStorage.removeItem(KEY);
  byId("wallboard").hidden = true;
  byId("sign-in").hidden = false;
  for (const id of ["tiles", "queues", "matrix"]) byId(id).replaceChildren();
  showIncidents();
  tell(byId("sign-in-problem"), why);
  byId("key").focus();
}

async function poll(mine) {
  clearTimeout(timer);
  try {
    const figures = await ask();
    if (mine !== round) return;
    last = Date.now();
    show(figures);
  } catch (problem) {
    if (mine !== round) return;
    if (!(problem instanceof Failure)) console.error(problem);
    if (problem.status === 401) return stop("This key is not valid, or it was revoked.");
    if (problem.status === 403) return stop(problem.message);
    complain(problem instanceof Failure ? problem.message : "This answer cannot be read.");
  }
  if (!document.hidden) timer = setTimeout(poll, EVERY_MS, mine);
}

async function ask() {
  const key = sessionStorage.getItem(KEY);
  const since = new Date(Date.now() - Number(byId("period").value) * 3_600_000).toISOString();
  const read = async (path) => (await request(path, key)).json();
  const [levels, contacts, places, metrics, outages] = await Promise.all([
    read(`v1/reports/service-level?since=${since}`),
    read(`v1/reports/contacts?since=${since}`),
    read("v1/matrix"),
    live(key),
    incidents(key),
  ]);
  return { levels, contacts, places, live: metrics, incidents: outages };
}

// The live figures; nothing if the key may not see them: the reports are worth showing without.
async function live(key) {
  if (blind) return undefined;
  try {
    const text = await (await request("metrics", key)).text();
    return { waiting: byLabel(text, "mci_queue_waiting", "queue"), agents: byLabel(text, "mci_agents", "presence") };
  } catch (problem) {
    if (problem.status === 403) return void (blind = true);
    throw problem;
  }
}

function show(figures) {
  tell(byId("board-banner"), "");
  byId("freshness").className = "pill dot good";
  byId("freshness").textContent = `Live · ${timeOfDay(last)}`;
  byId("tiles").replaceChildren(...tiles(figures));
  showIncidents(figures.incidents, () => sessionStorage.getItem(KEY), () => poll(++round));
  byId("queues").replaceChildren(queues(figures));
  byId("matrix").replaceChildren(...matrix(figures));
}

function complain(why) {
  byId("freshness").className = "pill dot bad";
  byId("freshness").textContent = last ? `Stale · ${timeOfDay(last)}` : "No figures yet";
  const banner = byId("board-banner");
  const text = last ? `${why} The figures are those of ${timeOfDay(last)}. Trying again.` : `${why} Trying again.`;
  if (banner.textContent !== text) tell(banner, text, "bad"); // a screen reader need not hear it every two seconds
}

if (sessionStorage.getItem(KEY)) start();
else stop();
