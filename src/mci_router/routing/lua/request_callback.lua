-- request_callback: the customer hangs up and will be called: the contact keeps its place in line.
-- Arguments: contact id.
-- Returns:   the contact's standing with status 'ok' (again if asked before); 'wrong_state' unless it waits or is offered; 'unknown'.
transition('request_callback', function(w, id)
  local contact = load_contact(w, id)
  if not contact then
    return say('unknown')
  end
  if contact.state ~= 'queued' and contact.state ~= 'offered' then
    return told(contact, 'wrong_state')
  end
  if not contact.callback then
    change(contact, 'callback', '1')
    tell(w, contact, 'contact.callback_requested')
  end
  return told(contact)
end)
