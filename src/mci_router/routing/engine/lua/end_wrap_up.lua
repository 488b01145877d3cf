-- end_wrap_up: ends an agent's work after the conversation. The agent is free again.
-- Arguments: agent, assignment id, contact id.
-- Returns:   the contact as it is now with status 'ok' (again if done before); 'gone' if the assignment is not this
--            agent's.
functions.transition('end_wrap_up', function(w, agent, assignment, id)
  local contact = contacts.load(w, id)
  if not contact or contact.agent ~= agent or contact.assignment ~= assignment then
    return functions.reply('gone')
  end
  if contact.state == 'wrapping_up' then
    completion.complete(w, contact)
  end
  return contact.state == 'completed' and contacts.reply(contact) or functions.reply('gone')
end)
