-- accept: an agent takes the contact offered.
-- Arguments: agent, offer id, contact id.
-- Returns:   the contact's standing with status 'ok' (again if it was accepted before by this agent); 'gone' otherwise.
transition('accept', function(w, agent, offer, id)
  local contact = load_contact(w, id)
  if not contact or contact.agent ~= agent then
    return say('gone')
  end
  local assignment = offer:gsub('^ofr_', 'asg_')
  if contact.state ~= 'offered' or contact.offer ~= offer then
    return contact.assignment == assignment and told(contact) or say('gone')
  end
  clear_timer(w, 'offer', id)
  if not contact.answered_at then
    count_answer(w, contact)
  end
  count(w, 'offers', 'accepted', 1)
  move(w, contact, 'offer.accepted', 'assigned', {
    assignment = assignment,
    offer = false,
    expires_at = false,
    answered_at = contact.answered_at or w.now,
  }, { offer = offer })
  return told(contact)
end)
