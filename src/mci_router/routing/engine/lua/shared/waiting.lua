-- A contact begins to wait: it asks less once nobody signed in could ever serve it, and its preferred agent may take it first.

-- Whether an agent could serve a contact at all.
local function agent_able(agent, contact)
  return able(read_signature(agent.signature), read_line(contact.line))
end

-- Why a contact cannot be offered to an agent: a word, or nil. `now`: it needs room at once; `by_itself`: the agent asks for it.
local function why_not(w, contact, agent, now, by_itself)
  if not agent then
    return 'unknown'
  end
  if not agent_able(agent, contact) then
    return 'unable'
  end
  if not (by_itself and signed_in(agent) or working(agent)) then
    return 'not_working'
  end
  return now and not has_room(agent, contact.channel, contact.units, is_live(w, contact)) and 'no_room' or nil
end

local function next_step(contact)
  return contact.steps and decoded(contact.steps)[contact.step + 1]
end

-- Takes the next step of its queue's relaxation. A contact that stands in line changes to another, with its original age.
local function relax(w, contact, in_line)
  local step = next_step(contact)
  if in_line then
    leave_line(w, contact)
  end
  ensure_line(w, step.line)
  change(contact, 'line', step.line)
  change(contact, 'step', contact.step + 1)
  if in_line then
    join_line(w, contact)
  end
  local following = next_step(contact)
  if following then
    set_timer(w, 'relax', contact.id, contact.enqueued_at + following.after_ms)
  else
    clear_timer(w, 'relax', contact.id)
  end
  tell(w, contact, following and 'contact.relaxed' or 'contact.relaxed_fully', { line = contact.line, step = contact.step })
end

-- Skips steps that nobody signed in could serve, unless none could serve any.
local function skip_unstaffed(w, contact, in_line)
  local steps = contact.steps and decoded(contact.steps) or {}
  if #steps == contact.step or staffed(w, contact.line) > 0 then
    return
  end
  for step = contact.step + 1, #steps do
    ensure_line(w, steps[step].line)
    if staffed(w, steps[step].line) > 0 then
      while contact.step < step do
        relax(w, contact, in_line)
      end
      return
    end
  end
end

-- Called before the contact is put in line.
local function start_relaxing(w, contact)
  ensure_line(w, contact.line)
  local first = next_step(contact)
  if first then
    set_timer(w, 'relax', contact.id, contact.enqueued_at + first.after_ms)
    skip_unstaffed(w, contact, false)
  end
end

-- Whether the contact was offered to its preferred agent, or waits for that one.
local function tried_preferred(w, contact, name, until_ms)
  local agent = name and load_agent(w, name)
  if not agent or not working(agent) or not agent_able(agent, contact) or until_ms <= w.now or not is_open(w, contact.queue) then
    return false
  end
  if has_room(agent, contact.channel, contact.units, is_live(w, contact)) then
    make_offer(w, contact, agent, { why = 'preferred' })
  else
    hold_for(w, contact, agent, until_ms)
  end
  return true
end

-- A contact that waits nowhere is offered if somebody is there for it, else it joins its line. Deferrable work that is held back goes
-- before what comes later.
local function wait_or_match(w, contact)
  ensure_line(w, contact.line)
  local agent = is_live(w, contact) and agent_now(w, contact)
  if agent then
    make_offer(w, contact, agent)
  else
    join_line(w, contact)
    if not is_live(w, contact) then
      match_line(w, contact.line)
    end
  end
end

-- What was served already waits again: it goes on relaxing, and its queue's overflow rules hold again.
local function wait_again(w, contact)
  start_relaxing(w, contact)
  if contact.overflows then
    set_timer(w, 'overflow', contact.id, w.now)
  end
end

-- Notes something about a contact that waits or is offered, and answers as the function does: 'unknown', 'wrong_state' or 'ok'.
local function about_waiting(w, id, note)
  local contact = load_contact(w, id)
  if not contact then
    return say('unknown')
  end
  if contact.state ~= 'queued' and contact.state ~= 'offered' then
    return told(contact, 'wrong_state')
  end
  note(contact)
  return told(contact)
end

-- Whoever was held for an agent joins the line; the oldest is matched first.
local function release_held(w, agent)
  if agent.held_contacts == 0 then
    return
  end
  for _, id in ipairs(redis.call('ZRANGE', key(w, 'held', agent._name), 0, -1)) do
    local contact = load_contact(w, id)
    end_hold(w, contact)
    wait_or_match(w, contact)
  end
end
