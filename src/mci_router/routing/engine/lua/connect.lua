-- connect: a desk's socket takes the agent over, from another socket if there is one, for the length of a lease.
-- Arguments: agent, session id, lease in ms.
-- Returns:   'ok' with presence, reason and the sequence number of the last entry in the inbox; 'unknown' agent.
transition('connect', function(w, name, session, lease)
  local agent = load_agent(w, name)
  if not agent then
    return say('unknown')
  end
  local due = w.now + tonumber(lease)
  local was_lost = agent.reachable ~= '1'
  update_agent(w, agent, { session = session, reachable = '1', lease_until = due })
  set_timer(w, 'lease', name, due)
  append(w, { type = 'agent.connected', agent = name, session = session })
  if was_lost then
    clear_timer(w, 'grace', name)
    flag_assignments(w, agent, 'contact.agent_returned', false)
  end
  match_agent(w, agent)
  return say('ok', { presence = agent.wants, reason = agent.reason, seq = agent.seq })
end)
