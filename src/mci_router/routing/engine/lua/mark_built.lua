-- mark_built: marks the live state as complete; every function works from then on.
-- Arguments: revision of the configuration it was built with; after `begin_build` also the builder id and how many
--            contacts were restored.
-- Returns:   'ok'; 'lost' if another process builds.
functions.preparation('mark_built', function(w, revision, builder, number)
  local facts = workspace.key(w, 'workspace')
  if (redis.call('HGET', facts, 'builder') or '') ~= (builder or '') then
    return functions.reply('lost')
  end
  redis.call('HSET', facts, 'built', revision)
  redis.call('HDEL', facts, 'builder', 'builder_until')
  if number then
    journal.append(w, { type = 'live_state.rebuilt', contacts = tonumber(number), revision = tonumber(revision) })
  end
  return functions.reply('ok')
end)
