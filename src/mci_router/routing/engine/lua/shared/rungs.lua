-- Rungs: a contact climbs one rung at a time, and never back. A transfer or an escalation is a rung above the ladder. `asking` says that on
-- this rung the customer is asked whether it may be posted.

-- The contact, new or taken from where it is, for the rung wanted; nil if it already stands there or higher, is closed, or is in another
-- state than `only_from`.
-- Second: what it leaves behind, for the journal: the agent who held it and the offer that was pending. Third: an agent who was asked to
-- take it over.
local function take_rung(w, want)
  local contact = load_contact(w, want.id)
  if contact and (FINAL[contact.state] or contact.rung >= want.rung or (want.only_from or contact.state) ~= contact.state) then
    return nil
  end
  local left, asked = {}, nil
  if contact then
    asked = end_transfer(w, contact, 'moved')
    left = { agent = contact.agent, offer = contact.offer }
    clear_timers(w, contact)
    if contact.state == 'queued' then
      stop_waiting(w, contact)
    end
    if contact.state == 'offered' then
      count(w, 'offers', 'revoked', 1)
    end
    if contact.queue then
      count(w, 'queue:' .. contact.queue, 'open', -1)
    end
    free_agent(w, contact)
    change(contact, 'queue', false)
  else
    contact = new_record(w, key(w, 'contact', want.id))
    contact.id = want.id
    count(w, 'contacts', want.outcome, 1)
  end
  for _, field in ipairs({ 'channel', 'outcome', 'rung' }) do
    change(contact, field, want[field])
  end
  change(contact, 'asking', want.asking and '1')
  return contact, left, asked
end

-- Puts what an agent's line needs to know into the contact's record.
local function take_place(w, contact, want)
  ensure_line(w, want.line)
  for _, field in ipairs({ 'queue', 'line', 'units', 'age', 'enqueued_at', 'due_at' }) do
    change(contact, field, want[field])
  end
  change(contact, 'steps', want.steps and cjson.encode(want.steps))
  change(contact, 'step', 0)
  change(contact, 'callback', want.callback and '1')
  change(contact, 'urgent', want.urgent and '1')
  count(w, 'queue:' .. want.queue, 'open', 1)
  change(contact, 'overflows', want.overflow_at and '1')
  if want.overflow_at then
    set_timer(w, 'overflow', contact.id, want.overflow_at)
  end
end
