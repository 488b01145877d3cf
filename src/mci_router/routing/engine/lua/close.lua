-- close: a contact ends without an agent completing it: the customer left, an operator cancelled it, or it was resolved.
-- Arguments: contact id, state ('abandoned', 'cancelled' or 'resolved'), reason, the only state it may be closed from or ''.
-- Returns:   'ok' with the contact's standing; 'closed' if it had ended before; 'wrong_state'; 'unknown'.
local function close(w, contact, state, why)
  if contact.state == 'queued' then
    stop_waiting(w, contact)
  end
  if state == 'abandoned' and contact.queue and not contact.answered_at then
    count_abandon(w, contact)
  end
  local asked = end_transfer(w, contact, state)
  local held, offer = contact.agent, contact.offer
  local agent = free_agent(w, contact)
  if contact.state == 'offered' then
    count(w, 'offers', 'revoked', 1)
  end
  local changes = contact.state == 'assigned' and { handled_at = w.now } or {}
  finish(w, contact, 'contact.' .. state, state, changes, { why = why, agent = held, offer = offer })
  for _, free in ipairs({ agent or asked, agent and asked }) do
    match_agent(w, free)
  end
end

transition('close', function(w, id, state, why, from)
  local contact = load_contact(w, id)
  if not contact then
    return say('unknown')
  end
  if FINAL[contact.state] then
    return told(contact, 'closed')
  end
  if from ~= '' and contact.state ~= from then
    return told(contact, 'wrong_state')
  end
  if contact.state == 'wrapping_up' then -- the agent had served it: closing it only ends the wrap-up
    complete_contact(w, contact)
  else
    close(w, contact, state, why)
  end
  return told(contact)
end)
