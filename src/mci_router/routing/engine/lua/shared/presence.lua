-- Presence: what an agent wants, kept apart from whether the agent can be reached.

local DEFAULT_GRACE_MS = 60000

local function enter_presence(w, agent, wants, reason)
  local idle_since = (wants == 'available' and agent.wants ~= wants) and w.now or agent.idle_since
  update_agent(w, agent, { wants = wants, reason = reason, idle_since = idle_since })
  append(w, { type = 'agent.presence_changed', agent = agent._name, presence = wants, why = reason })
  if wants == 'available' then
    match_agent(w, agent)
  else
    revoke_offers(w, agent, 'agent_' .. wants)
    release_held(w, agent)
  end
end

-- What an agent serves while it cannot be reached is flagged, and waits again once a grace has passed.
local function flag_assignments(w, agent, event, flag)
  for _, id in ipairs(redis.call('SMEMBERS', key(w, 'agent_contacts', agent._name))) do
    local contact = load_contact(w, id)
    if contact.state == 'assigned' and contact.agent == agent._name then
      change(contact, 'agent_lost', flag)
      tell(w, contact, event)
    end
  end
end

local function lose_agent(w, agent)
  update_agent(w, agent, { reachable = '0', session = '' })
  append(w, { type = 'agent.lost', agent = agent._name })
  flag_assignments(w, agent, 'contact.agent_lost', '1')
  set_timer(w, 'grace', agent._name, w.now + (w.settings.grace_ms or DEFAULT_GRACE_MS))
  revoke_offers(w, agent, 'agent_lost')
  release_held(w, agent)
end

-- The grace is over and the agent still away: what it served waits again, what it wrapped up is done.
local function give_up_agent(w, agent)
  local back, free = {}, {}
  for _, id in ipairs(redis.call('SMEMBERS', key(w, 'agent_contacts', agent._name))) do
    local contact = load_contact(w, id)
    if contact.state == 'wrapping_up' then
      complete_contact(w, contact)
    else
      local _, asked = requeue(w, contact, 'agent_lost')
      back[#back + 1] = contact
      free[#free + 1] = asked
    end
  end
  table.sort(back, function(one, other)
    return one.age < other.age or (one.age == other.age and one.id < other.id)
  end)
  for _, contact in ipairs(back) do
    wait_again(w, contact)
    wait_or_match(w, contact)
  end
  for _, asked in ipairs(free) do
    match_agent(w, asked)
  end
end
