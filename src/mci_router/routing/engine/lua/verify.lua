-- verify: somebody has made sure who the customer of a contact is. The ledger keeps it; desks and webhooks hear of it from the journal.
-- Arguments: contact id, by whom.
-- Returns:   the contact's standing with status 'ok'; 'closed' once it has ended; 'unknown'.
transition('verify', function(w, id, by)
  local contact = load_contact(w, id)
  if not contact then
    return say('unknown')
  end
  if FINAL[contact.state] then
    return told(contact, 'closed')
  end
  tell(w, contact, 'contact.verified', { by = by })
  return told(contact)
end)
