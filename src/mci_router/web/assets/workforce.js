// The workforce page: one view at a time, named after the # of the address.

import { coaching } from "./coaching.js";
import { byId, h, patiently, tell } from "./dom.js";
import { request } from "./http.js";
import { learnTitles } from "./names.js";
import { dropKey, forgetKey, keepKey, keyOf } from "./page_key.js";
import { adherence } from "./workforce_adherence.js";
import { intraday } from "./workforce_intraday.js";
import { forecast } from "./workforce_forecast.js";
import { schedules } from "./workforce_schedules.js";
import { staffing } from "./workforce_staffing.js";

const PATIENCE_MS = 30_000;

// Each view: { id, title, show }. `show(root, ask)` fills the element `root`; `ask(path, options)` is a request with the
// key, whose failures are shown above the view by `attempt`, the third argument, which wraps whatever a button does.
const VIEWS = [forecast, staffing, { id: "schedules", title: "Schedules", show: schedules }, intraday, adherence, coaching];

const key = () => keyOf("workforce");
const ask = (path, options = {}) => request(path, key(), { signal: AbortSignal.timeout(PATIENCE_MS), ...options });

byId("views").append(...VIEWS.map((view) => h("li", {}, h("a", { href: `#${view.id}` }, view.title))));
byId("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  keepKey("workforce", byId("key").value.trim());
  event.target.reset();
  start();
  byId("workforce").querySelector("h1").focus(); // what had the focus is hidden
});
byId("sign-out").addEventListener("click", () => signOut());
addEventListener("hashchange", () => key() && start());

async function start() {
  const view = VIEWS.find((one) => `#${one.id}` === location.hash) ?? VIEWS[0];
  byId("sign-in").hidden = true;
  byId("workforce").hidden = false;
  for (const link of byId("views").querySelectorAll("a")) {
    if (link.hash === `#${view.id}`) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  document.title = `${view.title} · Workforce`;
  const root = h("div", { class: "view" });
  byId("view").replaceChildren(root);
  await learnTitles(key());
  if (root.isConnected) await attempt(() => view.show(root, ask, attempt));
}

function signOut(why = "") {
  forgetKey();
  stop(why);
}

function stop(why = "") {
  dropKey("workforce");
  byId("workforce").hidden = true;
  byId("sign-in").hidden = false;
  byId("view").replaceChildren();
  tell(byId("sign-in-problem"), why);
  byId("key").focus();
}

async function attempt(work) {
  tell(byId("problem"), "");
  try {
    await patiently(byId("problem"), work);
  } catch (failure) {
    if (failure.status === 401) return signOut("This key is not valid, or it was revoked.");
    if (failure.status === undefined) throw failure;
    tell(byId("problem"), failure.message, "bad");
  }
}

if (key()) start();
else stop();
