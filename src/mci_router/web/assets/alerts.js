// An offer is heard and seen wherever the agent looks: a sound, the browser's notification, the tab's title and icon.

import { byId } from "./dom.js";
import { t } from "./language.js";
import { preference } from "./preferences.js";

const WARNINGS_S = [20, 10, 5]; // when a screen reader says how much time is left
const SAID_S = 2;
const RING_MS = 4_000; // the sound again while an offer is unanswered

let audio = null;
let rung = 0;
const said = new Map(); // by offer: the least warning that was said

// Sound may begin only after the person has touched the page once.
for (const event of ["pointerdown", "keydown"]) addEventListener(event, unlock, { once: true, capture: true });

function unlock() {
  audio ??= new AudioContext();
  audio.resume();
}

// Two rising tones for an offer, one soft one for a message.
const TONES = { offer: [[660, 0], [880, 0.16]], message: [[520, 0]] };

export function ring(kind) {
  if (!preference("sound") || !audio || audio.state !== "running") return;
  for (const [pitch, after] of TONES[kind]) tone(pitch, audio.currentTime + after);
  document.documentElement.dataset.rung = String(Number(document.documentElement.dataset.rung ?? 0) + 1);
}

function tone(pitch, at) {
  const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
  const loud = (preference("volume") / 100) * 0.4;
  oscillator.frequency.value = pitch;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(Math.max(0.0002, loud), at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + 0.3);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.32);
}

// A notification of the browser, while the page is not looked at. It names nobody: it may stand on a locked screen.
export function notifyBrowser(text, tag) {
  if (!preference("notify") || !document.hidden || !("Notification" in window) || Notification.permission !== "granted") return;
  const shown = new Notification(t("alert.title"), { body: text, tag });
  shown.onclick = () => {
    window.focus();
    shown.close();
  };
}

export async function mayNotify() {
  return "Notification" in window && (await Notification.requestPermission()) === "granted";
}

// Title and icon say what waits for the agent.
export function mark({ offers, unread }) {
  document.title = offers ? t("title.offers", { count: offers }) : unread ? t("title.unread", { count: unread }) : t("sign_in.title");
  const icon = document.querySelector(`link[data-icon=${offers || unread ? "alert" : "calm"}]`).getAttribute("href");
  if (byId("icon").getAttribute("href") !== icon) byId("icon").setAttribute("href", icon);
}

// While offers wait: the sound again, and how much time is left, said at 20, 10 and 5 s.
export function remind(offers, nameOf) {
  for (const id of said.keys()) if (!offers.some(({ offer_id }) => offer_id === id)) said.delete(id);
  if (!offers.length) return;
  if (Date.now() - rung >= RING_MS) {
    rung = Date.now();
    ring("offer");
  }
  for (const offer of offers) {
    const left = (Date.parse(offer.expires_at) - Date.now()) / 1_000;
    const soonest = offer.allowed / 1_000 - SAID_S; // before that, that there is an offer at all is being said
    const due = WARNINGS_S.filter((seconds) => seconds < soonest && left <= seconds && left > 0).at(-1);
    if (due === undefined || (said.get(offer.offer_id) ?? Number.POSITIVE_INFINITY) <= due) continue;
    said.set(offer.offer_id, due);
    byId("urgent").textContent = t("offer.seconds_left", { seconds: due, who: nameOf(offer) });
  }
}
