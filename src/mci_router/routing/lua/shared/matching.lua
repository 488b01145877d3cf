-- Matching, both ways: a contact looks for an agent, an agent with room looks for contacts. A match is an offer with a deadline.

local function load_contact(w, id)
  local contact, known = read_hash(key(w, 'contact', id))
  if not known then
    return nil
  end
  contact.id = id
  contact.units = tonumber(contact.units)
  contact.shunned = tonumber(contact.shunned or 0)
  return contact
end

local OFFER_TIMEOUT_MS = 20000 -- for a queue that is gone: its last contacts are still offered

local function queue_number(w, contact, field, default)
  return tonumber(redis.call('HGET', key(w, 'queue', contact.queue), field)) or default
end

local function make_offer(w, contact, agent)
  local attempt = tonumber(contact.attempts or 0) + 1
  local offer = string.format('ofr_%s_%x_%d', contact.id:gsub('^con_', ''), w.now, attempt)
  local expires = w.now + queue_number(w, contact, 'offer_timeout_ms', OFFER_TIMEOUT_MS)
  leave_line(w, contact)
  occupy(w, agent, contact, 1)
  set_timer(w, 'offer', contact.id, expires)
  count(w, 'offers', 'created', 1)
  move(w, contact, 'offer.created', 'offered', { agent = agent.name, offer = offer, attempts = attempt, expires_at = expires },
    { offer = offer, expires_at = expires })
end

local function match_contact(w, contact)
  local best, best_score = nil, math.huge
  for _, signature in ipairs(redis.call('SMEMBERS', key(w, 'line_signatures', contact.line))) do
    local agent, score = first_ready(w, signature, contact)
    if agent and (score < best_score or (score == best_score and agent < best)) then
      best, best_score = agent, score
    end
  end
  if best then
    make_offer(w, contact, load_agent(w, best))
  end
end

-- The oldest contact of a line that this agent did not let go a moment ago.
local function head_of(w, line, agent)
  local declined = declined_key(w, agent.name)
  local heads = redis.call('ZRANGE', key(w, 'line', line), 0, redis.call('HLEN', declined), 'WITHSCORES')
  for i = 1, #heads, 2 do
    if redis.call('HEXISTS', declined, heads[i]) == 0 then
      return heads[i], tonumber(heads[i + 1])
    end
  end
end

local function oldest_for(w, agent)
  local oldest, oldest_age = nil, math.huge
  for _, line in ipairs(redis.call('SINTER', key(w, 'waiting'), key(w, 'signature_lines', agent.signature))) do
    local id, age = head_of(w, line, agent)
    if id and age < oldest_age then
      local contact = load_contact(w, id)
      if has_room(agent, contact.channel, contact.units) then
        oldest, oldest_age = contact, age
      end
    end
  end
  return oldest
end

local function match_agent(w, agent)
  while working(agent) do
    local contact = oldest_for(w, agent)
    if not contact then
      return
    end
    make_offer(w, contact, agent)
  end
end
