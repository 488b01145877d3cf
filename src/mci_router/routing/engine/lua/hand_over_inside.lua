-- hand_over_inside: makes a participant who is consulted the agent who serves the contact. The first one takes part
-- from then on. Another segment of the same queue begins, which the second has answered.
-- Arguments: the agent who serves it, or '', contact id, the participant.
-- Returns:   the contact as it is now with status 'ok' (again if the participant has it); 'gone' if the agent does not
--            serve it; 'wrong_state' while it is transferred or interrupted; 'unknown' participant; 'unable'.
local function hand_over(w, contact, first, second)
  interrupting.note_pausable(w, agents.load(w, first), contact, -1)
  local stay = segments.leave(w, contact)
  local since = participants.swap(w, contact, first, second)
  segments.enter(w, contact, {}, stay)
  local number = (contact.attempts or 0) + 1
  records.change(contact, 'attempts', number)
  journal.append_contact(w, contact, 'contact.transferred', {
    agent = first, to = second, left_as = 'transferred', stay = stay,
  })
  local assignment = string.format('asg_%s_%x_%d', contact.id:gsub('^con_', ''), w.now, number)
  contacts.move(w, contact, 'contact.handed_over', 'assigned', {
    agent = second, assignment = assignment, answered_at = w.now, agent_lost = false,
  })
  journal.append_contact(w, contact, 'participant.left', {
    agent = second, role = 'consult', joined_at = since, why = 'handed_over',
  })
  interrupting.note_pausable(w, agents.load(w, second), contact, 1)
  participants.enter_first(w, contact, first)
end

functions.transition('hand_over_inside', function(w, name, id, to)
  local contact = contacts.load(w, id)
  if not contact or contact.state ~= 'assigned' then
    return functions.reply('gone')
  end
  if contact.agent == to then
    return contacts.reply(contact)
  end
  if name ~= '' and contact.agent ~= name then
    return functions.reply('gone')
  end
  if contact.transfer or contact.paused then
    return contacts.reply(contact, 'wrong_state')
  end
  if contact['joined:' .. to .. ':role'] ~= 'consult' then
    return contacts.reply(contact, 'unknown')
  end
  if not signatures.able(signatures.read(agents.load(w, to).signature), lines.read(contact.line)) then
    return contacts.reply(contact, 'unable')
  end
  hand_over(w, contact, contact.agent, to)
  return contacts.reply(contact)
end)
