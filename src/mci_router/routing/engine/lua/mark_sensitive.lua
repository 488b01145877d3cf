-- mark_sensitive: journals that an open contact has become sensitive, for the desk of its agent, for those of who takes
-- part in its conversation, and for webhooks. The ledger has it already.
-- Arguments: contact id.
-- Returns:   the contact as it is now with status 'ok'; 'closed' once it has ended; 'unknown'.
functions.transition('mark_sensitive', function(w, id)
  local contact = contacts.load(w, id)
  if not contact then
    return functions.reply('unknown')
  end
  if contacts.FINAL[contact.state] then
    return contacts.reply(contact, 'closed')
  end
  journal.append_contact(w, contact, 'contact.sensitive', nil, participants.of(contact))
  return contacts.reply(contact)
end)
