-- remove_queue: removes a queue that has no open contact.
-- Arguments: queue.
-- Returns:   'ok' or 'busy'.
functions.transition('remove_queue', function(w, name)
  if tonumber(redis.call('HGET', w.keys.queue[name], 'open') or 0) > 0 then
    return functions.reply('busy')
  end
  redis.call('DEL', w.keys.queue[name], w.keys.due[name], w.keys.waits[name])
  redis.call('HDEL', w.key.queue_settings, name)
  queues.drop_performance(w, name)
  queues.stamp(w)
  return functions.reply('ok')
end)
