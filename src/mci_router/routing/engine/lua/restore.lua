-- restore: puts the ledger's open contacts into the live state that is being built. A contact that comes out as the
-- ledger has it is not journalled. Any difference is: a pending offer is revoked, and a contact whose agent was removed
-- waits again, or is completed if it was in wrap-up.
-- Arguments: builder id or '', contacts as a JSON list: of each what enqueue or serve takes; was = its state in the
--            ledger; state, agent and assignment if it is assigned, wrapping up or parked; answered_at, handled_at
--            (ms) if it was answered; waited, segment_waited, queue_waited, held, parked, awaited (ms) and
--            segment_offers of its segment; awaited_since (ms) if it is parked; waits_since (ms): from when its wait
--            still has to be counted; ended {left_as, stay}: the segment that it has left since; offers [{id, agent}]
--            if any were pending; participants [{agent, role, joined_at (ms)}]; passed_on_to = the place of a warm
--            transfer, as enqueue takes it.
-- Returns:   'ok'; 'built' if the live state is complete already, hence newer than what the caller read; 'lost' if
--            another process builds.
local LOST = 'live_state_rebuilt'
local OF_THE_LEDGER = {
  'waited', 'segment_waited', 'queue_waited', 'held', 'parked', 'awaited', 'segment_offers', 'answered_at',
  'handled_at',
}

-- Desks connect again after the live state is built. An agent whose desk does not is given up as after a lost
-- connection.
local function await_desk(w, agent)
  if agent.reachable ~= '1' then
    timers.start(w, 'grace', agent._name, w.now + (w.settings.grace_ms or presence.DEFAULT_GRACE_MS))
  end
end

-- Restores a warm transfer that nobody had accepted: the place in the other queue, beside the contact's own.
local function to_other_queue(w, contact, want)
  places.keep(w, contact, want)
  lines.join(w, contact)
  local step = waiting.next_step(contact)
  if step then
    timers.set(w, 'relax', contact.id, clocks.due(places.of(contact), step.after_ms))
  end
end

local function with_agent(w, contact, want, agent)
  agents.occupy(w, agent, contact, 'taken')
  records.change(contact, 'agent', want.agent)
  records.change(contact, 'assignment', want.assignment)
  await_desk(w, agent)
  local settings = queues.settings(w, contact.queue)
  if want.state == 'wrapping_up' then
    wrapping_up.watch(w, contact, settings.wrap_up_ms)
    return
  end
  if settings.interruptible then
    records.change(contact, 'pausable', 1)
    interrupting.note_pausable(w, agent, contact, 1)
  end
  interrupting.make_room(w, agent, 0) -- contacts that were interrupted for live ones are interrupted again
  for _, one in ipairs(want.participants or {}) do
    participants.restore(w, contact, one)
  end
  if want.passed_on_to then
    to_other_queue(w, contact, want.passed_on_to)
  end
end

-- Restores a parked contact: it waits for its customer as long as it would have.
local function park_again(w, contact, want)
  local limit = queues.settings(w, contact.queue).inactivity_ms or 0
  records.change(contact, 'agent', want.agent)
  records.change(contact, 'assignment', want.assignment)
  records.change(contact, 'awaited_since', want.awaited_since or w.now)
  parking.note(w, contact)
  parking.watch(w, contact, limit > 0 and contact.awaited_since + limit or nil)
end

-- Puts a contact in its line. One that an agent had answered, who was removed, begins another segment. Returns what is
-- to be journalled of the one that ended.
local function in_line(w, contact, want)
  local ended, served = {}, want.was == 'assigned'
  if served then
    ended = { left_as = 'agent_lost', stay = segments.leave(w, contact) }
    segments.enter(w, contact, {}, ended.stay)
  end
  records.change(contact, 'answered_at', false)
  clocks.start(w, contact, not served and want.waits_since or contact.entered_at)
  records.change(contact, 'state', 'queued')
  if served or not waiting.gathers(w, contact) then
    lines.join(w, contact)
  end
  local step = waiting.next_step(contact)
  if step then
    timers.set(w, 'relax', contact.id, clocks.due(contact, step.after_ms))
  end
  return ended
end

-- Takes up the segment that the ledger has.
local function go_on(w, contact, want)
  rungs.enter_queue(w, contact, want)
  for _, field in ipairs(OF_THE_LEDGER) do
    records.change(contact, field, want[field])
  end
end

-- Gives a contact back to its agent. If the agent was removed, it is completed after a conversation, and waits again
-- before: returns what is to be journalled of the segment that ended so.
local function to_people(w, contact, want)
  rungs.note_queue(w, contact, want)
  go_on(w, contact, want)
  if want.state == parking.STATE then
    park_again(w, contact, want)
    return
  end
  local agent = want.agent and agents.load(w, want.agent)
  if agent then
    with_agent(w, contact, want, agent)
  elseif want.state == 'wrapping_up' then
    completion.complete(w, contact)
  else
    return in_line(w, contact, want)
  end
end

local function tell_differences(w, contact, want, ended)
  for _, offer in ipairs(want.offers or {}) do
    journal.append_contact(w, contact, 'offer.revoked', { offer = offer.id, agent = offer.agent, why = LOST })
  end
  if want.passed_on_to and not contact.transfer then
    journal.append_contact(w, contact, 'contact.transfer_cancelled', {
      why = LOST, transfer = want.passed_on_to.transfer,
    })
  end
  if not contacts.FINAL[contact.state] and (contact.state ~= want.was or want.offers) then
    journal.append_contact(w, contact, 'contact.restored', {
      why = LOST, left_as = ended and ended.left_as, stay = ended and ended.stay,
    })
  end
end

local function restore(w, want)
  local contact = rungs.take(w, want)
  if not contact then
    return
  end
  records.change(contact, 'state', want.state)
  if want.limit_at then
    timers.set(w, 'rung', want.id, want.limit_at)
  end
  local ended = want.line and to_people(w, contact, want) or nil
  tell_differences(w, contact, want, want.ended or ended)
end

functions.preparation('restore', function(w, builder, json)
  if w.built then
    return functions.reply('built')
  end
  if (redis.call('HGET', w.key.workspace, 'builder') or '') ~= builder then
    return functions.reply('lost')
  end
  for _, want in ipairs(cjson.decode(json)) do
    restore(w, want)
  end
  return functions.reply('ok')
end)
