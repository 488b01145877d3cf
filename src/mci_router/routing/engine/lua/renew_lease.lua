-- renew_lease: renews the lease of a desk that is still there. Its timer reads the lease when it is due, so this writes
-- one field only.
-- Arguments: agent, session id, lease in ms.
-- Returns:   'ok'; 'lost' if the lease has ended or the live state was made again (connect again); 'replaced' by
--            another socket.
functions.transition('renew_lease', function(w, name, session, lease)
  local agent = w.keys.agent[name]
  local held = redis.call('HMGET', agent, 'session', 'reachable')
  if held[2] ~= '1' then
    return functions.reply('lost')
  end
  if held[1] ~= session then
    return functions.reply('replaced')
  end
  redis.call('HSET', agent, 'lease_until', w.now + lease)
  local record = kept.record(w, agent)
  if record then
    record.lease_until = w.now + lease
  end
  return functions.reply('ok')
end)
