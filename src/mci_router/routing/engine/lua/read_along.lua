-- read_along: an agent reads a conversation that another serves, and takes no room by it.
-- Arguments: agent, contact id, 'able' if only an agent may who could serve it.
-- Returns:   the contact as it is now with status 'ok' (again if the agent reads it); 'gone' if nobody serves it;
--            'wrong_state' if the agent does, or is asked to; 'unable'; 'not_working' unless signed in; 'unknown'
--            agent.
functions.transition('read_along', function(w, name, id, able)
  local contact, agent = contacts.load(w, id), agents.load(w, name)
  if not contact or contact.state ~= 'assigned' then
    return functions.reply('gone')
  end
  if not agent then
    return contacts.reply(contact, 'unknown')
  end
  if participants.is_one(contact, name) then
    return contacts.reply(contact)
  end
  if contact.agent == name or contact.second == name or contact.invited == name then
    return contacts.reply(contact, 'wrong_state')
  end
  if able == 'able' and not signatures.able(signatures.read(agent.signature), lines.read(contact.line)) then
    return contacts.reply(contact, 'unable')
  end
  if not agents.signed_in(agent) then
    return contacts.reply(contact, 'not_working')
  end
  participants.read_along(w, contact, name)
  return contacts.reply(contact)
end)
