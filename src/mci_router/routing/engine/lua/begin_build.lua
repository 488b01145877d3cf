-- begin_build: a process asks to make the live state from the ledger. One does so at a time; its lease ends if it dies.
-- Arguments: builder id, lease in ms, 'anew' if a complete live state is to go, or ''. The same builder asks again to keep its lease.
-- Returns:   'ok', stale = whether an earlier live state must be dropped first; 'busy' while another builds; 'built'.
preparation('begin_build', function(w, builder, lease, anew)
  local workspace = key(w, 'workspace')
  local held = redis.call('HMGET', workspace, 'builder', 'builder_until')
  if held[1] and held[1] ~= builder and tonumber(held[2]) > w.now then
    return say('busy')
  end
  if w.built and anew == '' then
    return say('built')
  end
  if w.built then
    redis.call('HDEL', workspace, 'built', 'settings', 'queues_stamp')
    redis.call('HSET', workspace, 'stale', 1)
  end
  redis.call('HSET', workspace, 'builder', builder, 'builder_until', w.now + lease)
  return say('ok', { stale = redis.call('HEXISTS', workspace, 'stale') == 1 })
end)
