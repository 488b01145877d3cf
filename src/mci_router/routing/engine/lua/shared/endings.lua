-- How a contact leaves an agent, a line or the engine.

local CLOSED_MEMORY_S = 3600 -- how long a late command on a closed contact learns how it ended
local DEFAULT_REOFFER_MS = 30000

-- Takes the contact from the agent who has it. `why`: what participants are told; nil: the conversation is over.
-- Returns that agent.
function endings.free_agent(w, contact, why)
  if not contact.second then -- else the conversation goes on with the second agent
    participants.end_all(w, contact, why or 'conversation_ended')
  end
  local agent = contact.agent and agents.load(w, contact.agent)
  if agent and contact.taken then
    interrupting.note_pausable(w, agent, contact, -1)
    agents.release(w, agent, contact, 'taken')
  end
  if parking.is_parked(contact) then
    parking.forget(w, contact)
  end
  records.change(contact, 'pausable', false)
  return agent
end

-- Keeps a contact for a while from an agent who let it go or passed it on.
function endings.shun(w, contact, agent)
  local due = w.now + (w.settings.reoffer_ms or DEFAULT_REOFFER_MS)
  if redis.call('HSET', w.keys.declined[agent._name], contact.id, due) == 1 then
    agents.update(w, agent, { declines = agent.declines + 1 })
    records.change(contact, 'shunned', (contact.shunned or 0) + 1)
  end
  timers.set(w, 'retry', contact.id .. ':' .. agent._name, due)
end

-- Takes back a pending offer. Returns the agent who had it, and whether that agent was asked to take the contact over.
local function take_back(w, contact, event, why, shunned)
  local second, offer = contact.second, contact.offer
  timers.clear(w, 'offer', contact.id)
  local agent = agents.load(w, second or contact.agent)
  agents.release(w, agent, contact, second and 'second_taken' or 'taken')
  if shunned then
    endings.shun(w, contact, agent)
  end
  counters.add(w, 'offers', event:match('%.(.*)'), 1)
  local state = second and 'assigned' or 'queued'
  local changes = { offer = false, expires_at = false, [second and 'second' or 'agent'] = false }
  contacts.move(w, contact, event, state, changes, { agent = agent._name, offer = offer, why = why })
  return agent, second ~= nil
end

-- Takes back a pending offer. The contact waits in its line with its original age, or, in a warm transfer, looks
-- further. Returns the agent who had the offer. The caller matches the agents who are free afterwards.
local function withdraw_offer(w, contact, event, why, shunned)
  local agent, second = take_back(w, contact, event, why, shunned)
  if second and contact.transfer == 'agent' then
    records.change(contact, 'transfer', false)
    records.change(contact, 'transfer_offers', false)
    journal.append_contact(w, contact, 'contact.transfer_failed', { why = event:match('%.(.*)') })
  else
    lines.join(w, contact)
    waiting.look_if_closed(w, contact)
  end
  return agent
end

-- Takes back an offer that its agent does not accept, and offers the contact to others. The caller matches the agent.
function endings.let_go(w, contact, event, why)
  withdraw_offer(w, contact, event, why, true)
  if contact.state == 'queued' or contact.transfer then
    matching.match_contact(w, contact)
  end
end

-- Takes back a pending offer that a rule forbids from now on. Returns the agent who had it, for the caller to match.
function endings.revoke_offer(w, contact, why)
  return withdraw_offer(w, contact, 'offer.revoked', why)
end

-- Ends a warm transfer that nobody has accepted, if there is one: the contact is its agent's, in its own queue. Returns
-- the agent who was asked to take over, if any, for the caller to match.
function endings.end_transfer(w, contact, why)
  if not contact.transfer then
    return nil
  end
  local asked
  if contact.offer then
    asked = take_back(w, contact, 'offer.revoked', why)
  else
    lines.leave(w, contact)
  end
  if contact.to_line then
    places.drop(w, contact)
  end
  local ended = { why = why, transfer = contact.transfer_id }
  records.change(contact, 'transfer', false)
  records.change(contact, 'transfer_id', false)
  records.change(contact, 'transfer_offers', false)
  journal.append_contact(w, contact, 'contact.transfer_cancelled', ended)
  return asked
end

-- Offers contacts that wait in line again, oldest first.
function endings.offer_again(w, back)
  contacts.sort(back)
  for _, contact in ipairs(back) do
    if replacing.is_in_line(contact) then
      matching.match_contact(w, contact)
    end
  end
end

-- Takes back every pending offer of an agent who has left, and what is held for the agent. All are in line before the
-- first is offered to others: who was held may have waited for longer than who was offered.
function endings.give_back(w, agent, why)
  local back = {}
  for _, id in ipairs(redis.call('SMEMBERS', w.keys.agent_contacts[agent._name])) do
    local contact = contacts.load(w, id)
    if contact.offer and (contact.second or contact.agent) == agent._name then
      withdraw_offer(w, contact, 'offer.revoked', why)
      back[#back + 1] = contact
    end
  end
  waiting.release_held(w, agent, back)
  endings.offer_again(w, back)
  if agent.paused_contacts > 0 then
    matching.match_agent(w, agent)
  end
end

-- Closes a contact in a final state. `left_as`: how its segment ends, if it is in a queue.
function endings.finish(w, contact, event, state, changes, about, left_as)
  timers.clear_contact(w, contact)
  if contact.queue then
    about = about or {}
    about.left_as = left_as
    segments.stop(w, contact)
    counters.add(w, 'queue:' .. contact.queue, 'open', -1)
  end
  changes = changes or {}
  changes.ended_at, changes.offer = w.now, false
  contacts.move(w, contact, event, state, changes, about)
  records.let_expire(w, contact, CLOSED_MEMORY_S)
end

-- Takes a contact from the agent who served it, to wait in the same queue with its original age and due time. `why` is
-- also what participants are told, and how its segment ended, unless `left_as` says that. `changes`: what else is new
-- about it. Returns that agent, and the one who was asked to take it over, if any.
function endings.requeue(w, contact, why, left_as, changes)
  local left = contact.agent
  local asked = endings.end_transfer(w, contact, why)
  timers.clear(w, 'wrap_up', contact.id)
  local stay = segments.leave(w, contact)
  local agent = endings.free_agent(w, contact, why)
  changes = changes or {}
  changes.agent, changes.assignment, changes.agent_lost = false, false, false
  segments.enter(w, contact, {}, stay)
  clocks.start(w, contact, w.now)
  contacts.move(w, contact, 'contact.queued', 'queued', changes, {
    agent = left, why = why, left_as = left_as or why, stay = stay,
  })
  return agent, asked
end
