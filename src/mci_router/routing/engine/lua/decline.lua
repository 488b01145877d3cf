-- decline: an agent lets an offer go. The contact returns to its line with its original age and is offered to others.
-- Arguments: agent, offer id, contact id, reason.
-- Returns:   'ok' with the contact's standing; 'gone' if the offer is not pending with this agent.
transition('decline', function(w, agent, offer, id, why)
  local contact = load_contact(w, id)
  if not contact or contact.offer ~= offer or (contact.second or contact.agent) ~= agent then
    return say('gone')
  end
  let_go(w, contact, 'offer.declined', why)
  match_agent(w, load_agent(w, agent))
  return told(contact)
end)
