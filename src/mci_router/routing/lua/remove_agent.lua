-- remove_agent: an agent is no more. Pending offers go back; one with a conversation or wrap-up under way stays.
-- Arguments: agent.
-- Returns:   'ok' (also if unknown), or 'busy'.
transition('remove_agent', function(w, name)
  local agent = load_agent(w, name)
  if not agent then
    return say('ok')
  end
  for _, id in ipairs(redis.call('SMEMBERS', key(w, 'agent_contacts', name))) do
    if redis.call('HGET', key(w, 'contact', id), 'state') ~= 'offered' then
      return say('busy')
    end
  end
  update_agent(w, agent, { wants = 'offline', reachable = 0 })
  agent = revoke_offers(w, agent, 'agent_removed')
  leave_signature(w, agent)
  clear_timer(w, 'lease', name)
  count(w, 'presence', 'offline', -1)
  append(w, { type = 'agent.removed', agent = name })
  redis.call('SREM', key(w, 'agents'), name)
  redis.call('DEL', key(w, 'agent', name), key(w, 'inbox', name), key(w, 'agent_contacts', name), declined_key(w, name))
  return say('ok')
end)
