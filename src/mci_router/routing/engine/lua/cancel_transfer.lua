-- cancel_transfer: calls off a warm transfer that nobody has accepted yet. The contact stays with its agent.
-- Arguments: agent, or '' for the agent who has it, contact id, assignment id.
-- Returns:   the contact as it is now with status 'ok'; 'gone' if the assignment is not the agent's; 'wrong_state' if
--            no transfer is under way.
functions.transition('cancel_transfer', function(w, name, id, assignment)
  local contact = contacts.load(w, id)
  local assigned = contact and contact.state == 'assigned' and contact.assignment == assignment
  if not assigned or (name ~= '' and contact.agent ~= name) then
    return functions.reply('gone')
  end
  if not contact.transfer then
    return contacts.reply(contact, 'wrong_state')
  end
  local asked = endings.end_transfer(w, contact, 'called_off')
  if asked then
    matching.match_agent(w, asked)
  end
  return contacts.reply(contact)
end)
