-- mark_built: the live state is complete; from now on every function works on it.
-- Arguments: revision of the configuration it was built with; after `begin_build` the builder id and how many contacts were restored.
-- Returns:   'ok'; 'lost' if another process builds.
preparation('mark_built', function(w, revision, builder, contacts)
  local workspace = key(w, 'workspace')
  if (redis.call('HGET', workspace, 'builder') or '') ~= (builder or '') then
    return say('lost')
  end
  redis.call('HSET', workspace, 'built', revision)
  redis.call('HDEL', workspace, 'builder', 'builder_until')
  if contacts then
    append(w, { type = 'live_state.rebuilt', contacts = tonumber(contacts), revision = tonumber(revision) })
  end
  return say('ok')
end)
