-- Places in line. A contact has one of its own. In a warm transfer to a queue the place there is kept beside it until
-- somebody accepts: its agent serves it in its own queue, and the place beside it waits, relaxes, overflows and is
-- offered.

-- How the record of a contact names the fields of the place beside its own.
local NAMES = {
  queue = 'to_queue', line = 'to_line', units = 'to_units', age = 'to_age', enqueued_at = 'to_enqueued_at',
  due_at = 'to_due_at', rung = 'to_rung', steps = 'to_steps', step = 'to_step', overflows = 'to_overflows',
}
local STAYS = { enqueued_at = true } -- a contact keeps the time when it first stood in line

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

-- Keeps a place in another queue beside a contact's own, for a warm transfer. The agent who passes it on is not asked.
function places.keep(w, contact, want)
  local place = places.beside(contact)
  rungs.note_queue(w, place, want)
  records.change(place, 'rung', want.rung)
  records.change(contact, 'transfer', 'queue')
  records.change(contact, 'transfer_id', want.transfer)
  endings.shun(w, contact, agents.load(w, contact.agent))
end

local function forget(contact)
  for _, name in pairs(NAMES) do
    records.change(contact, name, false)
  end
end

-- Gives up the place beside a contact's own.
function places.drop(w, contact)
  counters.add(w, 'queue:' .. contact.to_queue, 'open', -1)
  timers.clear(w, 'relax', contact.id)
  timers.clear(w, 'overflow', contact.id)
  forget(contact)
end

-- Makes the place beside a contact's own its own: it leaves its queue for the other, where nobody has answered it yet.
function places.take(w, contact)
  counters.add(w, 'queue:' .. contact.queue, 'open', -1)
  for field, name in pairs(NAMES) do
    if not STAYS[field] then
      records.change(contact, field, contact[name] or false)
    end
  end
  records.change(contact, 'answered_at', false)
  forget(contact)
end
