-- park: has a written contact wait for its customer. Its agent has the room for others.
-- Arguments: agent, or '' for the agent who has it, assignment id, contact id.
-- Returns:   the contact as it is now with status 'ok' (again if it is parked); 'gone' if the assignment is not the
--            agent's, or its conversation is over; 'wrong_state' while a transfer is under way; 'unable' on a channel
--            that is spoken.
functions.transition('park', function(w, name, assignment, id)
  local contact = contacts.load(w, id)
  if not contact or contact.assignment ~= assignment or (name ~= '' and contact.agent ~= name) then
    return functions.reply('gone')
  end
  if parking.is_parked(contact) then
    return contacts.reply(contact)
  end
  if contact.state ~= 'assigned' then
    return functions.reply('gone')
  end
  local refusal = contact.transfer and 'wrong_state' or not parking.is_written(contact) and 'unable'
  if refusal then
    return contacts.reply(contact, refusal)
  end
  matching.match_agent(w, parking.park(w, contact))
  return contacts.reply(contact)
end)
