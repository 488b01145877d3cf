-- complete: an agent ends the conversation with a disposition. If the queue has wrap-up, it begins; else the contact is done.
-- Arguments: agent, assignment id, contact id, disposition, notes.
-- Returns:   'ok' with the contact's standing (again if done before); 'gone' if the assignment is not this agent's.
transition('complete', function(w, agent, assignment, id, disposition, notes)
  local contact = load_contact(w, id)
  if not contact or contact.agent ~= agent or contact.assignment ~= assignment then
    return say('gone')
  end
  if contact.state ~= 'assigned' then
    return (contact.state == 'wrapping_up' or contact.state == 'completed') and told(contact) or say('gone')
  end
  local wrap_up = queue_number(w, contact, 'wrap_up_ms', 0)
  contact.handled_at = w.now
  local about = { disposition = disposition, notes = notes }
  redis.call('HSET', key(w, 'contact', id), 'disposition', disposition, 'notes', notes)
  if wrap_up > 0 then
    set_timer(w, 'wrap_up', id, w.now + wrap_up)
    move(w, contact, 'contact.wrapping_up', 'wrapping_up', { handled_at = w.now }, about)
  else
    complete_contact(w, contact, about)
  end
  return told(contact)
end)
