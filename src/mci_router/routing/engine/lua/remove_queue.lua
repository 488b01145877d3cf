-- remove_queue: removes a queue that has no open contact.
-- Arguments: queue.
-- Returns:   'ok' or 'busy'.
functions.transition('remove_queue', function(w, name)
  if tonumber(redis.call('HGET', workspace.key(w, 'queue:' .. name), 'open') or 0) > 0 then
    return functions.reply('busy')
  end
  redis.call('DEL', workspace.key(w, 'queue:' .. name), workspace.key(w, 'due', name), workspace.key(w, 'waits', name))
  redis.call('HDEL', workspace.key(w, 'queue_settings'), name)
  queues.drop_performance(w, name)
  queues.stamp(w)
  return functions.reply('ok')
end)
