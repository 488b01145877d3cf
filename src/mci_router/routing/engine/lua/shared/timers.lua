-- Timers: one sorted set a workspace, `kind:id` by the ms when it is due. `fire_timers` says what each kind does.

local OF_A_CONTACT = { 'offer', 'rung', 'wrap_up', 'relax', 'overflow' }

function timers.set(w, kind, id, due)
  redis.call('ZADD', w.key.timers, due, kind .. ':' .. id)
end

-- Sets a timer unless it runs already.
function timers.start(w, kind, id, due)
  redis.call('ZADD', w.key.timers, 'NX', due, kind .. ':' .. id)
end

-- Sets a timer, or brings it forward.
function timers.hasten(w, kind, id, due)
  redis.call('ZADD', w.key.timers, 'LT', due, kind .. ':' .. id)
end

function timers.clear(w, kind, id)
  redis.call('ZREM', w.key.timers, kind .. ':' .. id)
end

-- Clears the timers of a contact that leaves its queue or rung.
function timers.clear_contact(w, contact)
  local names = {}
  for i, kind in ipairs(OF_A_CONTACT) do
    names[i] = kind .. ':' .. contact.id
  end
  redis.call('ZREM', w.key.timers, unpack(names))
end
