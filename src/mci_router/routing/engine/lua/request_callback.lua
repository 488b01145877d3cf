-- request_callback: the customer hangs up and will be called: the contact keeps its place in line.
-- Arguments: contact id.
-- Returns:   the contact's standing with status 'ok' (again if asked before); 'wrong_state' unless it waits or is offered; 'unknown'.
transition('request_callback', function(w, id)
  return about_waiting(w, id, function(contact)
    if not contact.callback then
      change(contact, 'callback', '1')
      tell(w, contact, 'contact.callback_requested')
    end
  end)
end)
