-- restore: puts one open contact back as the ledger has it, while the live state is being built.
-- Arguments: contact as JSON: what enqueue or hold takes, and agent and assignment if it is assigned or wrapping up;
--            answered_at, handled_at (ms) if it was answered.
-- Returns:   'ok'; 'built' if the live state is complete already, and newer than what the caller read.
preparation('restore', function(w, json)
  if redis.call('EXISTS', key(w, 'built')) == 1 then
    return say('built')
  end
  local want = cjson.decode(json)
  local contact = take_rung(w, want)
  if not contact then
    return say('ok')
  end
  if want.limit_at then
    set_timer(w, 'rung', want.id, want.limit_at)
  end
  local changes = {}
  if want.line then
    ensure_line(w, want.line, want.requirement)
    changes = {
      queue = want.queue, line = want.line, units = want.units, age = want.enqueued_at - want.credit_ms,
      enqueued_at = want.enqueued_at, due_at = want.due_at, answered_at = want.answered_at, handled_at = want.handled_at,
    }
    contact.queue, contact.line, contact.units, contact.age = want.queue, want.line, want.units, changes.age
    count(w, 'queue:' .. want.queue, 'open', 1)
  end
  local agent = want.agent and load_agent(w, want.agent)
  if agent then
    occupy(w, agent, contact, 1)
    changes.agent, changes.assignment = want.agent, want.assignment
    if want.state == 'wrapping_up' then
      set_timer(w, 'wrap_up', want.id, w.now + queue_number(w, contact, 'wrap_up_ms', 0))
    end
  elseif want.line then
    want.state = 'queued'
    join_line(w, contact)
  end
  move(w, contact, 'contact.restored', want.state, changes)
  return say('ok')
end)
