// The page of workforce: adherence and conformance of a day, what differed, and what is excused.

import { h } from "./dom.js";
import { titleOf } from "./names.js";
import { NONE, capital, duration, locale, percent, words } from "./words.js";

const PATH = "v1/workforce/adherence";

export const adherence = { id: "adherence", title: "Adherence", show };

async function show(root, ask, attempt) {
  const day = h("input", { id: "adherence-day", type: "date", required: true });
  const box = h("div", { class: "view" });
  const news = h("p", { role: "status", class: "hint" });
  const fill = async (said = "") => {
    const wanted = day.value;
    const report = await (await ask(wanted ? `${PATH}?day=${wanted}` : PATH)).json();
    if (day.value !== wanted) return; // another day was chosen meanwhile
    day.value = report.day;
    news.textContent = [said, summary(report)].filter(Boolean).join(" ");
    const clock = new Intl.DateTimeFormat(locale(), { hour: "2-digit", minute: "2-digit", timeZone: report.timezone });
    const hour = (at) => clock.format(new Date(at)); // the workspace's, as the plan's are
    box.replaceChildren(...(report.agents.length ? [table(report, { ask, attempt, fill, hour })] : []));
  };
  day.addEventListener("change", () => attempt(fill));
  const file = h("button", { type: "button", click: () => attempt(() => download(ask, day.value)) }, "As CSV");
  root.append(
    h("h2", {}, "Adherence"),
    h("div", { class: "asked" }, h("div", {}, h("label", { for: day.id }, "Day"), day), file),
    news, box,
  );
  await fill();
}

function summary({ agents, adherence: kept, conformance, grace_s: grace }) {
  if (!agents.length) return "Nobody had a shift on that day.";
  return `All agents: adherence ${percent(kept)}, conformance ${percent(conformance)}. Up to ${duration(grace)} around a change of activity are forgiven.`;
}

function table({ agents }, acts) {
  // The first and the last are words, the others figures.
  const columns = ["Agent", "Adherence", "Conformance", "Scheduled", "Worked", "What differed"];
  return h("div", { class: "card scroll", tabindex: "0", role: "region", "aria-label": "Adherence by agent" },
    h("table", {}, h("thead", {}, h("tr", {}, columns.map((name, place) => h("th", { scope: "col", class: place % 5 ? null : "text" }, name)))), h("tbody", {}, agents.map((one) => row(one, acts)))));
}

function row(agent, acts) {
  const figures = [percent(agent.adherence), percent(agent.conformance), duration(agent.scheduled_s), duration(agent.worked_s)];
  const pieces = agent.differences.map((piece) => h("li", {}, difference(agent, piece, acts)));
  return h("tr", {},
    h("th", { scope: "row" }, agent.title ?? titleOf("agent", agent.agent)),
    figures.map((figure) => h("td", {}, figure)),
    h("td", { class: "text" }, pieces.length ? h("ul", { class: "differences" }, pieces) : NONE),
  );
}

function difference(agent, piece, acts) {
  const was = capital(words(piece.presence)) + (piece.reason ? ` (${words(piece.reason)})` : "");
  const text = `${acts.hour(piece.begins_at)} to ${acts.hour(piece.ends_at)}: ${was}, not ${titleOf("activity", piece.planned)}`;
  if (piece.excused) return h("span", { class: "hint" }, `${text}. Excused`);
  return h("div", { class: "difference" }, h("span", {}, text), excuse(agent, piece, text, acts));
}

function excuse(agent, piece, text, { ask, attempt, fill }) {
  const why = h("input", { type: "text", required: true, maxlength: 500, "aria-label": `Why ${agent.title ?? titleOf("agent", agent.agent)} is excused, ${text}` });
  const form = h("form", { hidden: true }, why, h("button", { type: "submit" }, "Excuse"));
  const open = h("button", { type: "button", class: "small", "aria-label": `Excuse ${agent.title ?? titleOf("agent", agent.agent)}, ${text}`, click: () => {
    [form.hidden, open.hidden] = [false, true];
    why.focus();
  } }, "Excuse");
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const body = { agent: agent.agent, begins_at: piece.begins_at, ends_at: piece.ends_at, why: why.value };
    attempt(async () => {
      await ask("v1/workforce/exceptions", { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } });
      await fill(`${agent.title ?? titleOf("agent", agent.agent)} is excused.`);
    });
  });
  return [open, form];
}

async function download(ask, day) {
  const response = await ask(`${PATH}?day=${day}&format=csv`);
  const file = URL.createObjectURL(await response.blob());
  h("a", { href: file, download: `adherence-${day}.csv` }).click();
  URL.revokeObjectURL(file);
}
