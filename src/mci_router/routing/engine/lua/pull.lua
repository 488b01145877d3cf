-- pull: assigns a waiting contact to the agent who has chosen it: an offer that is accepted at once.
-- Arguments: agent, contact id, the endpoint to which a call is put through ('' for none).
-- Returns:   the contact as it is now with status 'ok' (again if the agent has it); 'unknown'; 'gone' if it waits no
--            longer; 'unable' or 'no_room'; 'not_working' unless signed in; 'closed' if its queue is closed.
functions.transition('pull', function(w, name, id, endpoint)
  local contact, agent = contacts.load(w, id), agents.load(w, name)
  if not contact then
    return functions.reply('unknown')
  end
  if contact.state == 'assigned' and contact.agent == name then
    return contacts.reply(contact)
  end
  if contact.state ~= 'queued' then
    return functions.reply('gone')
  end
  local refusal = waiting.why_not(w, contact, agent, true, agents.signed_in)
  if not refusal and not queues.is_open(w, contact.queue) then
    refusal = 'closed'
  end
  if refusal then
    return contacts.reply(contact, refusal)
  end
  waiting.stop(w, contact)
  matching.make_offer(w, contact, agent, { why = 'pulled' })
  answering.assign(w, contact, agent, contact.offer, endpoint)
  return contacts.reply(contact)
end)
