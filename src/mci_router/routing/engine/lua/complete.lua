-- complete: ends the conversation of an agent, with a disposition. Wrap-up begins if the queue has it; else the contact
-- is completed, as is one that is parked: its agent has no room taken by it.
-- Arguments: agent, assignment id, contact id, disposition, notes.
-- Returns:   the contact as it is now with status 'ok' (again if done before); 'gone' if the assignment is not this
--            agent's.
local function begin_wrap_up(w, contact, agent, limit, about)
  if limit > 0 then -- else it lasts until the agent is done
    timers.set(w, 'wrap_up', contact.id, w.now + limit)
  end
  interrupting.note_pausable(w, agent, contact, -1)
  local changes = { handled_at = w.now, pausable = false, agent_lost = false }
  contacts.move(w, contact, 'contact.wrapping_up', 'wrapping_up', changes, about)
end

functions.transition('complete', function(w, name, assignment, id, disposition, notes)
  local contact = contacts.load(w, id)
  if not contact or contact.agent ~= name or contact.assignment ~= assignment then
    return functions.reply('gone')
  end
  if contact.state ~= 'assigned' and not parking.is_parked(contact) then
    local done = contact.state == 'wrapping_up' or contact.state == 'completed'
    return done and contacts.reply(contact) or functions.reply('gone')
  end
  local asked = endings.end_transfer(w, contact, 'completed')
  segments.stop(w, contact)
  records.change(contact, 'disposition', disposition)
  records.change(contact, 'notes', notes)
  records.change(contact, 'handled_at', w.now)
  local wrap_up, about = queues.settings(w, contact.queue).wrap_up_ms, { disposition = disposition, notes = notes }
  if wrap_up == 0 or parking.is_parked(contact) then
    completion.complete(w, contact, about)
  else
    begin_wrap_up(w, contact, agents.load(w, name), wrap_up, about)
  end
  if asked then
    matching.match_agent(w, asked)
  end
  return contacts.reply(contact)
end)
