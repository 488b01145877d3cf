-- set_presence: what an agent wants. Whoever leaves gives pending offers back; whoever comes is offered what waits.
-- Arguments: agent, state ('offline', 'available' or 'away'), reason.
-- Returns:   'ok', or 'unknown' agent.
transition('set_presence', function(w, name, wants, reason)
  local agent = load_agent(w, name)
  if not agent then
    return say('unknown')
  end
  enter_presence(w, agent, wants, reason)
  return say('ok', { presence = wants })
end)
