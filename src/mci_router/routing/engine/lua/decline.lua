-- decline: lets an offer go. The contact returns to its line with its original age and is offered to others.
-- Arguments: agent, offer id, contact id, reason.
-- Returns:   the contact as it is now with status 'ok'; 'gone' if the offer is not pending with this agent.
functions.transition('decline', function(w, agent, offer, id, why)
  local contact = contacts.load(w, id)
  if not contact or contact.offer ~= offer or (contact.second or contact.agent) ~= agent then
    return functions.reply('gone')
  end
  endings.let_go(w, contact, 'offer.declined', why)
  matching.match_agent(w, agents.load(w, agent))
  return contacts.reply(contact)
end)
