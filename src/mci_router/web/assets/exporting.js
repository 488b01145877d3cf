// A whole report as a file: read as it comes, with how far it has come.

import { h } from "./dom.js";
import { Failure, request } from "./http.js";
import { number } from "./words.js";

const LONGEST_MS = 3_600_000;
const LINE = 10;

// Downloads what a path answers as a file. `told(text)` hears how many rows have come; a CSV's first line is none.
export async function download(path, key, name, told) {
  const response = await request(path, key, { signal: AbortSignal.timeout(LONGEST_MS) });
  const parts = await read(response, (lines) => told(progress(lines - (name.endsWith(".csv") ? 1 : 0), response.headers.get("X-Total-Count"))));
  const file = URL.createObjectURL(new Blob(parts, { type: response.headers.get("Content-Type") }));
  h("a", { href: file, download: name }).click();
  URL.revokeObjectURL(file);
}

const progress = (rows, total) => `${number(Math.max(0, rows))}${total ? ` of ${number(total)}` : ""} rows have come.`;

async function read(response, told) {
  const [parts, reader] = [[], response.body.getReader()];
  for (let lines = 0; ; ) {
    const { done, value } = await next(reader);
    if (done) return parts;
    parts.push(value);
    for (const byte of value) if (byte === LINE) lines += 1;
    told(lines);
  }
}

async function next(reader) {
  try {
    return await reader.read();
  } catch {
    throw new Failure(0, "The file broke off. Ask for it again.");
  }
}
