-- complete: ends the conversation of an agent, with a disposition. Wrap-up begins if the queue has it; else the contact
-- is completed, as is one that is parked: its agent has no room taken by it.
-- Arguments: agent, assignment id, contact id, disposition, notes ('': those that were saved).
-- Returns:   the contact as it is now with status 'ok' (again if done before); 'gone' if the assignment is not this
--            agent's.
-- Takes the agent's words. Notes that are left out are those that were saved.
local function take(contact, disposition, notes)
  records.change(contact, 'disposition', disposition)
  if notes ~= '' then
    records.change(contact, 'notes', notes)
  end
  return { disposition = disposition, notes = contact.notes }
end

-- In wrap-up the agent's last words count. Where the queue has none, somebody else had ended the conversation: it is
-- completed.
local function in_wrap_up(w, contact, disposition, notes)
  take(contact, disposition, notes)
  if queues.settings(w, contact.queue).wrap_up_ms == 0 then
    completion.complete(w, contact)
  end
  return contacts.reply(contact)
end

functions.transition('complete', function(w, name, assignment, id, disposition, notes)
  local contact = contacts.load(w, id)
  if not contact or contact.agent ~= name or contact.assignment ~= assignment then
    return functions.reply('gone')
  end
  if contact.state == 'wrapping_up' then
    return in_wrap_up(w, contact, disposition, notes)
  end
  if contact.state ~= 'assigned' and not parking.is_parked(contact) then
    return contact.state == 'completed' and contacts.reply(contact) or functions.reply('gone')
  end
  local asked = endings.end_transfer(w, contact, 'completed')
  segments.stop(w, contact)
  records.change(contact, 'handled_at', w.now)
  local wrap_up, about = queues.settings(w, contact.queue).wrap_up_ms, take(contact, disposition, notes)
  if wrap_up == 0 or parking.is_parked(contact) then
    completion.complete(w, contact, about)
  else
    wrapping_up.begin(w, contact, wrap_up, about)
  end
  if asked then
    matching.match_agent(w, asked)
  end
  return contacts.reply(contact)
end)
