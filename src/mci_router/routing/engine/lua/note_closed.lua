-- note_closed: journals that a contact waits in a queue that is closed, though it did not come there by itself.
-- Arguments: contact id, when the queue opens (ms).
-- Returns:   the contact as it is now with status 'ok'; 'wrong_state' unless it waits, if only beside its own place;
--            'unknown'.
functions.transition('note_closed', function(w, id, opens_at)
  local function note(contact)
    journal.append_contact(w, contact, 'contact.queue_closed', { opens_at = tonumber(opens_at) })
  end
  local contact = contacts.load(w, id)
  if contact and contact.to_line then
    note(contact)
    return contacts.reply(contact)
  end
  return waiting.note(w, id, note)
end)
