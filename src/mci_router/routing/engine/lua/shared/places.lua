-- Places in line. A contact has one of its own. In a warm transfer to a queue the place there is kept beside it until
-- somebody accepts: its agent serves it in its own queue, and the place beside it waits, relaxes, overflows and is
-- offered.

-- How the record of a contact names the fields of the place beside its own.
local NAMES = {
  queue = 'to_queue', line = 'to_line', units = 'to_units', age = 'to_age', enqueued_at = 'to_enqueued_at',
  due_at = 'to_due_at', target_ms = 'to_target_ms', rung = 'to_rung', steps = 'to_steps', step = 'to_step',
  overflows = 'to_overflows', entered_at = 'to_entered_at', waits_since = 'to_waits_since',
  closed_before = 'to_closed_before', segment_waited = 'to_segment_waited', queue_waited = 'to_queue_waited',
}
-- Those that become the contact's own when somebody accepts.
local OF_A_PLACE = { 'queue', 'line', 'units', 'age', 'due_at', 'target_ms', 'rung', 'steps', 'step', 'overflows' }

local beside = {
  __index = function(place, field)
    return place._contact[NAMES[field] or field]
  end,
}

-- Returns the place beside a contact's own. It reads as a contact in that place, and `records.change` writes it.
function places.beside(contact)
  contact._beside = contact._beside or setmetatable({ _contact = contact, _names = NAMES }, beside)
  return contact._beside
end

-- Returns the place in which a contact waits, or is offered: its own, unless it is passed on to a queue.
function places.of(contact)
  return contact.to_line and places.beside(contact) or contact
end

-- Starts the clock of the place. In the queue in which the contact is already, its wait goes on.
local function wait_there(w, contact, place, want)
  local before = place.queue == contact.queue and (contact.queue_waited or 0) + (contact.segment_waited or 0) or 0
  records.change(place, 'entered_at', want.entered_at or w.now)
  records.change(place, 'queue_waited', before > 0 and before)
  clocks.start(w, place, place.entered_at)
  if before > 0 and want.overflow_at then
    timers.set(w, 'overflow', contact.id, math.max(w.now, want.overflow_at - before))
  end
end

-- Keeps a place in another queue beside a contact's own, for a warm transfer. The agent who passes it on is not asked.
function places.keep(w, contact, want)
  local place = places.beside(contact)
  rungs.note_queue(w, place, want)
  redis.call('SADD', w.key.beside, contact.id)
  records.change(place, 'rung', want.rung)
  wait_there(w, contact, place, want)
  records.change(contact, 'transfer', 'queue')
  records.change(contact, 'transfer_id', want.transfer)
  endings.shun(w, contact, agents.load(w, contact.agent))
end

local function forget(w, contact)
  redis.call('SREM', w.key.beside, contact.id)
  for _, name in pairs(NAMES) do
    records.change(contact, name, false)
  end
end

-- Gives up the place beside a contact's own.
function places.drop(w, contact)
  counters.add(w, 'queue:' .. contact.to_queue, 'open', -1)
  timers.clear(w, 'relax', contact.id)
  timers.clear(w, 'overflow', contact.id)
  forget(w, contact)
end

-- Makes the place beside a contact's own its own: it leaves its queue for the other. Returns since when it has been
-- there, as entered_at, and how long it has waited.
function places.take(w, contact)
  local place = places.beside(contact)
  clocks.stop(w, place)
  local stay = { entered_at = place.entered_at, waited = place.segment_waited }
  counters.add(w, 'queue:' .. contact.queue, 'open', -1)
  for _, field in ipairs(OF_A_PLACE) do
    records.change(contact, field, place[field] or false)
  end
  forget(w, contact)
  return stay
end
