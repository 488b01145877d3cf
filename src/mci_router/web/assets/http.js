// One request to the service this page came from. What goes wrong arrives as a Failure with words to show.

const PATIENCE_MS = 8_000;

export class Failure extends Error {
  constructor(status, message) {
    super(message);
    this.status = status; // 0: there was no answer
  }
}

// `key`: null where none is needed. A `signal` among the options goes before the usual patience.
export async function request(path, key, options = {}) {
  if (key && /[^\x21-\x7e]/.test(key)) throw new Failure(401, "This is no key."); // no header may have it, and none is sent
  let response;
  try {
    response = await fetch(path, {
      ...options,
      headers: { ...(key && { Authorization: `Bearer ${key}` }), ...options.headers },
      cache: "no-store",
      signal: options.signal ?? AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Failure(0, "The service cannot be reached. Try again in a moment.");
  }
  if (!response.ok) throw new Failure(response.status, await explained(response));
  return response;
}

// A POST, with a JSON body if there is one.
export const send = (path, key, body) =>
  request(path, key, {
    method: "POST",
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "Content-Type": "application/json" } }),
  });

async function explained(response) {
  try {
    const problem = await response.json();
    return (problem.detail || problem.title).replace(/^query\.\w+: /, ""); // people have filled in a field, not a query
  } catch {
    return `The service answered with status ${response.status}.`;
  }
}
