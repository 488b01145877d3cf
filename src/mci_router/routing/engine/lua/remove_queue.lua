-- remove_queue: a queue is no more, unless a contact of it is open.
-- Arguments: queue.
-- Returns:   'ok' or 'busy'.
transition('remove_queue', function(w, name)
  if tonumber(redis.call('HGET', key(w, 'queue:' .. name), 'open') or 0) > 0 then
    return say('busy')
  end
  redis.call('DEL', key(w, 'queue:' .. name))
  redis.call('HDEL', key(w, 'queue_settings'), name)
  redis.call('HDEL', key(w, 'performance'), name)
  stamp_queues(w)
  return say('ok')
end)
