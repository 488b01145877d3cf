-- mark_built: marks the live state as complete; every function works from then on.
-- Arguments: revision of the configuration it was built with; after `begin_build` also the builder id and how many
--            contacts were restored, and the suspended agents as a JSON object: the reason by agent.
-- Returns:   'ok'; 'lost' if another process builds.
functions.preparation('mark_built', function(w, revision, builder, number, suspended)
  local facts = w.key.workspace
  if (redis.call('HGET', facts, 'builder') or '') ~= (builder or '') then
    return functions.reply('lost')
  end
  redis.call('HSET', facts, 'built', revision)
  redis.call('HDEL', facts, 'builder', 'builder_until')
  for name, reason in pairs(cjson.decode(suspended or '{}')) do
    local agent = agents.load(w, name)
    if agent then
      agents.update(w, agent, { suspended = '1', suspended_reason = reason })
    end
  end
  if number then
    journal.append(w, { type = 'live_state.rebuilt', contacts = tonumber(number), revision = tonumber(revision) })
  end
  return functions.reply('ok')
end)
