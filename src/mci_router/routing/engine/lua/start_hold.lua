-- start_hold: puts the customer of a conversation on hold.
-- Arguments: agent, assignment id, contact id.
-- Returns:   the contact as it is now with status 'ok' (again if it was on hold before); 'wrong_state' while it is
--            interrupted; 'gone' if the assignment is not this agent's, or its conversation is over.
functions.transition('start_hold', function(w, name, assignment, id)
  local contact = contacts.load(w, id)
  if not contacts.talks(contact, name, assignment) then
    return functions.reply('gone')
  end
  if contact.paused then
    return contacts.reply(contact, 'wrong_state')
  end
  if not contact.held_since then
    holding.start(w, contact)
  end
  return contacts.reply(contact)
end)
