-- replan: gives contacts the places that a changed configuration says: requirement, relaxation, units, age, due time
-- and overflow timer. A contact that waits changes lines with its original age, and is offered as if it had just come;
-- an offer that its new place forbids is taken back. A contact that an agent serves stays there, and has the new place
-- if it waits again. A contact that has the place already is left alone.
-- Arguments: contacts as a JSON list: of each what enqueue takes; overflow_at is false where no rule is left, and
--            absent where the timer stays as it is.
-- Returns:   'ok', places = of each contact, in order: 'waits' or 'served' if it has the place now; 'elsewhere' if it is
--            on another rung, in another queue, or has ended, 'unknown'; changed = how many were journalled.
local function steps_of(contact)
  return contact.steps and texts.json(contact.steps) or {}
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

-- Whether it is served. If it is passed on, too, the place beside its own is left as it is.
local function is_served(contact)
  return contact.state == 'assigned' and (not contact.transfer or contact.to_line ~= nil)
end

-- Returns what is new about a contact's place, as words. What it asked before it relaxed does not count any more.
local function differences(contact, want)
  local new, overflow = {}, want.overflow_at
  local function compare(word, differs)
    if differs then
      new[#new + 1], new[word] = word, true
    end
  end
  compare('requirement', contact.step == 0 and wants_of(contact.line) ~= wants_of(want.line))
  compare('relaxation', not same_steps(steps_of(contact), want.steps or {}))
  compare('units', contact.units ~= want.units)
  if not is_served(contact) then
    compare('age', contact.age ~= want.age)
    compare('due_at', contact.due_at ~= want.due_at)
  end
  compare('overflow', overflow ~= nil and (contact.overflows ~= nil) ~= (overflow ~= false))
  return new
end

-- Goes as far along the new relaxation as the contact has waited. Its other steps are timed.
local function relax(w, contact, want)
  local steps, step, line = want.steps or {}, 0, want.line
  while steps[step + 1] and clocks.due(contact, steps[step + 1].after_ms) <= w.now do
    step = step + 1
    line = steps[step].line
  end
  records.change(contact, 'steps', want.steps and cjson.encode(want.steps))
  records.change(contact, 'step', step)
  records.change(contact, 'units', want.units)
  records.change(contact, 'line', line)
  lines.ensure(w, line)
  if is_served(contact) then
    return
  end
  timers.clear(w, 'relax', contact.id)
  if steps[step + 1] then
    timers.set(w, 'relax', contact.id, clocks.due(contact, steps[step + 1].after_ms))
  end
end

local function time_overflow(w, contact, at)
  if at == nil then
    return
  end
  records.change(contact, 'overflows', at and '1')
  if at and not is_served(contact) then
    timers.set(w, 'overflow', contact.id, at)
  elseif not is_served(contact) then
    timers.clear(w, 'overflow', contact.id)
  end
end

local function is_in_line(contact)
  return contact.state == 'queued' or (contact.transfer == 'queue' and not is_served(contact) and not contact.offer)
end

-- Whether the agent for whom a contact is held, or to whom it is offered, may have it at its new place.
local function may_have(w, contact, name)
  local agent = agents.load(w, name)
  return agent and signatures.able(signatures.read(agent.signature), lines.read(contact.line))
end

local function stand_again(w, contact, held_for, held_until)
  if held_for and may_have(w, contact, held_for) then
    lines.keep_for(w, contact, agents.load(w, held_for), held_until)
  else
    lines.join(w, contact)
  end
end

local function change_place(w, contact, want, new)
  local moves = new.requirement or new.relaxation or new.units
  local in_line = is_in_line(contact) and (moves or new.age)
  local held_for = in_line and contact.held_for
  local held_until = held_for and tonumber(redis.call('ZSCORE', workspace.key(w, 'timers'), 'held:' .. contact.id))
  if in_line then
    waiting.stop(w, contact)
  end
  if moves then
    relax(w, contact, want)
  end
  if not is_served(contact) then
    records.change(contact, 'age', want.age)
    records.change(contact, 'due_at', want.due_at)
    records.change(contact, 'target_ms', want.target_ms)
  end
  journal.append_contact(w, contact, 'contact.replanned', {
    changed = { unpack(new) }, line = contact.line, step = contact.step, due_at = contact.due_at,
  })
  if moves and not is_served(contact) then
    waiting.skip_unstaffed(w, contact, false)
  end
  if in_line then
    stand_again(w, contact, held_for, held_until)
  elseif new.due_at and is_in_line(contact) then
    lines.note_wait(w, contact, contact.id)
  end
end

-- Takes back an offer to an agent who may not have it at its new place, or who would give it other units. Returns that
-- agent.
local function revoke(w, contact, new)
  local asked = contact.offer and not is_served(contact) and (contact.second or contact.agent)
  if asked and (new.units or not may_have(w, contact, asked)) then
    return endings.revoke_offer(w, contact, 'replanned')
  end
end

local function place_of(contact, want)
  if not contact then
    return 'unknown'
  end
  local here = contact.rung == want.rung and contact.queue == want.queue
  if not here or contact.state == 'wrapping_up' or contacts.FINAL[contact.state] then
    return 'elsewhere'
  end
  return is_served(contact) and 'served' or 'waits'
end

-- Offers contacts that wait, oldest first. Where one of a line finds nobody, neither does another.
local function match_all(w, waiting_ones)
  local in_vain = {}
  contacts.sort(waiting_ones)
  for _, contact in ipairs(waiting_ones) do
    if is_in_line(contact) and not in_vain[contact.line] then
      matching.match_contact(w, contact)
      local has_let_go = (contact.shunned or 0) > 0 or contact.transfer
      in_vain[contact.line] = is_in_line(contact) and not contact.held_for and not has_let_go
    end
  end
end

functions.transition('replan', function(w, json)
  local found, changed, freed = {}, {}, {}
  for i, want in ipairs(cjson.decode(json)) do
    local contact = contacts.load(w, want.id)
    found[i] = place_of(contact, want)
    if found[i] == 'waits' or found[i] == 'served' then
      local new = differences(contact, want)
      time_overflow(w, contact, want.overflow_at)
      if #new > 0 then
        change_place(w, contact, want, new)
        changed[#changed + 1] = contact
        freed[#freed + 1] = revoke(w, contact, new)
      end
    end
  end
  match_all(w, changed)
  for _, agent in ipairs(freed) do
    matching.match_agent(w, agent)
  end
  return functions.reply('ok', { places = found, changed = #changed })
end)
