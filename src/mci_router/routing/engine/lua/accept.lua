-- accept: assigns the offered contact to its agent. In a warm transfer, the first agent is free from then on.
-- Arguments: agent, offer id, contact id, the endpoint to which a call is put through ('' for none).
-- Returns:   the contact as it is now with status 'ok' (again if this agent accepted it before); 'gone' otherwise.
functions.transition('accept', function(w, name, offer, id, endpoint)
  local contact = contacts.load(w, id)
  local agent = agents.load(w, name)
  if not contact or not agent then
    return functions.reply('gone')
  end
  if contact.offer == offer and (contact.second or contact.agent) == name then
    answering.assign(w, contact, agent, offer, endpoint)
    return contacts.reply(contact)
  end
  local accepted = contact.agent == name and contact.assignment == offer:gsub('^ofr_', 'asg_')
  return accepted and contacts.reply(contact) or functions.reply('gone')
end)
