-- Replacing a contact's place by the one that a changed configuration says: what is new about it, and what follows for
-- its line, its timers and its offer. `waits`: it waits there, or is offered; else an agent serves it.

local function steps_of(place)
  return place.steps and texts.json(place.steps) or {}
end

local function same_steps(before, after)
  for i = 1, math.max(#before, #after) do
    local one, other = before[i], after[i]
    if not one or not other or one.line ~= other.line or one.after_ms ~= other.after_ms then
      return false
    end
  end
  return true
end

local function wants_of(line)
  return line:match('^[^|]*|[^|]*|%d+|(.*)$')
end

-- Returns what is new about a place, as words. What it asked before it relaxed does not count any more.
function replacing.differences(place, want, waits)
  local new, overflow = {}, want.overflow_at
  local function compare(word, differs)
    if differs then
      new[#new + 1], new[word] = word, true
    end
  end
  compare('requirement', place.step == 0 and wants_of(place.line) ~= wants_of(want.line))
  compare('relaxation', not same_steps(steps_of(place), want.steps or {}))
  compare('units', place.units ~= want.units)
  compare('age', waits and place.age ~= want.age)
  compare('due_at', waits and place.due_at ~= want.due_at)
  compare('overflow', overflow ~= nil and (place.overflows ~= nil) ~= (overflow ~= false))
  return new
end

-- Goes as far along the new relaxation as the contact has waited. The next step is timed while it waits.
local function relax(w, contact, place, want, waits)
  local steps, step, line = want.steps or {}, 0, want.line
  local waited = (place.queue_waited or 0) + (place.segment_waited or 0)
  local function is_due(one)
    if waits then
      return clocks.due(place, one.after_ms) <= w.now
    end
    return one.after_ms <= waited
  end
  while steps[step + 1] and is_due(steps[step + 1]) do
    step = step + 1
    line = steps[step].line
  end
  lines.ensure(w, line)
  records.change(place, 'steps', want.steps and cjson.encode(want.steps))
  records.change(place, 'step', step)
  records.change(place, 'line', line)
  records.change(place, 'units', want.units)
  if waits then
    timers.clear(w, 'relax', contact.id)
  end
  if waits and steps[step + 1] then
    timers.set(w, 'relax', contact.id, clocks.due(place, steps[step + 1].after_ms))
  end
end

function replacing.time_overflow(w, contact, place, at, waits)
  if at == nil then
    return
  end
  records.change(place, 'overflows', at and '1')
  if waits and at then
    timers.set(w, 'overflow', contact.id, at)
  elseif waits then
    timers.clear(w, 'overflow', contact.id)
  end
end

function replacing.is_in_line(contact)
  return contact.state == 'queued' or (contact.transfer == 'queue' and not contact.offer)
end

-- Tells whether the agent for whom a contact is held, or to whom it is offered, may have it at its new place.
local function may_have(w, contact, name)
  local agent = agents.load(w, name)
  return agent and signatures.able(signatures.read(agent.signature), lines.read(places.of(contact).line))
end

local function stand_again(w, contact, held_for, held_until)
  if held_for == lines.NOBODY then
    lines.keep_for(w, contact, nil, held_until)
  elseif held_for and may_have(w, contact, held_for) then
    lines.keep_for(w, contact, agents.load(w, held_for), held_until)
  else
    lines.join(w, contact)
  end
end

function replacing.change(w, contact, place, want, new, waits)
  local moves = new.requirement or new.relaxation or new.units
  local in_line = waits and replacing.is_in_line(contact) and (moves or new.age)
  local held_for = in_line and contact.held_for
  local held_until = held_for and tonumber(redis.call('ZSCORE', w.key.timers, 'held:' .. contact.id))
  if in_line then
    waiting.stop(w, contact)
  end
  if moves then
    relax(w, contact, place, want, waits)
  end
  for _, field in ipairs(waits and { 'age', 'due_at', 'target_ms' } or {}) do
    records.change(place, field, want[field])
  end
  journal.append_contact(w, contact, 'contact.replanned', {
    changed = { unpack(new) }, line = place.line, step = place.step, transfer = want.transfer,
  })
  if moves and waits then
    waiting.skip_unstaffed(w, contact, false)
  end
  if in_line then
    stand_again(w, contact, held_for, held_until)
  elseif new.due_at and replacing.is_in_line(contact) then
    lines.note_wait(w, place, contact.id)
  end
end

-- Takes back the offer of a changed place to an agent who may not have it any more, or who would give it other units.
-- Returns that agent.
function replacing.revoke(w, contact, place, new)
  local offered = contact.offer and place == places.of(contact)
  if offered and (new.units or not may_have(w, contact, contact.second or contact.agent)) then
    return endings.revoke_offer(w, contact, 'replanned')
  end
end
