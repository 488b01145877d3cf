-- Timers: one sorted set a workspace, `kind:id` by the ms when it is due. `fire_timers` says what each kind does.

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

-- Clears the timers of a contact that leaves its queue or rung: those that may run for it as it is now.
function timers.clear_contact(w, contact)
  local names = { 'rung:' .. contact.id }
  local function add(kind, may_run)
    if may_run then
      names[#names + 1] = kind .. ':' .. contact.id
    end
  end
  add('offer', contact.offer)
  add('wrap_up', contact.state == 'wrapping_up')
  add('inactivity', contact.inactive_at)
  add('relax', contact.steps)
  add('overflow', contact.queue)
  redis.call('ZREM', w.key.timers, unpack(names))
end
