-- remove_agent: an agent is no more. Pending offers go back; one with a conversation or wrap-up under way stays.
-- Arguments: agent.
-- Returns:   'ok' (also if unknown), or 'busy'.
transition('remove_agent', function(w, name)
  local agent = load_agent(w, name)
  if not agent then
    return say('ok')
  end
  for _, id in ipairs(redis.call('SMEMBERS', key(w, 'agent_contacts', name))) do
    local contact = load_contact(w, id)
    if not contact.offer or contact.second and contact.agent == name then
      return say('busy')
    end
  end
  update_agent(w, agent, { wants = 'offline', reachable = '0' })
  revoke_offers(w, agent, 'agent_removed')
  release_held(w, agent)
  leave_signature(w, agent)
  clear_timer(w, 'lease', name)
  clear_timer(w, 'grace', name)
  count(w, 'presence', 'offline', -1)
  append(w, { type = 'agent.removed', agent = name })
  redis.call('SREM', key(w, 'agents'), name)
  redis.call('DEL', key(w, 'inbox', name), key(w, 'agent_contacts', name), key(w, 'declined', name), key(w, 'held', name))
  forget_record(w, agent)
  return say('ok')
end)
