-- configure_workspace: what holds for all queues. An older revision never overwrites a newer one.
-- Arguments: revision, settings as JSON: short_abandon_ms, reoffer_ms, grace_ms, line_choice, eta, round_robin (whether
--            any queue takes agents in turn), stakes {skill: weight / (1 - goal)}.
-- Returns:   'ok' or 'stale'.

-- Agents are kept in turn only while a queue asks for it.
local function place_agents(w, settings)
  local agents = {}
  for _, name in ipairs(redis.call('SMEMBERS', key(w, 'agents'))) do
    agents[#agents + 1] = load_agent(w, name)
    update_agent(w, agents[#agents], {})
  end
  w.settings = settings
end

preparation('configure_workspace', function(w, revision, json)
  if (w.settings.revision or 0) > tonumber(revision) then
    return say('stale')
  end
  local settings = cjson.decode(json)
  settings.revision = tonumber(revision)
  redis.call('HSET', key(w, 'workspace'), 'settings', cjson.encode(settings))
  if (settings.round_robin or false) ~= (w.settings.round_robin or false) then
    place_agents(w, settings)
  end
  return say('ok')
end)
