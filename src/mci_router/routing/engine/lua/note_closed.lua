-- note_closed: journals that a contact waits in a queue that is closed, though it did not come there by itself.
-- Arguments: contact id, when the queue opens (ms).
-- Returns:   the contact as it is now with status 'ok'; 'wrong_state' unless it waits; 'unknown'.
functions.transition('note_closed', function(w, id, opens_at)
  return waiting.note(w, id, function(contact)
    journal.append_contact(w, contact, 'contact.queue_closed', { opens_at = tonumber(opens_at) })
  end)
end)
