-- remove_agent: removes an agent, with the pending offers taken back. An agent with a conversation or wrap-up under way
-- stays.
-- Arguments: agent.
-- Returns:   'ok' (also if unknown), or 'busy'.
functions.transition('remove_agent', function(w, name)
  local agent = agents.load(w, name)
  if not agent then
    return functions.reply('ok')
  end
  for _, id in ipairs(redis.call('SMEMBERS', w.keys.agent_contacts[name])) do
    local contact = contacts.load(w, id)
    local joins = contact.invited == name or participants.is_one(contact, name)
    if not joins and (not contact.offer or contact.second and contact.agent == name) then
      return functions.reply('busy')
    end
  end
  agents.update(w, agent, { wants = 'offline', reachable = '0' })
  participants.remove(w, agent)
  endings.give_back(w, agent, 'agent_removed')
  agents.leave_signature(w, agent)
  timers.clear(w, 'lease', name)
  timers.clear(w, 'grace', name)
  counters.add(w, 'presence', 'offline', -1)
  journal.append(w, { type = 'agent.removed', agent = name })
  redis.call('SREM', w.key.agents, name)
  for _, kind in ipairs({ 'inbox', 'agent_contacts', 'declined', 'held', 'joined' }) do
    redis.call('DEL', w.keys[kind][name])
  end
  records.forget(w, agent)
  return functions.reply('ok')
end)
