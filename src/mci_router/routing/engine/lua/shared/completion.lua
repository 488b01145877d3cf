-- The end of an agent's work on a contact, by hand or by timer.

local SPEED_PRIOR = 100 -- contacts at the queue's mean handle time

-- A signature's handle time in a queue, against the queue's own mean.
local function note_handling(w, contact, agent)
  local handle = (contact.handled_at or w.now) - contact.answered_at
  local ratio = handle / performance(w, contact.queue).handle_ms
  note_handle_time(w, contact.queue, handle)
  local field = agent.signature .. '|' .. contact.queue
  local known = redis.call('HGET', key(w, 'handling'), field)
  local old = known and cmsgpack.unpack(known) or { 1, 0 }
  redis.call('HSET', key(w, 'handling'), field, cmsgpack.pack({ moved_mean(old[1], old[2], ratio, SPEED_PRIOR), old[2] + 1 }))
end

local function complete_contact(w, contact, about)
  local agent = free_agent(w, contact)
  if agent and contact.answered_at then
    note_handling(w, contact, agent)
  end
  finish(w, contact, 'contact.completed', 'completed', { handled_at = contact.handled_at or w.now }, about)
  if agent then
    match_agent(w, agent)
  end
end
