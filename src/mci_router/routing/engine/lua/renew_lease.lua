-- renew_lease: the desk is still there. The lease's timer looks again when it is due, so this touches one field only.
-- Arguments: agent, session id, lease in ms.
-- Returns:   'ok'; 'lost' if the lease has lapsed or the live state was made anew (connect again); 'replaced' by another socket.
transition('renew_lease', function(w, name, session, lease)
  local agent = key(w, 'agent', name)
  local held = redis.call('HMGET', agent, 'session', 'reachable')
  if held[2] ~= '1' then
    return say('lost')
  end
  if held[1] ~= session then
    return say('replaced')
  end
  redis.call('HSET', agent, 'lease_until', w.now + lease)
  return say('ok')
end)
