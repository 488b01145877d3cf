// The page of workforce: who is needed for a day. A search is a job: it is asked for, watched, cancelled and read here.

import { h } from "./dom.js";
import { jobDetails } from "./workforce_staffing_job.js";
import { moment, timesOf, zoneWords } from "./words.js";

const AGAIN_MS = 1_000;
const OVER = ["finished", "failed", "cancelled"];
const STATES = { queued: "waits for its turn", running: "is searched", finished: "found", failed: "failed", cancelled: "cancelled" };
const COLUMNS = ["queue", "channel", "begins", "arrivals", "aht_s"];

export const staffing = { id: "staffing", title: "Staffing", show };

async function show(root, ask, attempt) {
  const jobs = h("div", {});
  const details = h("div", { class: "view" });
  let shown = null;
  const open = (id) => attempt(async () => {
    shown = id;
    await watch(id, () => shown === id && root.isConnected);
  });
  root.append(h("h2", {}, "Who is needed for a day"), askForm(), jobs, details);
  await list();

  // Shows a job, again and again until it is over, or another is chosen.
  async function watch(id, wanted) {
    const view = jobDetails({ ask, attempt, open: async (other) => { await list(); open(other); } });
    details.replaceChildren(view.element);
    while (wanted()) {
      const job = await (await ask(`v1/staffing/${id}`)).json();
      if (!wanted()) return;
      view.show(job);
      if (OVER.includes(job.state)) return list();
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }

  async function list() {
    const { items, timezone } = await (await ask("v1/staffing?limit=20")).json();
    timesOf(timezone);
    jobs.replaceChildren(items.length ? table(items) : h("p", { class: "hint" }, "Nothing was asked for yet."));
  }

  function table(items) {
    return h("div", { class: "card scroll", tabindex: "0", role: "region", "aria-label": "Staffing jobs" }, h("table", {},
      h("thead", {}, h("tr", {}, h("th", { scope: "col", class: "text" }, "Day"), h("th", { scope: "col", class: "text" }, "State"), h("th", { scope: "col" }, "Agent hours"), h("th", { scope: "col", title: zoneWords() }, "Asked"), h("th", { scope: "col" }, "Details"))),
      h("tbody", {}, items.map((job) => h("tr", {},
        h("th", { scope: "row" }, job.of ? `${job.day}, what if` : job.day),
        h("td", { class: "text" }, STATES[job.state]),
        h("td", {}, job.agent_hours == null ? "–" : String(job.agent_hours)),
        h("td", {}, moment(job.created_at)),
        h("td", {}, h("button", { type: "button", "aria-label": `Show the job of ${job.day}, asked ${moment(job.created_at)}`, click: () => open(job.id) }, "Show")),
      )))));
  }

  function askForm() {
    const day = h("input", { id: "staffing-day", type: "date", required: true });
    const file = h("input", { id: "staffing-demand", type: "file", accept: ".csv,text/csv" });
    const seconds = h("select", { id: "staffing-seconds" },
      [[60, "a minute"], [300, "five minutes"], [600, "ten minutes"], [900, "a quarter of an hour"]].map(([value, text]) => h("option", { value, selected: value === 600 }, text)));
    day.value = tomorrow();
    const submit = (event) => {
      event.preventDefault();
      attempt(async () => {
        const body = { day: day.value, seconds: Number(seconds.value) };
        if (file.files.length) body.demand = demandOf(await file.files[0].text());
        const job = await (await ask("v1/staffing", { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json" } })).json();
        await list();
        open(job.id);
      });
    };
    return h("form", { class: "card filters", "aria-label": "Ask who is needed", submit },
      field(day, "Day"),
      field(seconds, "Search for at most"),
      field(file, `Demand as CSV (${COLUMNS.join(";")}); without it the forecast of the day`),
      h("button", { type: "submit", class: "primary" }, "Find the least staff"));
  }
}

const field = (input, text) => h("div", { class: "choice" }, h("label", { for: input.id }, text), input);

function tomorrow() {
  const day = new Date(Date.now() + 86_400_000);
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
}

// Rows of CSV with a heading, by semicolons or commas.
function demandOf(text) {
  const [heading, ...rows] = text.trim().split(/\r?\n/).map((line) => line.split(/[;,]/).map((cell) => cell.trim()));
  return rows.map((row) => {
    const named = Object.fromEntries(heading.map((name, place) => [name, row[place]]));
    return { ...Object.fromEntries(COLUMNS.map((name) => [name, named[name]])), arrivals: Number(named.arrivals), aht_s: Number(named.aht_s) };
  });
}
