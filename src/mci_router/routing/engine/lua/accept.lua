-- accept: an agent takes the contact offered. In a warm transfer the first agent is free then.
-- Arguments: agent, offer id, contact id.
-- Returns:   the contact's standing with status 'ok' (again if it was accepted before by this agent); 'gone' otherwise.
transition('accept', function(w, name, offer, id)
  local contact = load_contact(w, id)
  local agent = load_agent(w, name)
  if not contact or not agent then
    return say('gone')
  end
  if contact.offer == offer and (contact.second or contact.agent) == name then
    assign(w, contact, agent, offer)
    return told(contact)
  end
  local accepted = contact.agent == name and contact.assignment == offer:gsub('^ofr_', 'asg_')
  return accepted and told(contact) or say('gone')
end)
