"""One line of the library broken at a time: the machine must notice.

A rule whose breach nobody notices is not checked.
"""

from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from mci_router.routing.engine.library import library
from tests.routing.engine.actions import lead
from tests.routing.engine.life import Crowded, Life
from tests.routing.engine.test_model import THOROUGH

BREAKS = {
    "units without bound": (" and line.units <= (live and room.live_units or room.units)", ""),
    "channels without bound": ("return (agent[used(channel)] or 0) < limit", "return true"),
    "contacts of a queue without bound": (" and room.queues[line.queue] ~= false", ""),
    "who has enough of a queue is chosen": (
        "name, limited and limited[line.channel] or line.channel)",
        "name, line.channel)",
    ),
    "who takes a contact over has none of its queue": (
        "records.change(contact, 'taken_of', contact.second_taken_of or false)",
        "records.change(contact, 'taken_of', false)",
    ),
    "any proficiency will do": ("(signature.skills[skill] or 0) < least", "not signature.skills[skill]"),
    "agents who are away are asked": (
        "return agent.wants == 'available' and agents.signed_in",
        "return agents.signed_in",
    ),
    "a foreign agent accepts": (
        "if contact.offer == offer and (contact.second or contact.agent) == name then",
        "if contact.offer == offer then",
    ),
    "a contact goes back at once to who let it go": (
        "if shunned == 0 or redis.call('HEXISTS', w.keys.declined[found[i]], contact.id) == 0 then",
        "if true then",
    ),
    "an agent gets back at once what it let go": (
        "if redis.call('HEXISTS', declined, in_line[i]) == 0 then",
        "if true then",
    ),
    "never offered again": ("redis.call('HDEL', w.keys.declined[name], id) == 1", "false"),
    "a supervisor offers to the unable": ("  if not agent_able(agent, contact) then\n    return 'unable'\n  end\n", ""),
    "an agent who is away takes nothing by itself": (
        "waiting.why_not(w, contact, agent, true, agents.signed_in)",
        "waiting.why_not(w, contact, agent, true)",
    ),
    "the reserve counts everybody's idle agents": (
        "return standing.number_in(w, 'idle', line) >",
        "return redis.call('ZCARD', w.keys.standing.idle) >",
    ),
    "no reserve is kept": ("RESERVE = 1.5", "RESERVE = 0"),
    "what is held back is forgotten": (
        "    lines.watch_reserve(w, place.line)\n  end\nend\n\nfunction lines.leave",
        "  end\nend\n\nfunction lines.leave",
    ),
    "live load is miscounted": (
        "count_live(w, agent, live and 1 or 0)",
        "count_live(w, agent, 1)",
    ),
    "interrupted contacts take their units": (
        "records.change(contact, 'taken', '0:')",
        "records.change(contact, 'taken', units .. ':')",
    ),
    "interrupted contacts never go on": ("      interrupting.resume_paused(w, agent)\n      id =", "      id ="),
    "nobody is called away from what was just accepted": (
        "  if contact.pausable then -- from now on the agent can be called away\n    matching.match_agent(w, "
        "agent)\n  end\n",
        "",
    ),
    "nothing is gathered": ("gather_ms == 0 or not fits", "true or not fits"),
    "nobody is preferred": ("until_ms <= w.now or not queues.is_open", "true or not queues.is_open"),
    "an agent who leaves keeps what was held": (
        "  waiting.release_held(w, agent, back)\n  endings.offer_again(w, back)\n  if",
        "  endings.offer_again(w, back)\n  if",
    ),
    "a hold has no end": (
        "    waiting.go_on(w, contact)\n  end\nend\n\nfunction fire.reserve",
        "  end\nend\n\nfunction fire.reserve",
    ),
    "closed queues are served": ("return not w.closed[queue]", "return true"),
    "a step too soon": ("clocks.due(place, following.after_ms)", "clocks.due(place, following.after_ms) - 3000"),
    "a relaxed contact stays in its old line": ("  if in_line then\n    lines.leave(w, contact)\n  end\n", ""),
    "the first agent keeps the room, too": (
        "  local first = endings.free_agent(w, contact)\n",
        "  local first = agents.load(w, contact.agent)\n",
    ),
    "a transfer comes back": ("  endings.shun(w, contact, agents.load(w, contact.agent))\n", ""),
    "a lost agent keeps offers": ("leave_line(w, agent, 'agent_lost')", ""),
    "a suspended agent keeps offers": ("leave_line(w, agent, 'agent_suspended')", ""),
    "a suspended agent is offered more": ("agent.reachable == '1' and not agent.suspended", "agent.reachable == '1'"),
    "no grace": (
        "w.now + (w.settings.grace_ms or presence.DEFAULT_GRACE_MS))\nend\n\n-- Ends the grace",
        "w.now + 1000)\nend\n\n-- Ends the grace",
    ),
    "offline keeps what is served": ("if signed_off and agent.holds > 0 then", "if false then"),
    "what a lost agent served is lost": (
        "    waiting.wait_again(w, contact)\n    waiting.wait_or_match(w, contact)\n  end\n  for _, asked",
        "    waiting.wait_again(w, contact)\n  end\n  for _, asked",
    ),
    "freed capacity forgotten": (
        "    'answered')\n  if agent then",
        "    'answered')\n  if false then",
    ),
    "new agents see no line": (
        "in ipairs(kept.list(w, w.key.lines)) do\n    signatures.pair",
        "in ipairs({}) do\n    signatures.pair",
    ),
    "a wrap-up without limit ends at once": ("if wrap_up == 0 or", "if wrap_up <= 0 or"),
    "a queue miscounts": ("  counters.add(w, 'queue:' .. place.queue, 'waiting', -1)\n", ""),
    "the offer's timer stays": ("  timers.clear(w, 'offer', contact.id)\n", ""),
    "silence in the journal": ("journal.append(w, { type = 'agent.lost', agent = agent._name })", ""),
    "commands are not remembered": ("redis.call('SET', memory, reply, 'PX', COMMAND_MEMORY_MS)", ""),
    "youngest of a line first": (
        "local head = redis.call('ZRANGE', w.keys.line[line]",
        "local head = redis.call('ZREVRANGE', w.keys.line[line]",
    ),
    "the age is lost": (
        "ZADD', w.keys.line[place.line], place.age, contact.id)",
        "ZADD', w.keys.line[place.line], w.now, contact.id)",
    ),
    "a place that was given up still overflows": ("  timers.clear(w, 'overflow', contact.id)\n  forget", "  forget"),
    "a contact that is passed on leaves its queue at once": (
        "  journal.append_contact(w, contact, 'contact.transferring', { warm = true",
        "  places.take(w, contact)\n  journal.append_contact(w, contact, 'contact.transferring', { warm = true",
    ),
    "an offer that a changed rule forbids stays": ("(new.units or not may_have(", "(new.units and not may_have("),
    "an agent keeps offers without the skill": ("local back = revoke_forbidden(w, agent)", "local back = {}"),
    "a changed place is not offered": ("  match_all(w, changed)\n", ""),
    "a new relaxation begins at the change": (
        "  while steps[step + 1] and is_due(steps[step + 1]) do",
        "  while false do",
    ),
    "shortest idle first": ("(score < least or", "(least == math.huge or score > least or"),
    "nobody's turn ends": ("agents.update(w, agent, { turn_at = w.now })", ""),
    "a contact whose customer was not asked is posted": (
        "agrees = contact and contact.asking and not want.asking",
        "agrees = contact and not want.asking",
    ),
    "asking twice undoes the consent": (
        "contact.asking and not want.asking and",
        "(contact.asking or want.asking) and",
    ),
    "the time to agree goes on after the consent": (
        "    records.change(contact, 'asking', false)\n    timers.clear_contact(w, contact)\n",
        "    records.change(contact, 'asking', false)\n",
    ),
    "consent is not heard": (
        "want.asking and contact.rung == want.rung\n",
        "want.asking and contact.rung < want.rung\n",
    ),
    "who is consulted takes no room": ("  agents.occupy(w, agent, contact, 'invited_taken')\n", ""),
    "a conversation ends and others stay in it": (
        "  participants.end_all(w, contact, 'conversation_ended')\n  interrupting",
        "  interrupting",
    ),
    "somebody reads along for whom nobody asks": (
        "if contact['joined:' .. to .. ':role'] ~= 'consult' then",
        "if false then",
    ),
    "a parked contact is written down as nobody's": ("  parking.note(w, contact)\n  local limit", "  local limit"),
    "a parked contact comes back to somebody without room": (
        "if agent and not agent.aside and not waiting.why_not(w, contact, agent, true, agents.goes_on) then",
        "if agent and not agent.aside then",
    ),
    "time with the customer is handle time": (" - (contact.awaited or 0)\n", "\n"),
    "nobody waits for a parked contact's agent": ("name, w.now + (settings.return_ms or 0))", "name, 0)"),
    "what was parked is closed for silence": ("  timers.clear(w, 'inactivity', contact.id)\n", ""),
    "talk is waiting": ("  clocks.stop(w, contact)\n  service_level.count_answer", "  service_level.count_answer"),
    "a hold outlives the conversation": (
        "  clocks.stop(w, contact)\n  holding.stop(w, contact)\n",
        "  clocks.stop(w, contact)\n",
    ),
    "what is kept is not written": (
        "  if score and scores[member] ~= score then\n    redis.call('ZADD', name, score, member)\n",
        "  if score and scores[member] ~= score then\n",
    ),
    "what is kept is not changed": ("  scores[member] = score\nend", "end"),
    "a set that is kept is not changed": ("  set.has[member], set.list = nil, nil\n", "  set.list = nil\n"),
    "partly used agents are forgotten": (
        "fullest(w, 'busy', line, contact) or idle_agent(w, line, contact)",
        "idle_agent(w, line, contact)",
    ),
}


FINDS_MOST = 79
FOUND_BY = {
    "contacts of a queue without bound": 15,
    "who has enough of a queue is chosen": 14,
    "who takes a contact over has none of its queue": 31,
    "a foreign agent accepts": 14,
    "an agent gets back at once what it let go": 2,
    "never offered again": 14,
    "a supervisor offers to the unable": 2,
    "an agent who is away takes nothing by itself": 16,
    "no reserve is kept": 2,
    "nobody is called away from what was just accepted": 14,
    "nothing is gathered": 1,
    "nobody is preferred": 14,
    "an agent who leaves keeps what was held": 3,
    "a hold has no end": 14,
    "closed queues are served": 2,
    "a lost agent keeps offers": 2,
    "a suspended agent keeps offers": 22,
    "a suspended agent is offered more": 2,
    "no grace": 14,
    "offline keeps what is served": 15,
    "what a lost agent served is lost": 4,
    "new agents see no line": 14,
    "silence in the journal": 14,
    "a place that was given up still overflows": 14,
    "an agent keeps offers without the skill": 4,
    "a changed place is not offered": 20,
    "who is consulted takes no room": 55,
    "somebody reads along for whom nobody asks": 55,
    "a parked contact is written down as nobody's": 14,
    "a parked contact comes back to somebody without room": 12,
    "what was parked is closed for silence": 15,
    "nobody is set aside": 5,
    "who is set aside takes what comes": 0,
    "more agents than needed": 5,
    "whoever is there is set aside": 0,
    "who leaves stays set aside": 5,
    "a hold outlives the conversation": 62,
    "nobody waits for a parked contact's agent": 12,
    "time with the customer is handle time": 19,
}
"""The seed of a life that finds it out within some 40 steps, where that of most does not: few lives find all out. After
a change of what can happen it may find nothing: then many lives are led, for some seconds, until another seed stands
here.
"""


@pytest.mark.parametrize("rule_broken", BREAKS)
def test_a_broken_function_is_found_out(client: Any, rule_broken: str) -> None:
    """The same run on a library with one rule taken out fails: the invariants do look."""
    find_out(client, Life, rule_broken, *BREAKS[rule_broken])


def find_out(client: Any, life: type[Life], rule: str, sound: str, broken: str) -> None:
    """Leads first the life that is known to find it out, and many others where it no longer does."""
    source = library()
    assert source.count(sound) == 1
    source = source.replace(sound, broken).replace("name=mci_router", "name=broken")
    source = source.replace("register_function(name", "register_function('broken_' .. name")
    client.function_load(source, replace=True)
    broken_life = type("Broken", (life,), {"client": client, "functions": "broken_"})
    with pytest.raises(AssertionError):
        lead_many(broken_life, FOUND_BY.get(rule, FINDS_MOST))


def lead_many(life: type[Life], first: int) -> None:
    lead(life, first)
    run_state_machine_as_test(life, settings=settings(THOROUGH, max_examples=60))


CROWDED_BREAKS = {
    "nobody is set aside": ("if line.units > 1 and not w.settings.plain then", "if false then"),
    "who is set aside takes what comes": ("local ready = fits or agent.aside == id", "local ready = fits"),
    "more agents than needed": ("local have = redis.call('ZCARD', set)", "local have = 0"),
    "whoever is there is set aside": (
        "free_at = math.max(agent.holds > 0 and agent.free_at or 0,",
        "free_at = math.max(0, 0 *",
    ),
    "who leaves stays set aside": (
        "return agents.working(agent) and signatures.able",
        "return signatures.able",
    ),
}


@pytest.mark.parametrize("rule_broken", CROWDED_BREAKS)
def test_a_broken_way_of_setting_aside_is_found_out(client: Any, rule_broken: str) -> None:
    """Where small contacts crowd out larger ones, the invariants look at who is set aside."""
    find_out(client, Crowded, rule_broken, *CROWDED_BREAKS[rule_broken])


@pytest.mark.parametrize(("life", "rules"), [(Life, BREAKS), (Crowded, CROWDED_BREAKS)])
def test_the_lives_that_find_them_out_break_nothing_by_themselves(
    client: Any, life: type[Life], rules: dict[str, tuple[str, str]]
) -> None:
    """On the library as it is: else whatever they break would pass for the rule that was taken out."""
    for seed in sorted({FOUND_BY.get(rule, FINDS_MOST) for rule in rules}):
        lead(type("Sound", (life,), {"client": client}), seed)
