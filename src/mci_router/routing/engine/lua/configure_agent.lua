-- configure_agent: makes an agent known, or changes skills and capacity. An older revision never overwrites a newer
-- one.
-- Arguments: agent, revision, signature: see shared/signatures.lua; the endpoint to which calls are put through that
--            are accepted for the agent ('' or left out: none).
-- Returns:   'ok' or 'stale'.
local function new_agent(w, name)
  local agent = records.new(w, w.keys.agent[name])
  agent._name, agent._sets = name, {}
  -- The sequence begins at the time, so that it goes on rising after a rebuild of the live state.
  for field, value in pairs({
    wants = 'offline', reachable = '0', reason = '', used = 0, holds = 0, pausable = 0, paused_contacts = 0,
    held_contacts = 0, declines = 0, idle_since = w.now, turn_at = 0, seq = w.now, presence_since = w.now,
  }) do
    records.change(agent, field, value)
  end
  counters.add(w, 'presence', 'offline', 1)
  redis.call('SADD', w.key.agents, name)
  return agent
end

-- Tells whether an agent has more than its signature allows of what a contact in a place takes.
local function has_too_much(agent, signature, place)
  local limit = signature.queues[place.queue]
  return agent.used > signature.units
    or (agent['used:' .. place.channel] or 0) > (signature.channels[place.channel] or 0)
    or limit ~= nil and (agent['of:' .. place.queue] or 0) > limit
end

-- Takes back the offers of contacts that the agent is unable to serve, or has no capacity for, since a change: the
-- youngest first. Returns them.
local function revoke_forbidden(w, agent)
  local offered, revoked, signature = {}, {}, signatures.read(agent.signature)
  for _, id in ipairs(redis.call('SMEMBERS', w.keys.agent_contacts[agent._name])) do
    local contact = contacts.load(w, id)
    if contact.offer and (contact.second or contact.agent) == agent._name then
      offered[#offered + 1] = contact
    end
  end
  contacts.sort(offered)
  for i = #offered, 1, -1 do
    local contact, place = offered[i], places.of(offered[i])
    if has_too_much(agent, signature, place) or not signatures.able(signature, lines.read(place.line)) then
      endings.revoke_offer(w, contact, 'agent_changed')
      revoked[#revoked + 1] = contact
    end
  end
  return revoked
end

functions.preparation('configure_agent', function(w, name, revision, signature, endpoint)
  local agent = agents.load(w, name)
  if agent and agent.revision > tonumber(revision) then
    return functions.reply('stale')
  end
  agent = agent or new_agent(w, name)
  records.change(agent, 'revision', tonumber(revision))
  records.change(agent, 'endpoint', endpoint ~= '' and endpoint or false)
  if agent.signature ~= signature then
    if agent.signature then
      agents.leave_signature(w, agent)
    end
    signatures.ensure(w, signature)
    redis.call('SADD', w.keys.signature_agents[signature], name)
    agents.update(w, agent, { signature = signature })
    counters.add(w, 'live_load', signature, agent.live or 0)
    if w.built then
      local back = revoke_forbidden(w, agent)
      waiting.release_held(w, agent, back) -- the agent may no longer be able to serve them
      matching.match_agent(w, agent) -- first: what is left to the agent is for the oldest of each line
      endings.offer_again(w, back)
    end
  end
  return functions.reply('ok')
end)
