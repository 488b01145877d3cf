-- request_callback: notes that the customer hangs up and will be called: the contact keeps its position in line.
-- Arguments: contact id.
-- Returns:   the contact as it is now with status 'ok' (again if requested before); 'wrong_state' unless it waits or is
--            offered; 'unknown'.
functions.transition('request_callback', function(w, id)
  return waiting.note(w, id, function(contact)
    if not contact.callback then
      records.change(contact, 'callback', '1')
      journal.append_contact(w, contact, 'contact.callback_requested')
    end
  end)
end)
