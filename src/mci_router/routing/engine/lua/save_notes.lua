-- save_notes: keeps what an agent has written about a contact so far, while it is served and in wrap-up. It is no
-- transition: the ledger has it already, and the entry that completes the contact says it.
-- Arguments: agent, assignment id, contact id, notes, disposition ('' leaves it as it is).
-- Returns:   the contact as it is now with status 'ok'; 'gone' if the assignment is not this agent's, or is over.
functions.transition('save_notes', function(w, name, assignment, id, notes, disposition)
  local contact = contacts.load(w, id)
  local mine = contact and contact.agent == name and contact.assignment == assignment
  if not mine or contacts.FINAL[contact.state] then
    return functions.reply('gone')
  end
  records.change(contact, 'notes', notes ~= '' and notes)
  if disposition ~= '' then
    records.change(contact, 'disposition', disposition)
  end
  return contacts.reply(contact)
end)
