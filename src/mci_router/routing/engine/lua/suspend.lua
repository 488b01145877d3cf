-- suspend: an operator's word that an agent gets nothing new, or may again. What the agent has, the agent finishes.
-- Arguments: agent, 'suspended' or 'resumed', reason.
-- Returns:   'ok' (also if it is so already), or 'unknown' agent.
functions.transition('suspend', function(w, name, word, reason)
  local agent = agents.load(w, name)
  if not agent then
    return functions.reply('unknown')
  end
  presence.suspend(w, agent, word == 'suspended', reason)
  return functions.reply('ok')
end)
