-- end_conversation: the conversation with an agent is over. The agent wraps up, with what the agent has typed; a
-- contact that is parked is completed.
-- Arguments: contact id, by whom ('customer', 'adapter' or 'agent'), reason, the agent who must have it, or ''.
-- Returns:   the contact as it is now with status 'ok' (again if the conversation is over); 'closed' if it has ended;
--            'wrong_state' if nobody serves it; 'gone' if another agent does; 'unknown'. A customer who hangs up after
--            asking for a callback has not left: the contact waits on.
local function stop(w, contact, by, why)
  records.change(contact, 'handled_at', w.now)
  segments.stop(w, contact)
  journal.append_contact(w, contact, 'contact.conversation_ended', { by = by, why = why })
end

local function wrap_up(w, contact, by, why)
  local asked = endings.end_transfer(w, contact, 'completed')
  stop(w, contact, by, why)
  wrapping_up.begin(w, contact, queues.settings(w, contact.queue).wrap_up_ms)
  if asked then
    matching.match_agent(w, asked)
  end
end

functions.transition('end_conversation', function(w, id, by, why, name)
  local contact = contacts.load(w, id)
  if not contact then
    return functions.reply('unknown')
  end
  if contacts.FINAL[contact.state] then
    return contacts.reply(contact, 'closed')
  end
  if name ~= '' and contact.agent ~= name then
    return functions.reply('gone')
  end
  if by ~= 'agent' and hanging_up.awaits_callback(w, contact) then
    records.change(contact, 'hung_up', '1')
  elseif contact.state == 'assigned' then
    wrap_up(w, contact, by, why)
  elseif parking.is_parked(contact) then
    stop(w, contact, by, why)
    completion.complete(w, contact)
  elseif contact.state ~= 'wrapping_up' then
    return contacts.reply(contact, 'wrong_state')
  end
  return contacts.reply(contact)
end)
