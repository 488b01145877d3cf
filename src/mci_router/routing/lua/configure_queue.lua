-- configure_queue: makes a queue known, or changes it. An older revision never overwrites a newer one.
-- Arguments: queue, revision, offer time-out in ms, wrap-up in ms.
-- Returns:   'ok' or 'stale'.
preparation('configure_queue', function(w, name, revision, offer_timeout, wrap_up)
  local queue = key(w, 'queue', name)
  if tonumber(redis.call('HGET', queue, 'revision') or 0) > tonumber(revision) then
    return say('stale')
  end
  redis.call('HSET', queue, 'revision', revision, 'offer_timeout_ms', offer_timeout, 'wrap_up_ms', wrap_up)
  redis.call('SADD', key(w, 'queues'), name)
  return say('ok')
end)
