-- offer_to: a supervisor offers a waiting contact to one agent.
-- Arguments: contact id, agent.
-- Returns:   the contact's standing with status 'ok'; 'unknown' contact or agent; 'wrong_state' unless it waits; 'unable', 'not_working'
--            or 'no_room'.
transition('offer_to', function(w, id, name)
  local contact, agent = load_contact(w, id), load_agent(w, name)
  if not contact then
    return say('unknown')
  end
  if contact.state ~= 'queued' then
    return told(contact, 'wrong_state')
  end
  local refusal = why_not(w, contact, agent, true)
  if refusal then
    return told(contact, refusal)
  end
  stop_waiting(w, contact)
  make_offer(w, contact, agent, { why = 'supervisor' })
  return told(contact)
end)
