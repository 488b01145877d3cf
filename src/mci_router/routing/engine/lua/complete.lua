-- complete: an agent ends the conversation with a disposition. If the queue has wrap-up, it begins; else the contact is done.
-- Arguments: agent, assignment id, contact id, disposition, notes.
-- Returns:   'ok' with the contact's standing (again if done before); 'gone' if the assignment is not this agent's.
local function begin_wrap_up(w, contact, agent, limit, about)
  if limit > 0 then -- else it lasts until the agent is done
    set_timer(w, 'wrap_up', contact.id, w.now + limit)
  end
  note_pausable(w, agent, contact, -1)
  move(w, contact, 'contact.wrapping_up', 'wrapping_up', { handled_at = w.now, pausable = false, agent_lost = false }, about)
end

transition('complete', function(w, name, assignment, id, disposition, notes)
  local contact = load_contact(w, id)
  if not contact or contact.agent ~= name or contact.assignment ~= assignment then
    return say('gone')
  end
  if contact.state ~= 'assigned' then
    return (contact.state == 'wrapping_up' or contact.state == 'completed') and told(contact) or say('gone')
  end
  local asked = end_transfer(w, contact, 'completed')
  change(contact, 'disposition', disposition)
  change(contact, 'notes', notes)
  change(contact, 'handled_at', w.now)
  local wrap_up, about = queue_settings(w, contact.queue).wrap_up_ms, { disposition = disposition, notes = notes }
  if wrap_up == 0 then
    complete_contact(w, contact, about)
  else
    begin_wrap_up(w, contact, load_agent(w, name), wrap_up, about)
  end
  if asked then
    match_agent(w, asked)
  end
  return told(contact)
end)
