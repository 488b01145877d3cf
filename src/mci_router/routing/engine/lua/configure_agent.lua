-- configure_agent: makes an agent known, or changes skills and capacity. An older revision never overwrites a newer one.
-- Arguments: agent, revision, signature `skill:proficiency,…|units|channel:limit,…`.
-- Returns:   'ok' or 'stale'.
local function new_agent(w, name)
  local agent = new_record(w, key(w, 'agent', name))
  agent._name, agent._places = name, {}
  -- The sequence begins at the time, so that it rises on also over a rebuild of the live state.
  for field, value in pairs({
    wants = 'offline', reachable = '0', reason = '', used = 0, holds = 0, pausable = 0, paused_contacts = 0, held_contacts = 0, declines = 0,
    idle_since = w.now, turn_at = 0, seq = w.now,
  }) do
    change(agent, field, value)
  end
  count(w, 'presence', 'offline', 1)
  redis.call('SADD', key(w, 'agents'), name)
  return agent
end

preparation('configure_agent', function(w, name, revision, signature)
  local agent = load_agent(w, name)
  if agent and agent.revision > tonumber(revision) then
    return say('stale')
  end
  agent = agent or new_agent(w, name)
  change(agent, 'revision', tonumber(revision))
  if agent.signature ~= signature then
    if agent.signature then
      leave_signature(w, agent)
    end
    ensure_signature(w, signature)
    redis.call('SADD', key(w, 'signature_agents', signature), name)
    update_agent(w, agent, { signature = signature })
    if w.built then
      release_held(w, agent) -- it may no longer be able to serve them
      match_agent(w, agent)
    end
  end
  return say('ok')
end)
