-- end_wrap_up: an agent has done the after-call work and is free again.
-- Arguments: agent, assignment id, contact id.
-- Returns:   'ok' with the contact's standing (again if done before); 'gone' if the assignment is not this agent's.
transition('end_wrap_up', function(w, agent, assignment, id)
  local contact = load_contact(w, id)
  if not contact or contact.agent ~= agent or contact.assignment ~= assignment then
    return say('gone')
  end
  if contact.state == 'wrapping_up' then
    complete_contact(w, contact)
  end
  return contact.state == 'completed' and told(contact) or say('gone')
end)
