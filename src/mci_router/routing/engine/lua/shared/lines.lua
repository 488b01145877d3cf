-- Lines: where contacts wait, oldest first. A line is the queue, channel, units and exact skills that a contact wants,
-- of which there may be alternatives (a queue widened to another): `queue|channel|units|skill:least,…/skill:least,…`.
-- All its contacts are interchangeable.
-- `heads` has the age of each open line's first contact, so that lines are compared without being read.
-- A contact that waits for one agent first is held beside its line.

local LINE_MEMORY_MS = 7200000 -- longer than any offer, whose contact may come back to an empty line
local RESERVE_CHECK_MS = 5000 -- how often the engine looks again at deferrable work that was held back

-- An urgent contact has a credit of this much more age than any wait: every line knows it by that. Figures leave the
-- credit out.
local URGENT_MS = 1000000000000

local read_before = { size = 0, meanings = {} }

local function parse(text)
  local queue, channel, units, wants = text:match('^([^|]*)|([^|]*)|(%d+)|(.*)$')
  local line = { id = text, queue = queue, channel = channel, units = tonumber(units), alternatives = {} }
  for one in (wants .. '/'):gmatch('([^/]*)/') do
    line.alternatives[#line.alternatives + 1] = signatures.levels(one)
  end
  return line
end

-- Returns what a line's text says: id, queue, channel, units, alternatives (each {skill: least proficiency}).
function lines.read(text)
  return read_before.meanings[text] or texts.meaning(read_before, text, parse)
end

-- Keeps a line known for a while, though it may be empty: contacts that are served at once never wait in it.
function lines.keep(w, line)
  timers.set(w, 'line', line, w.now + LINE_MEMORY_MS)
end

-- Makes a line known. Idempotent.
function lines.ensure(w, line)
  if redis.call('SADD', workspace.key(w, 'lines'), line) == 0 then
    return
  end
  lines.keep(w, line)
  if not queues.settings(w, lines.read(line).queue).deferrable then
    redis.call('SADD', workspace.key(w, 'live_lines'), line)
  end
  for _, signature in ipairs(redis.call('SMEMBERS', workspace.key(w, 'signatures'))) do
    signatures.pair(w, signature, line)
  end
end

-- Forgets a line that is empty.
function lines.drop(w, line)
  if redis.call('EXISTS', workspace.key(w, 'line', line)) == 1 then
    return
  end
  for _, signature in ipairs(redis.call('SMEMBERS', workspace.key(w, 'line_signatures', line))) do
    redis.call('SREM', workspace.key(w, 'signature_lines', signature), line)
  end
  redis.call('DEL', workspace.key(w, 'line_signatures', line))
  redis.call('SREM', workspace.key(w, 'lines'), line)
  redis.call('SREM', workspace.key(w, 'live_lines'), line)
end

function lines.is_urgent(waited)
  return waited >= URGENT_MS / 2
end

function lines.without_credit(waited)
  return lines.is_urgent(waited) and waited - URGENT_MS or waited
end

-- Returns the first contact of a line and its age, or nil.
function lines.first(w, line)
  local head = redis.call('ZRANGE', workspace.key(w, 'line', line), 0, 0, 'WITHSCORES')
  return head[1], tonumber(head[2])
end

-- Updates `heads` when the first contact of a line has changed, or its queue has opened or closed. Returns the age of
-- the first contact.
function lines.show_head(w, line)
  local _, age = lines.first(w, line)
  if age and queues.is_open(w, lines.read(line).queue) then
    redis.call('ZADD', workspace.key(w, 'heads'), age, line)
  else
    redis.call('ZREM', workspace.key(w, 'heads'), line)
  end
  return age
end

function lines.watch_reserve(w, line)
  if queues.settings(w, lines.read(line).queue).deferrable then
    timers.start(w, 'reserve', line, w.now + RESERVE_CHECK_MS)
  end
end

function lines.join(w, contact)
  lines.ensure(w, contact.line)
  redis.call('ZADD', workspace.key(w, 'line', contact.line), contact.age, contact.id)
  counters.add(w, 'queue:' .. contact.queue, 'waiting', 1)
  if queues.is_open(w, contact.queue) then
    if redis.call('ZADD', workspace.key(w, 'heads'), 'LT', 'CH', contact.age, contact.line) == 1 then
      setting_aside.watch(w, contact.line, contact.age)
    end
    lines.watch_reserve(w, contact.line)
  end
end

function lines.leave(w, contact)
  redis.call('ZREM', workspace.key(w, 'line', contact.line), contact.id)
  counters.add(w, 'queue:' .. contact.queue, 'waiting', -1)
  setting_aside.note_left(w, contact.line)
  if not lines.show_head(w, contact.line) then
    lines.keep(w, contact.line)
  end
end

-- Keeps a contact for one agent until a time, beside its line.
function lines.keep_for(w, contact, agent, until_ms)
  redis.call('ZADD', workspace.key(w, 'held', agent._name), contact.age, contact.id)
  agents.update(w, agent, { held_contacts = agent.held_contacts + 1 })
  records.change(contact, 'held_for', agent._name)
  counters.add(w, 'queue:' .. contact.queue, 'waiting', 1)
  timers.set(w, 'held', contact.id, until_ms)
end

function lines.release(w, contact)
  local agent = agents.load(w, contact.held_for)
  redis.call('ZREM', workspace.key(w, 'held', contact.held_for), contact.id)
  if agent then
    agents.update(w, agent, { held_contacts = agent.held_contacts - 1 })
  end
  records.change(contact, 'held_for', false)
  counters.add(w, 'queue:' .. contact.queue, 'waiting', -1)
  timers.clear(w, 'held', contact.id)
end

-- Returns how many signed-in agents could serve a line.
function lines.staffed(w, line)
  local found, total = agents.able_in(w, 'staffed', line), 0
  for i = 2, #found, 2 do
    total = total + found[i]
  end
  return total
end
