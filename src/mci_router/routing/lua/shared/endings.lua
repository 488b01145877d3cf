-- How a contact leaves an agent, a line or the engine.

local CLOSED_MEMORY_S = 3600 -- a late command on a closed contact is still told how it ended

local function free_agent(w, contact)
  local agent = contact.agent and load_agent(w, contact.agent)
  if agent then
    occupy(w, agent, contact, -1)
  end
  return agent
end

-- Takes back a pending offer and puts the contact in its line again with its original age.
-- With `shun` set, the agent is not offered it again for that many ms. The caller matches whoever is free afterwards.
local function withdraw_offer(w, contact, event, why, shun)
  local agent, offer = contact.agent, contact.offer
  clear_timer(w, 'offer', contact.id)
  local freed = free_agent(w, contact)
  local changes = { agent = false, offer = false, expires_at = false }
  if shun and shun > 0 then
    redis.call('HSET', declined_key(w, agent), contact.id, w.now + shun)
    changes.shunned = contact.shunned + 1
    set_timer(w, 'retry', contact.id .. ':' .. agent, w.now + shun)
  end
  join_line(w, contact)
  count(w, 'offers', event:match('%.(.*)'), 1)
  move(w, contact, event, 'queued', changes, { agent = agent, offer = offer, why = why })
  contact.shunned = tonumber(contact.shunned or 0)
  return freed
end

-- Takes back every pending offer of an agent who has left; whoever has waited longest is offered first again.
local function revoke_offers(w, agent, why)
  local revoked = {}
  for _, id in ipairs(redis.call('SMEMBERS', key(w, 'agent_contacts', agent.name))) do
    local contact = load_contact(w, id)
    if contact and contact.state == 'offered' then
      withdraw_offer(w, contact, 'offer.revoked', why)
      revoked[#revoked + 1] = contact
    end
  end
  table.sort(revoked, function(one, other)
    return tonumber(one.age) < tonumber(other.age)
  end)
  for _, contact in ipairs(revoked) do
    match_contact(w, contact)
  end
  return load_agent(w, agent.name)
end

local function finish(w, contact, event, state, changes, about)
  for _, kind in ipairs({ 'offer', 'rung', 'wrap_up' }) do
    clear_timer(w, kind, contact.id)
  end
  if contact.queue then
    count(w, 'queue:' .. contact.queue, 'open', -1)
  end
  changes = changes or {}
  changes.ended_at = w.now
  changes.offer = false
  move(w, contact, event, state, changes, about)
  redis.call('EXPIRE', key(w, 'contact', contact.id), CLOSED_MEMORY_S)
  redis.call('SREM', key(w, 'open'), contact.id)
end

local FINAL = { completed = true, abandoned = true, cancelled = true, resolved = true }

local function told(contact, status)
  return say(status or 'ok', {
    contact = contact.id,
    state = contact.state,
    queue = contact.queue,
    agent = contact.agent,
    offer = contact.offer,
    assignment = contact.assignment,
    rung = tonumber(contact.rung),
  })
end
