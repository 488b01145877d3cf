// What an agent asks for: time off, and that a colleague takes a shift. What is undecided can be withdrawn, and what a
// colleague asks is answered here.

import { h } from "./dom.js";
import { t, tOf } from "./language.js";
import { agentTitle } from "./titles.js";

const TONES = { approved: "good", declined: "bad", lapsed: "bad", accepted: "warn", asked: "warn" };
const UNDECIDED = ["asked", "accepted"];

// Words for a request of or to the agent `me`.
export function wordsOf(one, times, me) {
  if (!one.shift) return t("plan.off", { span: times.period(one) });
  const back = one.other_shift && times.shift(one.other_shift);
  const [mine, others] = back ? ["plan.give_for", "plan.take_for"] : ["plan.give", "plan.take"];
  const names = { agent: agentTitle(one.agent), other: agentTitle(one.other), shift: times.shift(one.shift), back };
  return t(one.agent === me ? mine : others, names);
}

// A dialog; `show(plan)` shows what is new. `ask` does something and reads again, `choices` says who may take a shift.
export function requestsDialog(plan, desk) {
  const said = h("p", { role: "status", class: "hint" });
  const wrong = h("p", { role: "alert", class: "bad", hidden: true });
  const list = h("ul", { class: "requests" });

  // Returns whether it was done; else says why not.
  async function attempt(act, text) {
    [wrong.hidden, said.textContent] = [true, ""];
    try {
      await act();
      said.textContent = text;
      return true;
    } catch (error) {
      wrong.textContent = tOf("problem", error.slug, error.message);
      wrong.hidden = false;
      return false;
    }
  }

  const swap = swapForm(desk, attempt);
  const element = h("dialog", { class: "passing", "aria-label": t("plan.dialog"), close: () => { element.remove(); desk.closed(); } },
    h("div", { class: "row" }, h("h2", {}, t("plan.dialog")), h("button", { type: "button", class: "quiet", click: () => element.close() }, t("dialog.close"))),
    wrong, said,
    h("section", {}, h("h3", {}, t("plan.yours")), list),
    timeOffForm(plan, desk, attempt),
    swap.element,
  );

  function show(now) {
    const requests = [...now.swaps, ...now.time_off].sort((one, other) => Number(UNDECIDED.includes(other.state)) - Number(UNDECIDED.includes(one.state)));
    const focused = list.contains(document.activeElement);
    list.replaceChildren(...(requests.length ? requests.map((one) => entry(one, desk, attempt)) : [h("li", { class: "hint" }, t("plan.nothing"))]));
    if (focused && !list.contains(document.activeElement)) element.querySelector("button").focus();
    swap.show(now);
  }

  show(plan);
  return { element, show };
}

function entry(one, desk, attempt) {
  const [what, kind] = [wordsOf(one, desk.times(), desk.me), one.shift ? "swap" : "time_off"];
  const act = (name, state) => h("button", { type: "button", class: "small", "aria-label": t("plan.act_on", { act: t(`plan.${name}`), what }),
    click: () => attempt(() => desk.ask(`${kind}.${name}`, { [`${kind}_id`]: one.id }), t("plan.done", { what, state: t(`plan.state.${state}`) })) }, t(`plan.${name}`));
  return h("li", {},
    h("div", { class: "row" }, h("span", {}, what), h("span", { class: `pill ${TONES[one.state] ?? ""}` }, t(`plan.state.${one.state}`))),
    one.reason && h("p", { class: "hint" }, one.reason),
    one.decided_why && h("p", { class: "hint" }, one.decided_why),
    h("div", { class: "acts" }, mayAnswer(one, desk.me) && [act("accept", "accepted"), act("decline", "declined")], mayWithdraw(one, desk) && act("withdraw", "withdrawn")));
}

const mayAnswer = (one, me) => one.other === me && one.state === "asked";
const mayWithdraw = (one, { me, now }) =>
  one.agent === me && (UNDECIDED.includes(one.state) || (!one.shift && one.state === "approved" && Date.parse(one.begins_at) > now()));

function timeOffForm(plan, desk, attempt) {
  const first = h("input", { id: "off-from", type: "date", required: true, min: plan.today, change: () => { last.min = first.value; if (!last.value || last.value < first.value) last.value = first.value; } });
  const last = h("input", { id: "off-to", type: "date", required: true, min: plan.today });
  const [begins, ends] = [h("input", { id: "off-begins", type: "time" }), h("input", { id: "off-ends", type: "time" })];
  const reason = h("input", { id: "off-reason", maxlength: 500, autocomplete: "off", "aria-describedby": "off-reason-hint" });
  const send = () => desk.ask("time_off.ask", { begins_on: first.value, ends_on: last.value, begins: begins.value || null, ends: ends.value || null, reason: reason.value });
  const form = h("form", { submit: async (event) => {
    event.preventDefault();
    if (await attempt(send, t("plan.asked"))) form.reset();
  } },
    h("h3", {}, t("plan.ask_off")),
    h("div", { class: "target" }, labelled(t("plan.from_day"), first), labelled(t("plan.from_time"), begins), labelled(t("plan.to_day"), last), labelled(t("plan.to_time"), ends)),
    labelled(t("plan.reason"), reason), h("p", { class: "hint", id: "off-reason-hint" }, t("plan.reason_hint")),
    h("button", {}, t("plan.ask")));
  return form;
}

// First the own shift, then who may take it, then what is taken for it.
function swapForm(desk, attempt) {
  const shift = h("select", { id: "swap-shift", required: true, change: () => { offer(other, []); theirs(); fill(); } });
  const other = h("select", { id: "swap-other", required: true, change: () => theirs() });
  const back = h("select", { id: "swap-back" });
  const reason = h("input", { id: "swap-reason", maxlength: 500, autocomplete: "off", "aria-describedby": "swap-reason-hint" });

  async function fill() {
    const mine = shift.value;
    let found = null;
    if (mine) await attempt(async () => { found = await desk.choices({ shift_id: mine }); }, "");
    if (found && mine === shift.value) offer(other, found.colleagues.map((one) => [one.name, one.works_then ? t("plan.works_then", { who: one.title }) : one.title]));
  }

  async function theirs() {
    const [mine, who] = [shift.value, other.value];
    offer(back, [], t("plan.for_none"));
    let found = null;
    if (mine && who) await attempt(async () => { found = await desk.choices({ shift_id: mine, other: who }); }, "");
    if (found && mine === shift.value && who === other.value) offer(back, found.shifts.map((one) => [one.id, desk.times().shift(one)]), t("plan.for_none"));
  }

  const send = () => desk.ask("swap.ask", { shift_id: shift.value, other: other.value, other_shift_id: back.value || null, reason: reason.value });
  const element = h("form", { submit: async (event) => {
    event.preventDefault();
    if (!(await attempt(send, t("plan.asked_swap")))) return;
    [shift.value, reason.value] = ["", ""];
    offer(other, []);
    offer(back, [], t("plan.for_none"));
  } },
    h("h3", {}, t("plan.ask_swap")),
    labelled(t("plan.shift"), shift), labelled(t("plan.colleague"), other), labelled(t("plan.for"), back),
    labelled(t("plan.reason"), reason), h("p", { class: "hint", id: "swap-reason-hint" }, t("plan.reason_swap")),
    h("button", {}, t("plan.ask")));

  function show(plan) {
    const open = plan.shifts.filter((one) => Date.parse(one.begins_at) > desk.now());
    const chosen = shift.value;
    element.hidden = !open.length;
    offer(shift, open.map((one) => [one.id, desk.times().shift(one)]));
    shift.value = open.some(({ id }) => id === chosen) ? chosen : "";
  }

  offer(other, []);
  offer(back, [], t("plan.for_none"));
  return { element, show };
}

// Fills a choice: the first entry is none.
function offer(select, entries, none = t("plan.choose")) {
  select.replaceChildren(h("option", { value: "" }, none), ...entries.map(([value, text]) => h("option", { value }, text)));
}

const labelled = (text, field) => h("div", {}, h("label", { for: field.id }, text), field);
