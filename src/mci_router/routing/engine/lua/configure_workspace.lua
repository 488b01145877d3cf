-- configure_workspace: sets what holds for all queues. An older revision never overwrites a newer one.
-- Arguments: revision, settings as JSON: short_abandon_ms, reoffer_ms, grace_ms, line_choice, eta, round_robin (whether
--            any queue takes agents in turn), stakes {skill: weight / (1 - goal)}, plain (no reserve is kept and no
--            agent set aside: for simulations).
-- Returns:   'ok' or 'stale'.

-- Agents are kept in turn only while a queue asks for it: updates the sets of each.
local function set_turns(w, settings)
  for _, name in ipairs(redis.call('SMEMBERS', w.key.agents)) do
    agents.update(w, agents.load(w, name), {})
  end
  w.settings = settings
end

functions.preparation('configure_workspace', function(w, revision, json)
  if (w.settings.revision or 0) > tonumber(revision) then
    return functions.reply('stale')
  end
  local settings = cjson.decode(json)
  settings.revision = tonumber(revision)
  redis.call('HSET', w.key.workspace, 'settings', cjson.encode(settings))
  if (settings.round_robin or false) ~= (w.settings.round_robin or false) then
    set_turns(w, settings)
  end
  return functions.reply('ok')
end)
