"""One line of the library broken at a time: the machine must notice. A rule whose breach nobody notices is not checked."""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from mci_router.routing.library import library
from tests.routing.life import Life, RushHour
from tests.routing.test_model import THOROUGH

BREAKS = {
    # who may be offered what
    "units without bound": (" and line.units <= (live and room.live_units or room.units)", ""),
    "channels without bound": ("used_on(agent, channel) < limit", "true"),
    "any proficiency will do": ("(signature.skills[skill] or 0) < least", "not signature.skills[skill]"),
    "only the first alternative counts": ("in ipairs(line.alternatives) do", "in ipairs({ line.alternatives[1] }) do"),
    "agents who are away are asked": (
        "  if not working(agent) then\n    return places",
        "  if not signed_in(agent) then\n    return places",
    ),
    "a foreign agent accepts": (
        "if contact.offer == offer and (contact.second or contact.agent) == name then",
        "if contact.offer == offer then",
    ),
    "a contact goes back at once to who let it go": (
        "if shunned == 0 or redis.call('HEXISTS', key(w, 'declined', found[i]), contact.id) == 0 then",
        "if true then",
    ),
    "an agent gets back at once what it let go": ("if redis.call('HEXISTS', declined, waiting[i]) == 0 then", "if true then"),
    "never offered again": ("redis.call('HDEL', key(w, 'declined', name), id) == 1", "false"),
    "a supervisor offers to the unable": ("  if not agent_able(agent, contact) then\n    return 'unable'\n  end\n", ""),
    "an agent who is away takes no more by itself": ("by_itself and signed_in(agent) or working(agent)", "working(agent)"),
    # deferrable work
    "no reserve is kept": ("RESERVE = 1.5", "RESERVE = 0"),
    "a contact may be late": ("LATE_SHARE = 0.7", "LATE_SHARE = 70"),
    "a backlog may grow": ("    or backlog_would_miss(w, line, settings, waited)\n", ""),
    "agents without live lines are held back": ("    or (signature and not serves_live_lines(w, signature))\n", ""),
    "who is held back from one is from all": ("contact._held_back and serves_live_lines(w, found[i])", "contact._held_back"),
    "what is held back is forgotten": (
        "    watch_reserve(w, contact.line)\n  end\nend\n\nlocal function leave_line",
        "  end\nend\n\nlocal function leave_line",
    ),
    "what is held back is not looked at": ("function fire.reserve(w, line)\n  match_line(w, line)\n", "function fire.reserve(w, line)\n"),
    "live load is miscounted": ("count(w, 'load', 'live', live and 1 or 0)", "count(w, 'load', 'live', 1)"),
    # interruptible work
    "interrupted contacts take their units": ("change(contact, 'taken', '0:')", "change(contact, 'taken', units .. ':')"),
    "interrupted contacts never go on": ("      resume_paused(w, agent)\n      id =", "      id ="),
    "new work before what was interrupted": (" and not (settings.deferrable and agent.paused_contacts > 0)", ""),
    "nobody is called away from what was just accepted": (
        "  if contact.pausable then -- from now on the agent can be called away\n    match_agent(w, agent)\n  end\n",
        "",
    ),
    # preferred agents, closed queues, relaxation
    "nobody is preferred": ("until_ms <= w.now or not is_open", "true or not is_open"),
    "an agent who leaves keeps what was held": (
        "    revoke_offers(w, agent, 'agent_' .. wants)\n    release_held(w, agent)\n",
        "    revoke_offers(w, agent, 'agent_' .. wants)\n",
    ),
    "a hold has no end": (
        "    end_hold(w, contact)\n    wait_or_match(w, contact)\n  end\nend\n\nfunction fire.reserve",
        "  end\nend\n\nfunction fire.reserve",
    ),
    "closed queues are served": ("return not w.closed[queue]", "return true"),
    "an open queue finds nobody": ("      watch_reserve(w, line)\n      match_line(w, line)\n", "      watch_reserve(w, line)\n"),
    "a step too soon": ("contact.enqueued_at + following.after_ms", "contact.enqueued_at + following.after_ms - 3000"),
    "a relaxed contact stays in its old line": ("  if in_line then\n    leave_line(w, contact)\n  end\n", ""),
    "steps that nobody could serve are waited for": ("  if #steps == contact.step or staffed(w, contact.line) > 0 then", "  if true then"),
    # transfers and lost agents
    "the first agent keeps the room, too": ("  local first = free_agent(w, contact)\n", "  local first = load_agent(w, contact.agent)\n"),
    "a transfer comes back": ("  shun(w, contact, load_agent(w, contact.agent))\n", ""),
    "a lost agent keeps offers": ("revoke_offers(w, agent, 'agent_lost')", ""),
    "no grace": ("w.now + (w.settings.grace_ms or DEFAULT_GRACE_MS))\n  revoke", "w.now + 1000)\n  revoke"),
    "what a lost agent served is lost": (
        "    wait_again(w, contact)\n    wait_or_match(w, contact)\n  end\n  for _, asked",
        "    wait_again(w, contact)\n  end\n  for _, asked",
    ),
    # the books
    "freed capacity forgotten": (
        "  finish(w, contact, 'contact.completed', 'completed', { handled_at = contact.handled_at or w.now }, about)\n  if agent then",
        "  finish(w, contact, 'contact.completed', 'completed', { handled_at = contact.handled_at or w.now }, about)\n  if false then",
    ),
    "new agents see no line": ("in ipairs(redis.call('SMEMBERS', key(w, 'lines'))) do\n    if able", "in ipairs({}) do\n    if able"),
    "a wrap-up without limit ends at once": ("if wrap_up == 0 then", "if wrap_up <= 0 then"),
    "a queue miscounts": ("  count(w, 'queue:' .. contact.queue, 'waiting', -1)\n  if not show_head", "  if not show_head"),
    "the offer's timer stays": ("  clear_timer(w, 'offer', contact.id)\n", ""),
    "silence in the journal": ("append(w, { type = 'agent.lost', agent = agent._name })", ""),
    "commands are not remembered": ("redis.call('SET', memory, reply, 'PX', COMMAND_MEMORY_MS)", ""),
}
WRONG_CHOICES = {
    # which contact
    "youngest of a line first": ("local head = redis.call('ZRANGE'", "local head = redis.call('ZREVRANGE'"),
    "the age is lost": (
        "ZADD', key(w, 'line', contact.line), contact.age, contact.id)",
        "ZADD', key(w, 'line', contact.line), w.now, contact.id)",
    ),
    "nobody must be served": ("    return 1, waited\n", "    return 0, 0\n"),
    "the service level does not count": ("boost(w, does, settings.goal)", "1"),
    "the rolling level forgets nothing": ("math.exp(-math.max(0, w.now - does.at) / DECAY_MS)", "1"),
    "weights do not count": ("known = settings.weight * ", "known = "),
    "handle times do not count": (" * (1000 / does.handle_ms) ^ (w.settings.eta or ETA)", ""),
    "late contacts count as ever": ("return D + (1 - D) * (u - 1) / (M - 1)", "return u"),
    "priorities upside down": ("return -settings.position, waited", "return settings.position, waited"),
    # which agent
    "shortest idle first": ("(score < least or", "(least == math.huge or score > least or"),
    "scarce skills do not count": ("C * cost - speed_of", "-speed_of"),
    "how many share a skill does not count": ("B ^ (idle[skill] - 1)", "1"),
    "speed does not count": (" - speed_of(signature, line, handling)", ""),
    "the worst proficiency will do best": (
        "costs[signature] = costs[signature] - read.skills[skill]",
        "costs[signature] = costs[signature] + read.skills[skill]",
    ),
    "nobody's turn ends": ("update_agent(w, agent, { turn_at = w.now })", ""),
    "partly used agents are forgotten": (
        "fullest(w, 'busy', line, contact) or idle_agent(w, line, contact)",
        "idle_agent(w, line, contact)",
    ),
}


@pytest.mark.parametrize("rule_broken", [*BREAKS, *WRONG_CHOICES])
def test_a_broken_function_is_found_out(client: Any, rule_broken: str) -> None:
    """The same run on a library with one rule taken out fails: the invariants do look."""
    sound, broken = (BREAKS | WRONG_CHOICES)[rule_broken]
    source = library()
    assert source.count(sound) == 1
    source = source.replace(sound, broken).replace("name=mci_router", "name=broken")
    source = source.replace("register_function(name", "register_function('broken_' .. name")
    client.function_load(source, replace=True)
    life = RushHour if rule_broken in WRONG_CHOICES else Life
    broken_life = type("Broken", (life,), {"client": client, "functions": "broken_"})
    with pytest.raises(AssertionError):
        run_state_machine_as_test(broken_life, settings=settings(THOROUGH, max_examples=400))
