-- end_hold: takes the customer of a conversation off hold.
-- Arguments: agent, assignment id, contact id.
-- Returns:   the contact as it is now with status 'ok' (also if it was not on hold); 'gone' if the assignment is not
--            this agent's, or its conversation is over.
functions.transition('end_hold', function(w, name, assignment, id)
  local contact = contacts.load(w, id)
  if not contacts.talks(contact, name, assignment) then
    return functions.reply('gone')
  end
  holding.stop(w, contact)
  return contacts.reply(contact)
end)
