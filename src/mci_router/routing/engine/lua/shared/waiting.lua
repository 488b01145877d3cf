-- How a contact begins and ends to wait: it asks for less where no signed-in agent could ever serve it, and its
-- preferred agent may take it first.

local function agent_able(agent, contact)
  return signatures.able(signatures.read(agent.signature), lines.read(contact.line))
end

-- Returns why a contact cannot be offered to an agent, as a word, or nil. `now`: the agent must have room. `may_have`
-- tells whether the agent may be given it just now: by itself only one who works.
function waiting.why_not(w, contact, agent, now, may_have)
  if not agent then
    return 'unknown'
  end
  if not agent_able(agent, contact) then
    return 'unable'
  end
  if not (may_have or agents.working)(agent) then
    return 'not_working'
  end
  if now and not agents.has_room(agent, contact, contacts.is_live(w, contact)) then
    return 'no_room'
  end
end

function waiting.next_step(contact)
  local place = places.of(contact)
  return place.steps and texts.json(place.steps)[place.step + 1]
end

-- Takes the next step of a contact's relaxation. In line, it changes to another line with its original age.
function waiting.relax(w, contact, in_line)
  local step, place = waiting.next_step(contact), places.of(contact)
  if in_line then
    lines.leave(w, contact)
  end
  lines.ensure(w, step.line)
  records.change(place, 'line', step.line)
  records.change(place, 'step', place.step + 1)
  if in_line then
    lines.join(w, contact)
  end
  local following = waiting.next_step(contact)
  if following then
    timers.set(w, 'relax', contact.id, clocks.due(place, following.after_ms))
  else
    timers.clear(w, 'relax', contact.id)
  end
  local event = following and 'contact.relaxed' or 'contact.relaxed_fully'
  journal.append_contact(w, contact, event, { line = place.line, step = place.step })
end

-- Skips the steps that no signed-in agent could serve, unless that is so for all.
function waiting.skip_unstaffed(w, contact, in_line)
  local place = places.of(contact)
  local steps = place.steps and texts.json(place.steps) or {}
  if #steps == place.step or lines.staffed(w, place.line) > 0 then
    return
  end
  for step = place.step + 1, #steps do
    lines.ensure(w, steps[step].line)
    if lines.staffed(w, steps[step].line) > 0 then
      while place.step < step do
        waiting.relax(w, contact, in_line)
      end
      return
    end
  end
end

-- Starts the relaxation of a contact that is about to be put in line.
function waiting.start_relaxing(w, contact)
  local place = places.of(contact)
  lines.ensure(w, place.line)
  local first = waiting.next_step(contact)
  if first then
    timers.set(w, 'relax', contact.id, clocks.due(place, first.after_ms))
    waiting.skip_unstaffed(w, contact, false)
  end
end

-- Offers a contact to its preferred agent, or holds it for that agent until a time. Returns false if neither can be.
function waiting.tried_preferred(w, contact, name, until_ms)
  local agent = name and agents.load(w, name)
  if not agent or waiting.why_not(w, contact, agent) or until_ms <= w.now or not queues.is_open(w, contact.queue) then
    return false
  end
  local room = agents.has_room(agent, contact, contacts.is_live(w, contact))
  if room and not agent.aside then
    matching.make_offer(w, contact, agent, { why = 'preferred' })
  else
    lines.keep_for(w, contact, agent, until_ms)
  end
  return true
end

-- Holds a chat in its first queue that nobody was offered while its customer's first messages are gathered: one that
-- was in a queue before has said what it is about. Returns whether it does. Its preferred agent comes first afterwards.
function waiting.gathers(w, contact, preferred, preferred_until)
  local gather_ms = queues.settings(w, contact.queue).gather_ms or 0
  local until_ms = contact.entered_at + gather_ms
  local fresh = contact.segment == 1 and (contact.segment_offers or 0) == 0
  local fits = contact.channel == 'chat' and not contact.urgent and fresh
  if gather_ms == 0 or not fits or until_ms <= w.now then
    return false
  end
  lines.keep_for(w, contact, nil, until_ms)
  records.change(contact, 'preferred', preferred or false)
  records.change(contact, 'preferred_until', preferred and preferred_until or false)
  return true
end

-- Lets a contact go on whose time beside its line is over.
function waiting.go_on(w, contact)
  local gathered = contact.held_for == lines.NOBODY
  local preferred, until_ms = contact.preferred, tonumber(contact.preferred_until or 0)
  lines.release(w, contact)
  if gathered and preferred then
    records.change(contact, 'preferred', false)
    records.change(contact, 'preferred_until', false)
    if waiting.tried_preferred(w, contact, preferred, until_ms) then
      return
    end
  end
  waiting.wait_or_match(w, contact)
end

-- Offers a contact that waits nowhere if an agent is there for it, or puts it in its line. Deferrable work that was
-- held back in the line goes before it.
function waiting.wait_or_match(w, contact)
  local line = places.of(contact).line
  lines.ensure(w, line)
  local agent = contacts.is_live(w, contact) and matching.agent_now(w, contact)
  if agent then
    matching.make_offer(w, contact, agent)
  else
    lines.join(w, contact)
    if not contacts.is_live(w, contact) then
      matching.match_line(w, line)
    end
  end
end

-- Has a contact looked at that comes back to the line of a queue which has closed: the queue's policy decides.
function waiting.look_if_closed(w, contact)
  if not queues.is_open(w, places.of(contact).queue) then
    timers.set(w, 'overflow', contact.id, w.now)
  end
end

-- Starts again for a contact that was served already: it relaxes further, and its queue's overflow rules hold for it.
function waiting.wait_again(w, contact)
  waiting.start_relaxing(w, contact)
  if contact.overflows then
    timers.set(w, 'overflow', contact.id, w.now)
  end
  waiting.look_if_closed(w, contact)
end

-- Takes a waiting contact from where it waits.
function waiting.stop(w, contact)
  if contact.held_for then
    lines.release(w, contact)
  else
    lines.leave(w, contact)
  end
end

-- Notes something about a contact that waits or is offered. Replies 'unknown', 'wrong_state' or 'ok'.
function waiting.note(w, id, note)
  local contact = contacts.load(w, id)
  if not contact then
    return functions.reply('unknown')
  end
  if contact.state ~= 'queued' and contact.state ~= 'offered' then
    return contacts.reply(contact, 'wrong_state')
  end
  note(contact)
  return contacts.reply(contact)
end

-- Moves the contacts that were held for an agent to their lines, and adds them to a list.
function waiting.release_held(w, agent, back)
  if agent.held_contacts == 0 then
    return
  end
  for _, id in ipairs(redis.call('ZRANGE', w.keys.held[agent._name], 0, -1)) do
    local contact = contacts.load(w, id)
    lines.release(w, contact)
    lines.join(w, contact)
    back[#back + 1] = contact
  end
end
