// Below the agent's own contacts: who waits, and what colleagues have under way. Each is looked at again while it is open.

import { byId, h } from "./dom.js";
import { language, t } from "./language.js";
import { readableCard, waitingCard } from "./list_view.js";
import { tick } from "./ticking.js";

const AGAIN_MS = 5_000;

export function listsBeside(desk, draw) {
  const shown = new Map(); // by list
  const looked = (id) => byId(id).open && !byId(id).hidden && byId("desk").dataset.connection === "open";

  async function drawLine() {
    const answer = looked("line") && (await desk.acts.ask("line.list", {}));
    if (answer) fill("waiting", answer.waiting, (one) => waitingCard(one, take("contact.pull")), "list.nobody");
  }

  // For those who may read along.
  async function drawOthers() {
    const answer = looked("others") && (await desk.acts.ask("conversation.list", {}));
    if (!answer) return;
    const here = (one) => ({ ...one, here: desk.work.items.has(one.contact_id) });
    fill("readable", answer.conversations.map(here), (one) => readableCard(one, take("contact.read_along")), "list.none_else");
  }

  // What has not changed stays, and the focus in it.
  function fill(id, entries, card, empty) {
    const now = JSON.stringify([entries, language()]);
    if (shown.get(id) !== now) byId(id).replaceChildren(...(entries.length ? entries.map(card) : [h("li", { class: "hint" }, t(empty))]));
    shown.set(id, now);
    tick(desk.work);
  }

  const take = (type) => async (contact_id) => {
    if (await desk.acts.ask(type, { contact_id })) desk.selected = contact_id;
    drawAll();
    draw();
  };

  const drawAll = () => {
    drawLine();
    drawOthers();
  };

  byId("line").addEventListener("toggle", drawLine);
  byId("others").addEventListener("toggle", drawOthers);
  setInterval(drawAll, AGAIN_MS);
}
