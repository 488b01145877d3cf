-- mark_built: the live state is complete; from now on every function works on it.
-- Arguments: revision of the configuration it was built with, short-abandon threshold in ms.
-- Returns:   'ok'.
preparation('mark_built', function(w, revision, short_abandon)
  redis.call('SET', key(w, 'built'), revision)
  redis.call('SET', key(w, 'short_abandon_ms'), short_abandon)
  return say('ok')
end)
