-- connect: gives an agent to a desk's socket for the length of a lease. Another socket of the agent is replaced.
-- Arguments: agent, session id, lease in ms.
-- Returns:   'ok' with presence, reason, whether and why the agent is suspended, and the sequence number of the last
--            entry in the inbox; 'unknown' agent.
functions.transition('connect', function(w, name, session, lease)
  local agent = agents.load(w, name)
  if not agent then
    return functions.reply('unknown')
  end
  local due = w.now + tonumber(lease)
  local was_lost = agent.reachable ~= '1'
  agents.update(w, agent, { session = session, reachable = '1', lease_until = due })
  timers.set(w, 'lease', name, due)
  journal.append(w, { type = 'agent.connected', agent = name, session = session })
  if was_lost and agents.is_there(agent) then
    presence.keep_contacts(w, agent)
  end
  matching.match_agent(w, agent)
  return functions.reply('ok', {
    presence = agent.wants,
    reason = agent.reason,
    seq = agent.seq,
    suspended = agent.suspended == '1',
    suspended_reason = agent.suspended_reason,
  })
end)
