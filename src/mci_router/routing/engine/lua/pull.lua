-- pull: an agent takes a chosen waiting contact: an offer that is accepted at once.
-- Arguments: agent, contact id.
-- Returns:   the contact's standing with status 'ok' (again if the agent has it); 'unknown'; 'gone' if it waits no more; 'unable' or
--            'no_room'; 'not_working' unless signed in.
transition('pull', function(w, name, id)
  local contact, agent = load_contact(w, id), load_agent(w, name)
  if not contact then
    return say('unknown')
  end
  if contact.state == 'assigned' and contact.agent == name then
    return told(contact)
  end
  if contact.state ~= 'queued' then
    return say('gone')
  end
  local refusal = why_not(w, contact, agent, true, true)
  if refusal then
    return told(contact, refusal)
  end
  stop_waiting(w, contact)
  make_offer(w, contact, agent, { why = 'pulled' })
  assign(w, contact, agent, contact.offer)
  return told(contact)
end)
