// Files beside messages: they are uploaded as soon as they are chosen, and opened by links that are made again when they are old.

import { h } from "./dom.js";
import { request } from "./http.js";
import { t } from "./language.js";
import { token } from "./sign_in.js";

const MOST = 20; // beside one message
const PATIENCE_MS = 130_000; // for the bytes of one
const SCAN_EVERY_MS = 1_000;
const KIB = 1_024;

// What is chosen for the next message: a button, and a list of what there is. `changed(failed)` is called when one is there, or was refused.
export function filePicker(changed) {
  const chosen = new Map(); // by a number of ours: { name, file: as the router has it, why: it was refused }
  let last = 0;
  const input = h("input", { type: "file", multiple: true, hidden: true, "data-files": true, change: () => { add([...input.files]); input.value = ""; } });
  const button = h("button", { type: "button", class: "attach", click: () => input.click() });
  const list = h("ul", { class: "files", "aria-live": "polite" });

  function add(files) {
    for (const file of files.slice(0, MOST - chosen.size)) upload(file, ++last);
  }

  async function upload(file, number) {
    const one = { name: file.name || "image.png", file: null, why: "" };
    chosen.set(number, one);
    draw();
    try {
      const path = `v1/attachments?${new URLSearchParams({ name: one.name })}`;
      const options = { method: "POST", body: file, headers: { "Content-Type": file.type || "application/octet-stream" }, signal: AbortSignal.timeout(PATIENCE_MS) };
      let kept = await (await request(path, token(), options)).json();
      while (kept.state === "scanning" && !kept.url && chosen.has(number)) {
        await new Promise((resolve) => { setTimeout(resolve, SCAN_EVERY_MS); });
        kept = await (await request(`v1/attachments/${kept.id}`, token())).json();
      }
      if (kept.state === "blocked") one.why = t("file.blocked");
      else one.file = kept;
    } catch (failure) {
      one.why = failure.message;
    }
    draw();
    changed(Boolean(one.why));
  }

  function draw() {
    button.textContent = t("file.attach");
    list.hidden = !chosen.size;
    list.replaceChildren(...[...chosen].map(([number, { name, file, why }]) => h("li", { class: why ? "bad" : "" },
      h("span", {}, why ? t("file.refused", { name, why }) : file ? `${name} · ${sizeOf(file.bytes)}` : t("file.uploading", { name })),
      h("button", { type: "button", class: "small", "aria-label": t("file.remove", { name }), click: () => { chosen.delete(number); draw(); button.focus(); } }, "×"))));
  }

  // What a field, or what is around it, is given by pasting or dropping.
  function takes(field, around) {
    const given = (transfer, event) => {
      if (!transfer?.files.length) return;
      event.preventDefault();
      add([...transfer.files]);
    };
    field.addEventListener("paste", (event) => given(event.clipboardData, event));
    around.addEventListener("dragover", (event) => { if ([...event.dataTransfer.types].includes("Files")) event.preventDefault(); });
    around.addEventListener("drop", (event) => given(event.dataTransfer, event));
  }

  draw();
  return {
    button, input, list, takes, again: draw,
    busy: () => [...chosen.values()].some(({ file, why }) => !file && !why),
    any: () => [...chosen.values()].some(({ file }) => file),
    take: () => {
      const files = [...chosen.values()].map(({ file }) => file).filter(Boolean);
      chosen.clear();
      draw();
      return files;
    },
  };
}

// The files beside a message, each with a link; `renew` gives the message again, whose links are new.
export function filesOf({ attachments, seq }, renew) {
  if (!attachments?.length) return null;
  return h("ul", { class: "files" }, attachments.map((file) => h("li", { class: file.state === "blocked" ? "bad" : "" }, fileOf(file, seq, renew))));
}

function fileOf(file, seq, renew) {
  const about = `${file.name} · ${sizeOf(file.bytes)}`;
  if (!file.url) return h("span", {}, file.state === "blocked" ? t("file.is_blocked", { name: file.name }) : about);
  const link = h("a", { href: local(file.url), download: file.name, title: file.content_type, click: fresh }, about);
  if (file.preview_url) {
    const picture = h("img", { src: local(file.preview_url), alt: t("file.preview", { name: file.name }), loading: "lazy", error: () => picture.remove() });
    link.prepend(picture);
  }
  return link;

  // A link is good for minutes. One that is older is followed once the message was read again.
  async function fresh(event) {
    if (!renew || !old(link.href)) return;
    event.preventDefault();
    const message = await renew(seq);
    const now = message?.attachments.find(({ id }) => id === file.id);
    if (now?.url) h("a", { href: local(now.url), download: now.name }).click();
  }
}

const old = (url) => Number(new URL(url, location.href).searchParams.get("expires")) * 1_000 < Date.now() + 5_000;
const local = (url) => url.replace(/^.*\/(?=v1\/attachments\/)/, ""); // the desk may be below a path

export function sizeOf(bytes) {
  if (bytes < KIB) return t("file.bytes", { n: bytes });
  return bytes < KIB * KIB ? t("file.kib", { n: Math.round(bytes / KIB) }) : t("file.mib", { n: (bytes / KIB / KIB).toFixed(1) });
}
