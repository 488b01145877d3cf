// Signing in: by an agent token, by an API key that makes one, or by a link that is good once.

import { byId, tell } from "./dom.js";
import { request, send } from "./http.js";
import { t } from "./language.js";

const TOKEN = "mci.desk.token"; // sessionStorage: this tab only, and never in a URL

const REFUSED = [0, 401, 403, 404];

// An agent's name as the configuration has it, of what people write: "Aoife Brennan" is aoife_brennan.
const nameOf = (text) => text.trim().toLowerCase().replace(/[\s-]+/g, "_");

export const token = () => sessionStorage.getItem(TOKEN);

export function forget(why = "") {
  sessionStorage.removeItem(TOKEN);
  byId("desk").hidden = true;
  byId("sign-in").hidden = false;
  tell(byId("sign-in-problem"), why);
  byId("token").focus();
}

// `connect` is called once there is a token.
export function offerSignIn(connect) {
  const signIn = (given) => {
    if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(given)) return tell(byId("sign-in-problem"), t("sign_in.no_token"));
    sessionStorage.setItem(TOKEN, given);
    for (const form of document.querySelectorAll("#sign-in form")) form.reset();
    connect();
    document.querySelector("#presence button").focus();
  };

  byId("token-form").addEventListener("submit", (event) => {
    event.preventDefault();
    signIn(byId("token").value.trim());
  });

  byId("key-form").addEventListener("submit", async (event) => {
    event.preventDefault();
    const agent = nameOf(byId("agent").value);
    try {
      const answer = await request(`v1/agents/${encodeURIComponent(agent)}/token`, byId("key").value.trim(), { method: "POST" });
      signIn((await answer.json()).token);
    } catch (failure) {
      tell(byId("sign-in-problem"), REFUSED.includes(failure.status) ? t(`sign_in.refused.${failure.status}`, { agent }) : failure.message);
    }
  });

  // A link that `mci-router dev` prints: its code is good once, and leaves the address and the history before it is used.
  async function redeem(code) {
    history.replaceState(null, "", location.pathname + location.search);
    try {
      const answer = await send("dev/sign-in", null, { code });
      signIn((await answer.json()).token);
    } catch (failure) {
      forget(failure.message);
    }
  }

  function follow() {
    const code = new URLSearchParams(location.hash.slice(1)).get("code");
    if (code) redeem(code);
    return Boolean(code);
  }

  addEventListener("hashchange", follow);
  if (follow()) return;
  if (token()) connect();
  else forget();
}
