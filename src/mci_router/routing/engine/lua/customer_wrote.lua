-- customer_wrote: brings a parked contact back, because its customer has written: to the agent who parked it, at once
-- if that agent works, or would but for a suspension, and has room; else into its line with its age, where an agent
-- who works may take it first for as long as the queue says.
-- Arguments: contact id, when it is due if it waits again (ms).
-- Returns:   the contact as it is now with status 'ok'; 'known' if it is not parked; 'closed' once it has ended;
--            'unknown'.
functions.transition('customer_wrote', function(w, id, due_at)
  local contact = contacts.load(w, id)
  if not contact then
    return functions.reply('unknown')
  end
  if not parking.is_parked(contact) then
    return contacts.reply(contact, contacts.FINAL[contact.state] and 'closed' or 'known')
  end
  local agent = agents.load(w, contact.agent)
  if agent and not agent.aside and not waiting.why_not(w, contact, agent, true, agents.goes_on) then
    parking.give_back(w, contact, agent, 'customer_wrote')
  else
    parking.wait_again(w, contact, tonumber(due_at))
  end
  return contacts.reply(contact)
end)
