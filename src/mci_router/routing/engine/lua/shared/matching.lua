-- Matching, both ways: a contact looks for an agent, an agent with room looks for contacts. A match is an offer with a
-- deadline.

-- Offers a contact that waits nowhere to an agent. While another agent still serves it (a warm transfer), this is the
-- second agent.
function matching.make_offer(w, contact, agent, about)
  participants.make_way(w, contact, agent._name)
  local place, attempt = places.of(contact), (contact.attempts or 0) + 1
  local offer = string.format('ofr_%s_%x_%d', contact.id:gsub('^con_', ''), w.now, attempt)
  local settings = queues.settings(w, place.queue)
  local expires = w.now + settings.offer_timeout_ms
  local warm = contact.state == 'assigned'
  local crowded = agent.used + place.units > signatures.read(agent.signature).units
  if crowded then
    interrupting.make_room(w, agent, place.units)
  end
  agents.occupy(w, agent, contact, warm and 'second_taken' or 'taken')
  agents.update(w, agent, { turn_at = w.now })
  timers.set(w, 'offer', contact.id, w.now + (settings.auto_accept_ms or settings.offer_timeout_ms))
  counters.add(w, 'offers', 'created', 1)
  about = about or {}
  about.offer, about.expires_at, about.agent = offer, expires, agent._name
  about.callback = contact.callback and true or nil
  segments.count_offer(contact, warm)
  local changes = { offer = offer, attempts = attempt, expires_at = expires }
  changes[warm and 'second' or 'agent'] = agent._name
  contacts.move(w, contact, 'offer.created', warm and 'assigned' or 'offered', changes, about)
  if crowded then -- a big contact may have made more room than was needed
    interrupting.resume_paused(w, agent)
  end
  if agent.aside == place.line then
    setting_aside.stop(w, agent, 'served')
  end
end

-- Returns the agent who can be offered a contact now, or nothing.
function matching.agent_now(w, contact)
  local place = places.of(contact)
  contact._held_back = not reserve.may_start(w, place.line, place.age)
  return queues.is_open(w, place.queue) and choosing_agents.agent_for(w, contact)
end

-- Offers a contact in its line, if an agent is there for it. Returns that agent.
local function match_one(w, contact)
  local agent = not contact.held_for and matching.agent_now(w, contact)
  if agent then
    lines.leave(w, contact)
    matching.make_offer(w, contact, agent)
  end
  return agent
end

-- Offers as many contacts of a line as can be now, oldest first. Passes over a contact that every free agent has let
-- go.
function matching.match_line(w, line)
  local place, id = 0
  repeat
    id = redis.call('ZRANGE', w.keys.line[line], place, place)[1]
    local contact = id and contacts.load(w, id)
    if contact and not match_one(w, contact) then
      place = place + 1
      id = (contact.shunned or 0) > 0 and id
    end
  until not id
end

-- Offers a contact in its line; deferrable work only after what came before it.
function matching.match_contact(w, contact)
  if contacts.is_live(w, contact) or contact.held_for then
    match_one(w, contact)
  else
    matching.match_line(w, places.of(contact).line)
  end
end

-- The oldest contact that is held for an agent and fits.
local function held_contact(w, agent)
  if agent.held_contacts > 0 and not agent.aside then
    for _, id in ipairs(redis.call('ZRANGE', w.keys.held[agent._name], 0, -1)) do
      local contact = contacts.load(w, id)
      local live = contacts.is_live(w, contact)
      local may = queues.is_open(w, contact.queue) and (live or agent.paused_contacts == 0)
      if may and agents.has_room(agent, contact, live) then
        return id
      end
    end
  end
end

-- Offers an agent contacts until the room is used, or nothing waits that the agent could serve. Then resumes
-- interrupted ones.
function matching.match_agent(w, agent)
  repeat
    local id = agents.working(agent) and (held_contact(w, agent) or choosing_lines.next_contact(w, agent))
    if id then
      local contact = contacts.load(w, id)
      waiting.stop(w, contact)
      matching.make_offer(w, contact, agent)
    elseif agent.paused_contacts > 0 then
      local paused = agent.paused_contacts
      interrupting.resume_paused(w, agent)
      id = agent.paused_contacts == 0 and paused > 0
    end
  until not id
  if agent.aside and agent.holds == 0 then -- nothing is left that it fits
    setting_aside.stop(w, agent, 'not_needed')
  end
end
