-- unpark: gives a parked contact back to the agent who parked it.
-- Arguments: agent, or '' if it is not the agent who asks for it, assignment id, contact id.
-- Returns:   the contact as it is now with status 'ok' (again if the agent has it); 'gone' if the assignment is not
--            the agent's, or its conversation is over; 'unable' or 'no_room'; 'not_working' unless the agent is there,
--            or, where somebody else asks, at work but for a suspension.
functions.transition('unpark', function(w, name, assignment, id)
  local contact = contacts.load(w, id)
  if not contact or contact.assignment ~= assignment or (name ~= '' and contact.agent ~= name) then
    return functions.reply('gone')
  end
  if contact.state == 'assigned' then
    return contacts.reply(contact)
  end
  if not parking.is_parked(contact) then
    return functions.reply('gone')
  end
  local agent = agents.load(w, contact.agent)
  local refusal = waiting.why_not(w, contact, agent, true, name ~= '' and agents.is_there or agents.goes_on)
  if refusal then
    return contacts.reply(contact, refusal)
  end
  parking.give_back(w, contact, agent, name ~= '' and 'agent' or 'supervisor')
  return contacts.reply(contact)
end)
