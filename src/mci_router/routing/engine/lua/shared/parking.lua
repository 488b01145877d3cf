-- Parking: a written contact waits for its customer. The agent who parked it keeps the assignment, and has the room for
-- others; the time counts as `awaited`: neither talk nor a wait for an agent. `parked` of an agent has what the agent
-- has parked.

parking.STATE = 'waiting_for_customer'

local SPOKEN = { voice = true }

function parking.is_written(contact)
  return not SPOKEN[contact.channel]
end

function parking.is_parked(contact)
  return contact.state == parking.STATE
end

-- Has a parked contact closed if its customer says nothing until then; nil: never.
function parking.watch(w, contact, inactive_at)
  records.change(contact, 'inactive_at', inactive_at)
  if inactive_at then
    timers.set(w, 'inactivity', contact.id, inactive_at)
  end
end

function parking.note(w, contact)
  redis.call('SADD', w.keys.parked[contact.agent], contact.id)
end

-- Takes a contact out of what its agent has parked.
function parking.forget(w, contact)
  redis.call('SREM', w.keys.parked[contact.agent], contact.id)
  timers.clear(w, 'inactivity', contact.id)
  records.change(contact, 'inactive_at', false)
end

-- Parks an assigned contact. Returns its agent, for the caller to match.
function parking.park(w, contact)
  segments.stop(w, contact)
  local agent = endings.free_agent(w, contact, 'parked')
  clocks.begin(w, contact, 'awaited')
  parking.note(w, contact)
  local limit = queues.settings(w, contact.queue).inactivity_ms or 0
  parking.watch(w, contact, limit > 0 and w.now + limit or nil)
  contacts.move(w, contact, 'contact.parked', parking.STATE, { agent_lost = false })
  return agent
end

-- Gives a parked contact back to its agent, who has room for it.
function parking.give_back(w, contact, agent, why)
  parking.forget(w, contact)
  clocks.finish(w, contact, 'awaited')
  local crowded = agent.used + contact.units > signatures.read(agent.signature).units
  if crowded then
    interrupting.make_room(w, agent, contact.units)
  end
  agents.occupy(w, agent, contact, 'taken')
  contacts.move(w, contact, 'contact.unparked', 'assigned', {
    pausable = queues.settings(w, contact.queue).interruptible and 1,
  }, { why = why })
  interrupting.note_pausable(w, agent, contact, 1)
  if crowded then -- a big contact may have made more room than was needed
    interrupting.resume_paused(w, agent)
  end
  if contact.pausable then -- the agent can be called away from it
    matching.match_agent(w, agent)
  end
end

-- Puts a parked contact in its line, with its age: its agent may take it first for a while.
function parking.wait_again(w, contact, due_at)
  local first = endings.requeue(w, contact, 'customer_wrote', 'returned', { due_at = due_at })
  local name, settings = first and first._name, queues.settings(w, contact.queue)
  waiting.wait_again(w, contact)
  if not waiting.tried_preferred(w, contact, name, w.now + (settings.return_ms or 0)) then
    waiting.wait_or_match(w, contact)
  end
end
