-- Segments: a segment is one stay of a contact in one queue, from entering it until the contact is finished there or
-- leaves. Reports count segments. A return to the same queue is another one.
-- The journal entry by which a segment ends says `left_as`. If the contact goes on, the entry's `stay` has the facts of
-- the segment that ended, for the entry itself has those of the next.

local FACTS = {
  'segment', 'entered_at', 'queue', 'rung', 'due_at', 'target_ms', 'answered_at', 'handled_at', 'segment_waited',
  'held', 'parked', 'awaited', 'segment_offers',
}
local OF_ONE_STAY = {
  'answered_at', 'handled_at', 'segment_waited', 'held', 'parked', 'awaited', 'segment_offers', 'wrap_up_ends_at',
}
local OF_A_QUEUE = { 'entered_at', 'due_at', 'target_ms', 'queue_waited' }

-- Begins a segment in a contact's queue. `stay`: its number at least, entered_at (ms; else now). `before`: the facts of
-- the segment that ended just now.
function segments.enter(w, contact, stay, before)
  local again = before and before.queue == contact.queue
  local waited = again and (contact.queue_waited or 0) + (before.segment_waited or 0) or 0
  for _, field in ipairs(OF_ONE_STAY) do
    records.change(contact, field, false)
  end
  records.change(contact, 'queue_waited', waited > 0 and waited)
  records.change(contact, 'segment', math.max((contact.segment or 0) + 1, stay.segment or 1))
  records.change(contact, 'entered_at', stay.entered_at or w.now)
  records.change(contact, 'segment_offers', contact.transfer_offers)
  records.change(contact, 'transfer_offers', false)
end

-- Tells whether a contact that is put in line in a queue stays in its segment: it waits there already.
function segments.goes_on(contact, queue)
  return contact.queue == queue and contact.entered_at and not contact.answered_at
end

-- Stops the clocks of a segment that ends.
function segments.stop(w, contact)
  clocks.stop(w, contact)
  holding.stop(w, contact)
  clocks.finish(w, contact, 'parked')
  clocks.finish(w, contact, 'awaited')
end

-- Ends a contact's segment because it goes elsewhere. Returns the segment's facts, for the journal.
function segments.leave(w, contact)
  segments.stop(w, contact)
  local stay = { agent = contact.answered_at and contact.agent or nil }
  for _, field in ipairs(FACTS) do
    stay[field] = contact[field]
  end
  return stay
end

-- Removes what only a contact in a queue has.
function segments.forget(contact)
  for _, fields in ipairs({ OF_ONE_STAY, OF_A_QUEUE }) do
    for _, field in ipairs(fields) do
      records.change(contact, field, false)
    end
  end
end

-- Counts an offer for the segment; one to the second agent of a warm transfer for the segment that follows.
function segments.count_offer(contact, warm)
  local field = warm and 'transfer_offers' or 'segment_offers'
  records.change(contact, field, (contact[field] or 0) + 1)
end

-- Gives a contact that the version before put in a queue what this one needs: it counts as one stay.
function segments.adopt(contact)
  if not contact.queue or contact.entered_at or contacts.FINAL[contact.state] then
    return
  end
  records.change(contact, 'segment', contact.segment or 1)
  records.change(contact, 'entered_at', contact.enqueued_at)
  if contact.answered_at then
    local waited = math.max(0, contact.answered_at - contact.enqueued_at)
    records.change(contact, 'waited', waited)
    records.change(contact, 'segment_waited', waited)
  else
    records.change(contact, 'waits_since', contact.enqueued_at)
  end
end
