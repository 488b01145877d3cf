-- Lines: where contacts wait, oldest first. A line is the queue, channel, units and exact skills that a contact wants,
-- of which there may be alternatives (a queue widened to another): `queue|channel|units|skill:least,…/skill:least,…`.
-- All its contacts are interchangeable.
-- `heads` has the age of each open line's first contact, so that lines are compared without being read.
-- A contact that waits for one agent first, or whose messages are gathered, is held beside its line.
-- `due` of a queue has the due time of each contact that waits there, in line or held, and `waits` the score of its
-- clock: so late ones are counted, and the longest wait is found, without a scan.

local LINE_MEMORY_MS = 7200000 -- longer than any offer, whose contact may come back to an empty line
local SELDOM_MS = 600000 -- that much longer, so that not every contact sets the timer
local RESERVE_CHECK_MS = 5000 -- how often the engine looks again at deferrable work that was held back

-- An urgent contact has a credit of this much more age than any wait: every line knows it by that.
local URGENT_MS = 1000000000000

-- For whom a contact is held whose messages are gathered: no agent has such a name.
lines.NOBODY = '-'

local read_before = { size = 0, meanings = {} }

local function parse(text)
  local queue, channel, units, wants = text:match('^([^|]*)|([^|]*)|(%d+)|(.*)$')
  local line = { id = text, queue = queue, channel = channel, units = tonumber(units), alternatives = {}, met = {} }
  for one in (wants .. '/'):gmatch('([^/]*)/') do
    line.alternatives[#line.alternatives + 1] = signatures.levels(one)
  end
  return line
end

-- Returns what a line's text says: id, queue, channel, units, alternatives (each {skill: least proficiency}), and met,
-- which notes for `signatures.met` what it has found out.
function lines.read(text)
  return read_before.meanings[text] or texts.meaning(read_before, text, parse)
end

-- Keeps a line known for a while, though it may be empty: contacts that are served at once never wait in it.
function lines.keep(w, line)
  local due = w.kept.line_timers[line]
  if not due or due < w.now + LINE_MEMORY_MS then
    kept.change(w)
    w.kept.line_timers[line] = w.now + LINE_MEMORY_MS + SELDOM_MS
    timers.set(w, 'line', line, w.now + LINE_MEMORY_MS + SELDOM_MS)
  end
end

-- Makes a line known. Idempotent.
function lines.ensure(w, line)
  if not kept.add(w, w.key.lines, line) then
    return
  end
  lines.keep(w, line)
  if not queues.settings(w, lines.read(line).queue).deferrable then
    kept.add(w, w.key.live_lines, line)
  end
  for _, signature in ipairs(kept.list(w, w.key.signatures)) do
    signatures.pair(w, signature, line)
  end
  setting_aside.look_again(w)
end

-- Forgets a line that is empty.
function lines.drop(w, line)
  kept.change(w)
  w.kept.line_timers[line] = nil
  if redis.call('EXISTS', w.keys.line[line]) == 1 then
    return
  end
  for _, signature in ipairs(kept.list(w, w.keys.line_signatures[line])) do
    kept.remove(w, w.keys.signature_lines[signature], line)
  end
  kept.remove_all(w, w.keys.line_signatures[line])
  kept.remove(w, w.key.lines, line)
  kept.remove(w, w.key.live_lines, line)
  redis.call('SREM', w.key.lacking, line)
end

-- Returns the age of a contact that becomes urgent.
function lines.before_all(age)
  return age - URGENT_MS
end

function lines.is_urgent(waited)
  return waited >= URGENT_MS / 2
end

-- Returns the contacts of a line that are urgent.
function lines.urgent(w, line)
  return redis.call('ZRANGE', w.keys.line[line], '-inf', w.now - URGENT_MS / 2, 'BYSCORE')
end

-- Returns the first contact of a line and its age, or nil.
function lines.first(w, line)
  local head = redis.call('ZRANGE', w.keys.line[line], 0, 0, 'WITHSCORES')
  return head[1], tonumber(head[2])
end

-- Returns the open lines that agents of a signature could serve and that have contacts, in order.
function lines.with_contacts(w, signature)
  local heads, found = kept.scores(w, w.key.heads), {}
  for _, line in ipairs(kept.list(w, w.keys.signature_lines[signature])) do
    if heads[line] then
      found[#found + 1] = lines.read(line)
    end
  end
  return found
end

-- Updates `heads` when the first contact of a line has changed, or its queue has opened or closed. Returns the age of
-- the first contact.
function lines.show_head(w, line)
  local _, age = lines.first(w, line)
  local shown = age and queues.is_open(w, lines.read(line).queue)
  kept.score(w, w.key.heads, line, shown and age or nil)
  return age
end

function lines.watch_reserve(w, line)
  if queues.settings(w, lines.read(line).queue).deferrable then
    timers.start(w, 'reserve', line, w.now + RESERVE_CHECK_MS)
  end
end

-- Adds a contact, by its place, to those that wait in a queue, or notes that its due time is another.
function lines.note_wait(w, place, id)
  redis.call('ZADD', w.keys.due[place.queue], place.due_at, id)
  redis.call('ZADD', w.keys.waits[place.queue], clocks.score(w, place), id)
end

local function begin_wait(w, place, id)
  lines.note_wait(w, place, id)
  counters.add(w, 'queue:' .. place.queue, 'waiting', 1)
end

local function end_wait(w, place, id)
  redis.call('ZREM', w.keys.due[place.queue], id)
  redis.call('ZREM', w.keys.waits[place.queue], id)
  counters.add(w, 'queue:' .. place.queue, 'waiting', -1)
end

function lines.join(w, contact)
  local place = places.of(contact)
  lines.ensure(w, place.line)
  redis.call('ZADD', w.keys.line[place.line], place.age, contact.id)
  begin_wait(w, place, contact.id)
  if queues.is_open(w, place.queue) then
    local heads = w.key.heads
    local first = kept.scores(w, heads)[place.line]
    if not first or place.age < first then
      kept.score(w, heads, place.line, place.age)
    end
    setting_aside.watch(w, place.line, place.age)
    lines.watch_reserve(w, place.line)
  end
end

function lines.leave(w, contact)
  local place = places.of(contact)
  redis.call('ZREM', w.keys.line[place.line], contact.id)
  end_wait(w, place, contact.id)
  setting_aside.note_left(w, place.line)
  if not lines.show_head(w, place.line) then
    lines.keep(w, place.line)
  end
end

-- Keeps a contact for one agent until a time, beside its line; for nobody without an agent.
function lines.keep_for(w, contact, agent, until_ms)
  if agent then
    redis.call('ZADD', w.keys.held[agent._name], contact.age, contact.id)
    agents.update(w, agent, { held_contacts = agent.held_contacts + 1 })
  end
  records.change(contact, 'held_for', agent and agent._name or lines.NOBODY)
  begin_wait(w, contact, contact.id)
  timers.set(w, 'held', contact.id, until_ms)
end

function lines.release(w, contact)
  local agent = contact.held_for ~= lines.NOBODY and agents.load(w, contact.held_for)
  if contact.held_for ~= lines.NOBODY then
    redis.call('ZREM', w.keys.held[contact.held_for], contact.id)
  end
  if agent then
    agents.update(w, agent, { held_contacts = agent.held_contacts - 1 })
  end
  records.change(contact, 'held_for', false)
  end_wait(w, contact, contact.id)
  timers.clear(w, 'held', contact.id)
end

-- Tells whether any signed-in agent could serve a line.
function lines.is_staffed(w, line)
  return #standing.able_in(w, 'staffed', line) > 0
end

-- Returns how many signed-in agents could serve a line.
function lines.staffed(w, line)
  return standing.number_in(w, 'staffed', line)
end
