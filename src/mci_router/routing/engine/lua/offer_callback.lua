-- offer_callback: a waiting customer is offered to be called back, once. Whoever serves the channel hears of it from the journal.
-- Arguments: contact id.
-- Returns:   the contact's standing with status 'ok' (again if offered or asked for before); 'wrong_state' unless it waits; 'unknown'.
transition('offer_callback', function(w, id)
  return about_waiting(w, id, function(contact)
    if not contact.callback and not contact.callback_offered then
      change(contact, 'callback_offered', '1')
      tell(w, contact, 'contact.callback_offered')
    end
  end)
end)
