-- begin_build: begins to make the live state from the ledger. One process does so at a time; its lease ends if it dies.
-- Called again by the same builder, it renews the lease.
-- Arguments: builder id, lease in ms, 'again' if a complete live state is to be replaced, or ''.
-- Returns:   'ok', stale = whether an earlier live state must be dropped first; 'busy' while another process builds;
--            'built'.
functions.preparation('begin_build', function(w, builder, lease, again)
  local facts = w.key.workspace
  local held = redis.call('HMGET', facts, 'builder', 'builder_until')
  if held[1] and held[1] ~= builder and tonumber(held[2]) > w.now then
    return functions.reply('busy')
  end
  if w.built and again == '' then
    return functions.reply('built')
  end
  if w.built then
    redis.call('HDEL', facts, 'built', 'settings', 'queues_stamp', 'aside', 'mark')
    redis.call('HSET', facts, 'stale', 1)
    w.built = nil
  end
  redis.call('HSET', facts, 'builder', builder, 'builder_until', w.now + lease)
  return functions.reply('ok', { stale = redis.call('HEXISTS', facts, 'stale') == 1 })
end)
