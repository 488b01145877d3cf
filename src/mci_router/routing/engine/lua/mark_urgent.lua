-- mark_urgent: notes and journals, once, that a contact which an agent has, or is offered, has become urgent, for the
-- desks of that agent and of who takes part in its conversation. Should it come back to a line, it goes before all that
-- is not.
-- Arguments: contact id.
-- Returns:   the contact as it is now with status 'ok'; 'wrong_state' unless an agent has it; 'unknown'.
local WITH_AGENT = { offered = true, assigned = true, waiting_for_customer = true }

functions.transition('mark_urgent', function(w, id)
  local contact = contacts.load(w, id)
  if not contact then
    return functions.reply('unknown')
  end
  if not WITH_AGENT[contact.state] then
    return contacts.reply(contact, 'wrong_state')
  end
  if not contact.urgent then
    records.change(contact, 'urgent', '1')
    records.change(contact, 'age', lines.before_all(contact.age))
    journal.append_contact(w, contact, 'contact.urgent', nil, participants.of(contact))
  end
  return contacts.reply(contact)
end)
