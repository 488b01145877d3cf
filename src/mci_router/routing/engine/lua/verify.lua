-- verify: journals that the identity of a contact's customer was verified, for desks and webhooks. The ledger has it
-- already.
-- Arguments: contact id, by whom.
-- Returns:   the contact as it is now with status 'ok'; 'closed' once it has ended; 'unknown'.
functions.transition('verify', function(w, id, by)
  local contact = contacts.load(w, id)
  if not contact then
    return functions.reply('unknown')
  end
  if contacts.FINAL[contact.state] then
    return contacts.reply(contact, 'closed')
  end
  journal.append_contact(w, contact, 'contact.verified', { by = by })
  return contacts.reply(contact)
end)
