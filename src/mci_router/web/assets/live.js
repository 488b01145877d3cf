// The live picture: one stream, put together from its snapshot and its changes, and opened again when it ends.

import { Failure, request } from "./http.js";

const QUIET_MS = 16_000; // three heartbeats missed: the connection is gone, whatever the browser thinks
const AGAIN_MS = [500, 1_000, 2_000, 5_000, 10_000]; // how long to wait after each failure in a row

let ahead = 0; // of this screen's clock is the service's, in ms

// Seconds since a time of the service, by its clock.
export const since = (time) => (time == null ? null : Math.max(0, (Date.now() + ahead - Date.parse(time)) / 1_000));

// Watches until the function that it returns is called. `show(picture)` at each change, `complain(failure)` when the
// stream is lost; a failure with status 401 or 403 ends it.
export function watch(key, hours, { show, complain }) {
  const stopped = new AbortController();
  follow(key, hours, stopped.signal, show, complain);
  return () => stopped.abort();
}

async function follow(key, hours, stopped, show, complain) {
  let failures = 0;
  while (!stopped.aborted) {
    try {
      await once(key, hours, stopped, (picture) => {
        failures = 0;
        show(picture);
      });
    } catch (problem) {
      if (stopped.aborted) return;
      if (!(problem instanceof Failure)) console.error(problem);
      complain(problem instanceof Failure ? problem : new Failure(0, "The stream cannot be read."));
      if ([401, 403].includes(problem.status)) return;
      failures += 1;
    }
    await new Promise((done) => setTimeout(done, AGAIN_MS[Math.min(failures, AGAIN_MS.length - 1)]));
  }
}

// One connection, until it ends; throws where it is lost.
async function once(key, hours, stopped, show) {
  const lost = new AbortController();
  const response = await request(`v1/live?hours=${hours}`, key, { signal: AbortSignal.any([stopped, lost.signal]) });
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let picture = null;
  let text = "";
  for (;;) {
    const quiet = setTimeout(() => lost.abort(), QUIET_MS);
    const { value, done } = await reader.read().catch(() => ({ lost: true, done: true })).finally(() => clearTimeout(quiet));
    if (done) throw new Failure(0, "The connection to the service is lost.");
    const events = (text + value).split("\n\n");
    text = events.pop();
    for (const event of events) {
      const { kind, data } = parsed(event);
      if (kind === "end") return ended(data.why);
      ahead = Date.parse(data.at) - Date.now();
      if (kind === "snapshot") picture = data;
      if (kind === "change") lay(picture, data);
      show(picture);
    }
  }
}

function parsed(event) {
  const [kind, data] = event.split("\n");
  return { kind: kind.replace("event: ", ""), data: JSON.parse(data.replace("data: ", "")) };
}

function ended(why) {
  if (why === "key_revoked") throw new Failure(401, "This key was revoked.");
}

function lay(picture, { at, ...changes }) {
  picture.at = at;
  for (const [section, entries] of Object.entries(changes))
    for (const [name, value] of Object.entries(entries))
      if (value === null) delete picture[section][name];
      else picture[section][name] = value;
}
