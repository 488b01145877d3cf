-- decline: an agent lets an offer go. The contact returns to its line with its original age and is offered to others.
-- Arguments: agent, offer id, contact id, reason, delay in ms before the same agent may be offered it again.
-- Returns:   'ok' with the contact's standing; 'gone' if the offer is not pending with this agent.
transition('decline', function(w, agent, offer, id, why, delay)
  local contact = load_contact(w, id)
  if not contact or contact.agent ~= agent or contact.offer ~= offer or contact.state ~= 'offered' then
    return say('gone')
  end
  local freed = withdraw_offer(w, contact, 'offer.declined', why, tonumber(delay))
  match_contact(w, contact)
  if freed then
    match_agent(w, load_agent(w, agent))
  end
  return told(contact)
end)
