// The agent's own day beside the contacts: what is planned now, what comes next, tomorrow. All times are those of the
// workspace's time zone, and "now" is the router's, whatever the clock of this machine says.

import { byId, h } from "./dom.js";
import { language, t } from "./language.js";
import { requestsDialog, wordsOf } from "./plan_requests.js";
import { locale } from "./words.js";

const AGAIN_MS = 120_000;
const LOOK_MS = 5_000;
const REQUESTS = ["time_off", "swaps"];

// Owns the place of the plan. `notify` says what has come.
export function planBeside(desk, { notify }) {
  const box = byId("plan");
  let [plan, skew, readAt, states, dialog, shown] = [null, 0, 0, null, null, ""];
  const now = () => Date.now() + skew;

  // Resolves with the plan; a router of the version before does not know it.
  async function read() {
    readAt = Date.now();
    const found = await desk.socket?.send("plan.read").catch(() => null);
    if (!found) return null;
    [plan, skew] = [found, Date.parse(found.at) - Date.now()];
    tell();
    draw();
    dialog?.show(plan);
    return plan;
  }

  // Says what others have asked or decided since the last look; what the agent does here is no news.
  function tell() {
    const next = new Map(REQUESTS.flatMap((kind) => plan[kind].map((one) => [one.id, one])));
    for (const [id, one] of states ? next : [])
      if (states.get(id)?.state !== one.state && isNews(one, states.get(id))) notify({ tone: ["declined", "lapsed"].includes(one.state) ? "warn" : "good", text: t("plan.done", { what: wordsOf(one, timesIn(plan.timezone), desk.me), state: t(`plan.state.${one.state}`) }) });
    states = next;
  }

  const isNews = (one, before) => (before ? one.state !== "withdrawn" : one.other === desk.me && one.state === "asked");

  function draw() {
    const parts = plan?.scheduled ? view(plan, { at: now(), me: desk.me, open }) : null;
    box.hidden = !parts;
    const next = parts && JSON.stringify([parts.state, language()]);
    if (next === shown) return;
    shown = next;
    const focused = box.contains(document.activeElement) && document.activeElement.dataset.plan;
    const opened = box.querySelector("details")?.open;
    box.replaceChildren(...(parts ? parts.elements() : []));
    if (opened) box.querySelector("details").open = true;
    if (focused) box.querySelector(`[data-plan="${focused}"]`)?.focus();
  }

  // What the agent does becomes known before it is looked at again.
  async function ask(type, data) {
    const done = await desk.socket.send(type, data);
    for (const one of [done.swap, done.time_off]) if (one) states?.set(one.id, one);
    await read();
    return done;
  }

  function open() {
    if (!plan?.scheduled || dialog) return;
    dialog = requestsDialog(plan, { me: desk.me, now, ask, choices: (data) => desk.socket.send("swap.choices", data), times: () => timesIn(plan.timezone), closed: () => { dialog = null; } });
    byId("desk").append(dialog.element);
    dialog.element.showModal();
    read();
  }

  setInterval(() => {
    if (byId("desk").dataset.connection === "open" && Date.now() - readAt > AGAIN_MS) read();
    draw();
  }, LOOK_MS);

  return {
    read,
    open,
    // A shift of the agent is another now, by somebody else's hand.
    changed() {
      notify({ tone: "warn", text: t("plan.changed") });
      read();
    },
    renew: draw,
    // The next agent at this desk sees nothing of it.
    forget() {
      dialog?.element.close();
      [plan, states, readAt] = [null, null, 0];
      draw();
    },
  };
}

// What is shown of a plan at a moment: `state` is what it depends on, `elements` makes it.
function view(plan, { at, me, open }) {
  const times = timesIn(plan.timezone);
  const pieces = plan.shifts.flatMap((shift) => shift.pieces.map((piece) => ({ ...piece, shift })));
  const current = pieces.find((one) => Date.parse(one.begins_at) <= at && at < Date.parse(one.ends_at));
  const today = plan.shifts.filter((one) => (one.day === plan.today || one === current?.shift) && Date.parse(one.ends_at) > at);
  const next = pieces.find((one) => Date.parse(one.begins_at) > at && today.includes(one.shift));
  const waits = plan.swaps.filter((one) => one.other === me && one.state === "asked").length;
  const tomorrow = plan.shifts.filter((one) => one.day === plan.tomorrow);
  const elements = () => [
    h("h2", {}, t("plan.title")),
    h("p", { role: "status", class: "now" }, current ? t("plan.now", { what: current.title, until: times.clock(current.ends_at) }) : t(next ? "plan.not_yet" : "plan.none")),
    (current || next) && h("p", { class: "hint" }, next ? t(current ? "plan.then" : "plan.first", { what: next.title, at: times.clock(next.begins_at) }) : t("plan.then_end")),
    today.length > 0 && h("details", {},
      h("summary", { "data-plan": "today" }, t("plan.today", { span: today.map(times.span).join(", ") })),
      h("ol", { class: "pieces" }, today.flatMap((one) => one.pieces).map((piece) =>
        h("li", { "aria-current": piece.begins_at === current?.begins_at && "time", class: Date.parse(piece.ends_at) <= at ? "is-over" : null }, h("span", { class: "clock" }, times.span(piece)), ` ${piece.title}`)))),
    h("p", { class: "hint" }, tomorrow.length ? t("plan.tomorrow", { span: tomorrow.map(times.span).join(", ") }) : t("plan.tomorrow_none")),
    times.elsewhere && h("p", { class: "hint" }, t("plan.zone", { zone: plan.timezone })),
    h("button", { type: "button", class: "small", "data-plan": "requests", "aria-haspopup": "dialog", click: open }, waits ? t("plan.requests_new", { count: waits }) : t("plan.requests")),
  ].filter(Boolean);
  return { state: [plan.shifts, plan.today, plan.timezone, waits, current?.begins_at, next?.begins_at, today.length], elements };
}

// Times in the workspace's zone, as the agent's language writes them.
export function timesIn(zone) {
  const form = (options) => new Intl.DateTimeFormat(locale(), { timeZone: zone, ...options });
  const [hours, day] = [form({ hour: "2-digit", minute: "2-digit" }), form({ weekday: "short", day: "numeric", month: "short" })];
  const clock = (at) => hours.format(new Date(at));
  const span = ({ begins_at, ends_at }) => `${clock(begins_at)}–${clock(ends_at)}`;
  const dayOf = (at) => day.format(new Date(at));
  const midnight = (at) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit", minute: "2-digit" }).format(new Date(at)) === "00:00";
  return {
    clock,
    span,
    dayOf,
    elsewhere: zone !== Intl.DateTimeFormat().resolvedOptions().timeZone,
    // A shift with its day; time off by whole days without a time.
    shift: (one) => `${dayOf(one.begins_at)} ${span(one)}`,
    period: ({ begins_at, ends_at }) => {
      const whole = midnight(begins_at) && midnight(ends_at);
      const [first, last] = [dayOf(begins_at), dayOf(Date.parse(ends_at) - 1)];
      if (whole) return first === last ? first : `${first} – ${last}`;
      return first === last ? `${first} ${span({ begins_at, ends_at })}` : `${first} ${clock(begins_at)} – ${dayOf(ends_at)} ${clock(ends_at)}`;
    },
  };
}
