-- close: ends a contact that no agent completes: the customer left, an operator cancelled it, or it was resolved.
-- Arguments: contact id, state ('abandoned', 'cancelled' or 'resolved'), reason, the only state it may be closed from,
--            or ''.
-- Returns:   the contact as it is now with status 'ok'; 'closed' if it had ended before; 'wrong_state'; 'unknown'.
--            A customer who hangs up after asking for a callback has not left: the contact waits on. Nor does one who
--            hangs up once the conversation is over take the agent's wrap-up along.

-- Returns how a contact's segment ends. A customer who hangs up during a conversation was answered.
local function way_out(w, contact, state)
  if state ~= 'abandoned' then
    return state
  end
  return contact.answered_at and 'answered' or service_level.count_abandon(w, contact)
end

local function close(w, contact, state, why)
  if contact.state == 'queued' then
    waiting.stop(w, contact)
  end
  local left_as = contact.queue and way_out(w, contact, state)
  local asked = endings.end_transfer(w, contact, state)
  local held, offer = contact.agent, contact.offer
  local agent = endings.free_agent(w, contact)
  if contact.state == 'offered' then
    counters.add(w, 'offers', 'revoked', 1)
  end
  local served = contact.state == 'assigned' or parking.is_parked(contact)
  local changes = served and { handled_at = w.now } or {}
  endings.finish(w, contact, 'contact.' .. state, state, changes, { why = why, agent = held, offer = offer },
    left_as)
  for _, free in ipairs({ agent or asked, agent and asked }) do
    matching.match_agent(w, free)
  end
end

functions.transition('close', function(w, id, state, why, from)
  local contact = contacts.load(w, id)
  if not contact then
    return functions.reply('unknown')
  end
  if contacts.FINAL[contact.state] then
    return contacts.reply(contact, 'closed')
  end
  if from ~= '' and contact.state ~= from then
    return contacts.reply(contact, 'wrong_state')
  end
  if state == 'abandoned' and hanging_up.awaits_callback(w, contact) then
    records.change(contact, 'hung_up', '1')
    return contacts.reply(contact)
  end
  if contact.state ~= 'wrapping_up' then
    close(w, contact, state, why)
  elseif state ~= 'abandoned' then -- the agent had served it: closing it only ends the wrap-up
    completion.complete(w, contact)
  end
  return contacts.reply(contact)
end)
