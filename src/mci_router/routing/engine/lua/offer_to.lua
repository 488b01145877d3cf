-- offer_to: offers a waiting contact to the agent whom a supervisor has chosen.
-- Arguments: contact id, agent.
-- Returns:   the contact as it is now with status 'ok'; 'unknown' contact or agent; 'wrong_state' unless it waits;
--            'unable', 'not_working' or 'no_room'.
functions.transition('offer_to', function(w, id, name)
  local contact, agent = contacts.load(w, id), agents.load(w, name)
  if not contact then
    return functions.reply('unknown')
  end
  if contact.state ~= 'queued' then
    return contacts.reply(contact, 'wrong_state')
  end
  local refusal = waiting.why_not(w, contact, agent, true)
  if refusal then
    return contacts.reply(contact, refusal)
  end
  waiting.stop(w, contact)
  matching.make_offer(w, contact, agent, { why = 'supervisor' })
  return contacts.reply(contact)
end)
