-- restore: puts open contacts back as the ledger has them, while the live state is being built. What stands as in the ledger is not
-- journalled again; what cannot, is: who was offered a contact, or had one and is no more, has it no longer.
-- Arguments: builder id or '', contacts as a JSON list: of each what enqueue or hold takes; was = its state in the ledger; state, agent
--            and assignment if it is assigned or wrapping up; answered_at, handled_at (ms) if it was answered; offers [{id, agent}] if
--            any were pending.
-- Returns:   'ok'; 'built' if the live state is complete already, and newer than what the caller read; 'lost' if another process builds.
local LOST = 'live_state_rebuilt'

-- Desks come back after the live state: one that does not is given up as after a lost connection.
local function await_desk(w, agent)
  if agent.reachable ~= '1' then
    redis.call('ZADD', key(w, 'timers'), 'NX', w.now + (w.settings.grace_ms or DEFAULT_GRACE_MS), 'grace:' .. agent._name)
  end
end

local function with_agent(w, contact, want, agent)
  occupy(w, agent, contact, 'taken')
  change(contact, 'agent', want.agent)
  change(contact, 'assignment', want.assignment)
  await_desk(w, agent)
  local settings = queue_settings(w, contact.queue)
  if want.state == 'wrapping_up' then
    if settings.wrap_up_ms > 0 then
      set_timer(w, 'wrap_up', contact.id, w.now + settings.wrap_up_ms)
    end
    return
  end
  if settings.interruptible then
    change(contact, 'pausable', 1)
    note_pausable(w, agent, contact, 1)
  end
  make_room(w, agent, 0) -- what was interrupted for live contacts is so again
end

local function in_line(w, contact)
  change(contact, 'state', 'queued')
  join_line(w, contact)
  local step = next_step(contact)
  if step then
    set_timer(w, 'relax', contact.id, contact.enqueued_at + step.after_ms)
  end
end

-- With its agent, or without one that is gone: the customer of a wrap-up has been served, any other waits again.
local function to_people(w, contact, want)
  take_place(w, contact, want)
  change(contact, 'answered_at', want.answered_at)
  change(contact, 'handled_at', want.handled_at)
  local agent = want.agent and load_agent(w, want.agent)
  if agent then
    with_agent(w, contact, want, agent)
  elseif want.state == 'wrapping_up' then
    complete_contact(w, contact)
  else
    in_line(w, contact)
  end
end

local function tell_differences(w, contact, want)
  for _, offer in ipairs(want.offers or {}) do
    tell(w, contact, 'offer.revoked', { offer = offer.id, agent = offer.agent, why = LOST })
  end
  if not FINAL[contact.state] and (contact.state ~= want.was or want.offers) then
    tell(w, contact, 'contact.restored', { why = LOST })
  end
end

local function restore(w, want)
  local contact = take_rung(w, want)
  if not contact then
    return
  end
  change(contact, 'state', want.state)
  if want.limit_at then
    set_timer(w, 'rung', want.id, want.limit_at)
  end
  if want.line then
    to_people(w, contact, want)
  end
  tell_differences(w, contact, want)
end

preparation('restore', function(w, builder, json)
  if w.built then
    return say('built')
  end
  if (redis.call('HGET', key(w, 'workspace'), 'builder') or '') ~= builder then
    return say('lost')
  end
  for _, want in ipairs(cjson.decode(json)) do
    restore(w, want)
  end
  return say('ok')
end)
