-- set_presence: changes what an agent wants. Pending offers of an agent who leaves go back; an agent who comes is
-- offered what waits.
-- Arguments: agent, state ('offline', 'available' or 'away'), reason.
-- Returns:   'ok', or 'unknown' agent.
functions.transition('set_presence', function(w, name, wants, reason)
  local agent = agents.load(w, name)
  if not agent then
    return functions.reply('unknown')
  end
  presence.enter(w, agent, wants, reason)
  return functions.reply('ok', { presence = wants })
end)
