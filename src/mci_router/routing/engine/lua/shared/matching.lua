-- Matching, both ways: a contact looks for an agent, an agent with room looks for contacts. A match is an offer with a deadline.

-- Offers a contact that waits nowhere. While another agent still serves it (a warm transfer), the offer is a second one's.
local function make_offer(w, contact, agent, about)
  local attempt = (contact.attempts or 0) + 1
  local offer = string.format('ofr_%s_%x_%d', contact.id:gsub('^con_', ''), w.now, attempt)
  local expires = w.now + queue_settings(w, contact.queue).offer_timeout_ms
  local warm = contact.state == 'assigned'
  local crowded = agent.used + contact.units > read_signature(agent.signature).units
  if crowded then
    make_room(w, agent, contact.units)
  end
  occupy(w, agent, contact, warm and 'second_taken' or 'taken')
  update_agent(w, agent, { turn_at = w.now })
  set_timer(w, 'offer', contact.id, expires)
  count(w, 'offers', 'created', 1)
  about = about or {}
  about.offer, about.expires_at, about.agent, about.callback = offer, expires, agent._name, contact.callback and true or nil
  move(w, contact, 'offer.created', warm and 'assigned' or 'offered',
    { [warm and 'second' or 'agent'] = agent._name, offer = offer, attempts = attempt, expires_at = expires }, about)
  if crowded then -- a big contact may have made more room than was needed
    resume_paused(w, agent)
  end
end

local function agent_now(w, contact)
  contact._held_back = not may_start(w, contact.line, contact.age)
  return is_open(w, contact.queue) and agent_for(w, contact)
end

-- A contact in its line. Returns whether it was offered.
local function match_one(w, contact)
  local agent = not contact.held_for and agent_now(w, contact)
  if agent then
    leave_line(w, contact)
    make_offer(w, contact, agent)
  end
  return agent
end

-- As many of a line as can be offered now, oldest first. Behind a contact that everybody free has let go, others may be.
local function match_line(w, line)
  local place, id = 0, nil
  repeat
    id = redis.call('ZRANGE', key(w, 'line', line), place, place)[1]
    local contact = id and load_contact(w, id)
    if contact and not match_one(w, contact) then
      place = place + 1
      id = (contact.shunned or 0) > 0 and id
    end
  until not id
end

-- A contact in its line, but deferrable work only after what came before it.
local function match_contact(w, contact)
  if is_live(w, contact) or contact.held_for then
    match_one(w, contact)
  else
    match_line(w, contact.line)
  end
end

-- The oldest contact held for an agent who has room for it.
local function held_contact(w, agent)
  if agent.held_contacts > 0 then
    for _, id in ipairs(redis.call('ZRANGE', key(w, 'held', agent._name), 0, -1)) do
      local contact = load_contact(w, id)
      local live = is_live(w, contact)
      local may = is_open(w, contact.queue) and (live or agent.paused_contacts == 0)
      if may and has_room(agent, contact.channel, contact.units, live) then
        return id
      end
    end
  end
end

local function match_agent(w, agent)
  repeat
    local id = working(agent) and (held_contact(w, agent) or next_contact(w, agent))
    if id then
      local contact = load_contact(w, id)
      stop_waiting(w, contact)
      make_offer(w, contact, agent)
    elseif agent.paused_contacts > 0 then
      local paused = agent.paused_contacts
      resume_paused(w, agent)
      id = agent.paused_contacts == 0 and paused > 0
    end
  until not id
end
