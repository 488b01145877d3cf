-- replan: gives contacts the places that a changed configuration says: requirement, relaxation, units, age, due time
-- and overflow timer. A contact that waits changes lines with its original age, and is offered as if it had just come;
-- an offer that its new place forbids is taken back. A contact that an agent serves stays there, and has the new place
-- if it waits again. A contact that has the place already is left alone.
-- Arguments: contacts as a JSON list: of each what enqueue takes, with warm and transfer for the place beside its own;
--            overflow_at is false where no rule is left, and absent where the timer stays as it is.
-- Returns:   'ok', places = of each, in order: 'waits' or 'served' if it has the place now; 'elsewhere' if it is on
--            another rung, in another queue, or has ended, 'unknown'; changed = how many were journalled.
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
local function differences(place, want, waits)
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
    return one and (waits and clocks.due(place, one.after_ms) <= w.now or one.after_ms <= waited)
  end
  while is_due(steps[step + 1]) do
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

local function time_overflow(w, contact, place, at, waits)
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

local function is_in_line(contact)
  return contact.state == 'queued' or (contact.transfer == 'queue' and not contact.offer)
end

-- Tells whether the agent for whom a contact is held, or to whom it is offered, may have it at its new place.
local function may_have(w, contact, name)
  local agent = agents.load(w, name)
  return agent and signatures.able(signatures.read(agent.signature), lines.read(places.of(contact).line))
end

local function stand_again(w, contact, held_for, held_until)
  if held_for and may_have(w, contact, held_for) then
    lines.keep_for(w, contact, agents.load(w, held_for), held_until)
  else
    lines.join(w, contact)
  end
end

local function change_place(w, contact, place, want, new, waits)
  local moves = new.requirement or new.relaxation or new.units
  local in_line = waits and is_in_line(contact) and (moves or new.age)
  local held_for = in_line and contact.held_for
  local held_until = held_for and tonumber(redis.call('ZSCORE', workspace.key(w, 'timers'), 'held:' .. contact.id))
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
  end
end

-- Takes back the offer of a changed place to an agent who may not have it any more, or who would give it other units.
-- Returns that agent.
local function revoke(w, contact, place, new)
  local offered = contact.offer and place == places.of(contact)
  if offered and (new.units or not may_have(w, contact, contact.second or contact.agent)) then
    return endings.revoke_offer(w, contact, 'replanned')
  end
end

-- Returns the place that is meant, and where the contact is, as a word.
local function find(contact, want)
  if not contact then
    return nil, 'unknown'
  end
  if want.warm then
    local there = contact.to_line and contact.transfer_id == want.transfer
    return there and places.beside(contact), there and 'waits' or 'elsewhere'
  end
  local here = contact.rung == want.rung and contact.queue == want.queue
  if not here or contact.state == 'wrapping_up' or contacts.FINAL[contact.state] then
    return nil, 'elsewhere'
  end
  return contact, contact.state == 'assigned' and 'served' or 'waits'
end

-- Offers contacts that wait, oldest first. Where one of a line finds nobody, neither does another.
local function match_all(w, waiting_ones)
  local in_vain = {}
  contacts.sort(waiting_ones)
  for _, contact in ipairs(waiting_ones) do
    local line = places.of(contact).line
    if is_in_line(contact) and not in_vain[line] then
      matching.match_contact(w, contact)
      local has_let_go = (contact.shunned or 0) > 0
      in_vain[line] = is_in_line(contact) and not contact.held_for and not has_let_go
    end
  end
end

functions.transition('replan', function(w, json)
  local found, changed, freed = {}, {}, {}
  for i, want in ipairs(cjson.decode(json)) do
    local contact = contacts.load(w, want.id)
    local place, where = find(contact, want)
    found[i] = where
    if place then
      local waits = where == 'waits'
      local new = differences(place, want, waits)
      time_overflow(w, contact, place, want.overflow_at, waits)
      if #new > 0 then
        change_place(w, contact, place, want, new, waits)
        changed[#changed + 1] = contact
        freed[#freed + 1] = revoke(w, contact, place, new)
      end
    end
  end
  match_all(w, changed)
  for _, agent in ipairs(freed) do
    matching.match_agent(w, agent)
  end
  return functions.reply('ok', { places = found, changed = #changed })
end)
