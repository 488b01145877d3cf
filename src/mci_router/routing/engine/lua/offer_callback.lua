-- offer_callback: offers a waiting customer to be called back, once. The channel's adapter learns it from the journal.
-- Arguments: contact id.
-- Returns:   the contact as it is now with status 'ok' (again if offered or requested before); 'wrong_state' unless it
--            waits; 'unknown'.
functions.transition('offer_callback', function(w, id)
  return waiting.note(w, id, function(contact)
    if not contact.callback and not contact.callback_offered then
      records.change(contact, 'callback_offered', '1')
      journal.append_contact(w, contact, 'contact.callback_offered')
    end
  end)
end)
