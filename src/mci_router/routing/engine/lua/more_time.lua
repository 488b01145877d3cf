-- more_time: gives an agent more time for a wrap-up.
-- Arguments: agent, assignment id, contact id, ms.
-- Returns:   the contact as it is now with status 'ok', and wrap_up_ends_at (ms), or nothing if it lasts until the
--            agent is done; 'gone' if the assignment is not this agent's, or is not in wrap-up; 'no_room' if the
--            wrap-up is as long as its queue allows.
local MOST_MS = 600000 -- where the version before has configured the queue

functions.transition('more_time', function(w, name, assignment, id, ms)
  local contact = contacts.load(w, id)
  local mine = contact and contact.agent == name and contact.assignment == assignment
  if not mine or contact.state ~= 'wrapping_up' then
    return functions.reply('gone')
  end
  local ends_at = contact.wrap_up_ends_at
  if ends_at then
    local most = contact.handled_at + (queues.settings(w, contact.queue).most_wrap_up_ms or MOST_MS)
    local later = math.min(math.max(ends_at, w.now) + ms, most)
    if later <= ends_at then
      return contacts.reply(contact, 'no_room')
    end
    records.change(contact, 'wrap_up_ends_at', later)
    timers.set(w, 'wrap_up', id, later)
    journal.append_contact(w, contact, 'contact.wrap_up_extended')
  end
  return contacts.reply(contact)
end)
