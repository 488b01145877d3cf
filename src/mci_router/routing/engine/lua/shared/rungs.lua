-- Rungs: a contact climbs one rung at a time, and never goes back. A transfer or an escalation is a rung above the
-- ladder. `asking`: on this rung the customer is asked whether the contact may be posted.

-- Returns how a contact leaves its queue where a router of the version before does not say so.
function rungs.way_out(want)
  return want.passed_on and 'transferred' or 'overflowed'
end

-- Makes a contact, or takes it from where it is, for the rung wanted. Returns nil if it is on that rung or a later one
-- already, is closed, or is in another state than `only_from`; else the contact, what it leaves (agent, offer, left_as,
-- stay: for the journal), and the agent who was asked to take it over, if any.
function rungs.take(w, want)
  local contact = contacts.load(w, want.id)
  local elsewhere = contact and want.only_from and contact.state ~= want.only_from
  if contact and (contacts.FINAL[contact.state] or contact.rung >= want.rung or elsewhere) then
    return nil
  end
  local left, asked = {}, nil
  if contact then
    asked = endings.end_transfer(w, contact, 'moved')
    left = { agent = contact.agent, offer = contact.offer }
    if contact.queue and not segments.goes_on(contact, want.queue) then
      left.left_as, left.stay = want.left_as or rungs.way_out(want), segments.leave(w, contact)
    end
    timers.clear_contact(w, contact)
    if contact.state == 'queued' then
      waiting.stop(w, contact)
    end
    if contact.state == 'offered' then
      counters.add(w, 'offers', 'revoked', 1)
    end
    if contact.queue then
      counters.add(w, 'queue:' .. contact.queue, 'open', -1)
    end
    endings.free_agent(w, contact, 'moved')
    records.change(contact, 'queue', false)
  else
    contact = records.new(w, w.keys.contact[want.id])
    contact.id = want.id
    counters.add(w, 'contacts', want.outcome, 1)
  end
  for _, field in ipairs({ 'channel', 'outcome', 'rung' }) do
    records.change(contact, field, want[field])
  end
  records.change(contact, 'asking', want.asking and '1')
  return contact, left, asked
end

-- Begins the segment of a contact that comes to a queue. `before`: the facts of the one that it leaves, if any.
function rungs.enter_queue(w, contact, want, before)
  local entered_at = want.entered_at or (not contact.segment and want.enqueued_at) or nil
  segments.enter(w, contact, { segment = want.segment, entered_at = entered_at }, before)
  if contact.queue_waited and want.overflow_at then -- its wait in this queue goes on
    timers.set(w, 'overflow', contact.id, math.max(w.now, want.overflow_at - contact.queue_waited))
  end
end

-- Notes in a contact's record what its queue and line need.
function rungs.note_queue(w, contact, want)
  lines.ensure(w, want.line)
  lines.keep(w, want.line)
  for _, field in ipairs({ 'queue', 'line', 'units', 'age', 'enqueued_at', 'due_at', 'target_ms' }) do
    records.change(contact, field, want[field])
  end
  records.change(contact, 'steps', want.steps and cjson.encode(want.steps))
  records.change(contact, 'step', 0)
  records.change(contact, 'callback', want.callback and '1')
  records.change(contact, 'urgent', want.urgent and '1')
  counters.add(w, 'queue:' .. want.queue, 'open', 1)
  records.change(contact, 'overflows', want.overflow_at and '1')
  if want.overflow_at then
    timers.set(w, 'overflow', contact.id, want.overflow_at)
  end
end
