-- configure_agent: makes an agent known, or changes skills and capacity. An older revision never overwrites a newer
-- one.
-- Arguments: agent, revision, signature `skill:proficiency,…|units|channel:limit,…`.
-- Returns:   'ok' or 'stale'.
local function new_agent(w, name)
  local agent = records.new(w, workspace.key(w, 'agent', name))
  agent._name, agent._sets = name, {}
  -- The sequence begins at the time, so that it goes on rising after a rebuild of the live state.
  for field, value in pairs({
    wants = 'offline', reachable = '0', reason = '', used = 0, holds = 0, pausable = 0, paused_contacts = 0,
    held_contacts = 0, declines = 0, idle_since = w.now, turn_at = 0, seq = w.now,
  }) do
    records.change(agent, field, value)
  end
  counters.add(w, 'presence', 'offline', 1)
  redis.call('SADD', workspace.key(w, 'agents'), name)
  return agent
end

functions.preparation('configure_agent', function(w, name, revision, signature)
  local agent = agents.load(w, name)
  if agent and agent.revision > tonumber(revision) then
    return functions.reply('stale')
  end
  agent = agent or new_agent(w, name)
  records.change(agent, 'revision', tonumber(revision))
  if agent.signature ~= signature then
    if agent.signature then
      agents.leave_signature(w, agent)
    end
    signatures.ensure(w, signature)
    redis.call('SADD', workspace.key(w, 'signature_agents', signature), name)
    agents.update(w, agent, { signature = signature })
    counters.add(w, 'live_load', signature, agent.live or 0)
    if w.built then
      waiting.release_held(w, agent) -- the agent may no longer be able to serve them
      matching.match_agent(w, agent)
    end
  end
  return functions.reply('ok')
end)
