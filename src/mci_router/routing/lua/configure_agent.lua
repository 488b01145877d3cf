-- configure_agent: makes an agent known, or changes skills and capacity. An older revision never overwrites a newer one.
-- Arguments: agent, revision, signature, skills as JSON {skill: proficiency}, units, channels as JSON {channel: limit}.
-- Returns:   'ok' or 'stale'.
preparation('configure_agent', function(w, name, revision, signature, skills, units, channels)
  local agent = load_agent(w, name)
  if agent and tonumber(agent.revision) > tonumber(revision) then
    return say('stale')
  end
  if agent then
    leave_signature(w, agent)
  else
    agent = { name = name, limits = {}, wants = 'offline', reachable = '0', used = '0', reason = '', idle_since = w.now }
    count(w, 'presence', 'offline', 1)
    -- The sequence begins at the time, so that it rises on also over a rebuild of the live state.
    redis.call('HSET', key(w, 'agent', name), 'wants', 'offline', 'reachable', 0, 'used', 0, 'reason', '', 'idle_since', w.now,
      'seq', w.now)
    redis.call('SADD', key(w, 'agents'), name)
  end
  ensure_signature(w, signature, cjson.decode(skills))
  redis.call('SADD', key(w, 'signature_agents', signature), name)
  agent.limits, agent.signature, agent.units = cjson.decode(channels), signature, units
  update_agent(w, agent, { revision = revision, signature = signature, units = units, channels = channels })
  if redis.call('EXISTS', key(w, 'built')) == 1 then
    match_agent(w, agent)
  end
  return say('ok')
end)
