-- How a contact leaves an agent, a line or the engine.

local CLOSED_MEMORY_S = 3600 -- a late command on a closed contact is still told how it ended
local DEFAULT_REOFFER_MS = 30000

-- Takes the contact from the agent who holds it.
local function free_agent(w, contact)
  local agent = contact.agent and load_agent(w, contact.agent)
  if agent and contact.taken then
    note_pausable(w, agent, contact, -1)
    release(w, agent, contact, 'taken')
  end
  change(contact, 'pausable', false)
  return agent
end

-- Agents do not get back at once what they let go or passed on.
local function shun(w, contact, agent)
  local due = w.now + (w.settings.reoffer_ms or DEFAULT_REOFFER_MS)
  if redis.call('HSET', key(w, 'declined', agent._name), contact.id, due) == 1 then
    update_agent(w, agent, { declines = agent.declines + 1 })
    change(contact, 'shunned', (contact.shunned or 0) + 1)
  end
  set_timer(w, 'retry', contact.id .. ':' .. agent._name, due)
end

-- Takes back a pending offer. The contact waits in its line again with its original age, or, in a warm transfer, goes on looking.
-- Returns the agent who had it. The caller matches whoever is free afterwards.
local function withdraw_offer(w, contact, event, why, let_go)
  local second, offer = contact.second, contact.offer
  clear_timer(w, 'offer', contact.id)
  local agent = load_agent(w, second or contact.agent)
  release(w, agent, contact, second and 'second_taken' or 'taken')
  if let_go then
    shun(w, contact, agent)
  end
  count(w, 'offers', event:match('%.(.*)'), 1)
  local state = second and 'assigned' or 'queued'
  local changes = { offer = false, expires_at = false, [second and 'second' or 'agent'] = false }
  move(w, contact, event, state, changes, { agent = agent._name, offer = offer, why = why })
  if second and contact.transfer == 'agent' then
    change(contact, 'transfer', false)
    tell(w, contact, 'contact.transfer_failed', { why = event:match('%.(.*)') })
  else
    join_line(w, contact)
  end
  return agent
end

-- An agent does not take what it was offered: others are offered it. The caller matches the agent.
local function let_go(w, contact, event, why)
  withdraw_offer(w, contact, event, why, true)
  if contact.state == 'queued' or contact.transfer then
    match_contact(w, contact)
  end
end

-- A warm transfer is over, whichever way: nobody is asked any more. Returns the agent who was, for the caller to match.
local function end_transfer(w, contact, why)
  if not contact.transfer then
    return nil
  end
  local asked
  if contact.offer then
    change(contact, 'transfer', 'agent') -- so that it does not look on
    asked = withdraw_offer(w, contact, 'offer.revoked', why)
  else
    leave_line(w, contact)
  end
  change(contact, 'transfer', false)
  return asked
end

-- Takes back every pending offer of an agent who has left; whoever has waited longest is offered first again.
local function revoke_offers(w, agent, why)
  local revoked = {}
  for _, id in ipairs(redis.call('SMEMBERS', key(w, 'agent_contacts', agent._name))) do
    local contact = load_contact(w, id)
    if contact.offer and (contact.second or contact.agent) == agent._name then
      withdraw_offer(w, contact, 'offer.revoked', why)
      revoked[#revoked + 1] = contact
    end
  end
  table.sort(revoked, function(one, other)
    return one.age < other.age or (one.age == other.age and one.id < other.id)
  end)
  for _, contact in ipairs(revoked) do
    if contact.state == 'queued' or contact.transfer then
      match_contact(w, contact)
    end
  end
  if agent.paused_contacts > 0 then
    match_agent(w, agent)
  end
end

local TIMERS = { 'offer', 'rung', 'wrap_up', 'relax', 'overflow' }

local function clear_timers(w, contact)
  local timers = {}
  for i, kind in ipairs(TIMERS) do
    timers[i] = kind .. ':' .. contact.id
  end
  redis.call('ZREM', key(w, 'timers'), unpack(timers))
end

local function finish(w, contact, event, state, changes, about)
  clear_timers(w, contact)
  if contact.queue then
    count(w, 'queue:' .. contact.queue, 'open', -1)
  end
  changes = changes or {}
  changes.ended_at, changes.offer = w.now, false
  move(w, contact, event, state, changes, about)
  write_record(contact)
  redis.call('EXPIRE', contact._key, CLOSED_MEMORY_S)
end

-- Takes a contact from the agent who served it, to wait with its original age. Returns that agent, and one who was asked to take over.
local function requeue(w, contact, why)
  local left = contact.agent
  local asked = end_transfer(w, contact, why)
  clear_timer(w, 'wrap_up', contact.id)
  local agent = free_agent(w, contact)
  move(w, contact, 'contact.queued', 'queued', { agent = false, assignment = false, agent_lost = false }, { agent = left, why = why })
  return agent, asked
end
