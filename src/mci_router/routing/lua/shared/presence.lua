-- Presence: what an agent wants, kept apart from whether the agent can be reached.

local function enter_presence(w, agent, wants, reason)
  local idle_since = (wants == 'available' and agent.wants ~= wants) and w.now or agent.idle_since
  update_agent(w, agent, { wants = wants, reason = reason, idle_since = idle_since })
  append(w, { type = 'agent.presence_changed', agent = agent.name, presence = wants, why = reason })
  if wants == 'available' then
    match_agent(w, agent)
  else
    revoke_offers(w, agent, 'agent_' .. wants)
  end
end

local function lose_agent(w, agent)
  update_agent(w, agent, { reachable = 0, session = '' })
  append(w, { type = 'agent.lost', agent = agent.name })
  revoke_offers(w, agent, 'agent_lost')
end
