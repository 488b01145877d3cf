-- line_figures: reads what the expected wait in a line is calculated from. Changes nothing.
-- Arguments: queue, line, contact id or ''; and, for a contact that is to come, the agent who may take it first, and
--            for how many ms it would be held for that agent.
-- Returns:   'ok' with ahead, waiting (in the line), queue_waiting, servers, ready, staffed, handle_ms,
--            abandoned_per_s, head_wait_ms, last_waits_ms; and of a contact that is held for an agent first held_ms,
--            for how long still, and agent_ms, until that agent is expected to be free.
-- Routers of the version before call it. This one's call figures_of_lines: where the library is the former one, it has
-- no function of that name, and is replaced.
--
-- figures_of_lines: the same of several lines, by one call.
-- Arguments: lists of what line_figures takes, as a JSON list.
-- Returns:   'ok' with replies: of each, in order, what line_figures would have replied.
local LEAST_LEFT = 0.25 -- of the handle time

local function slots(signature, line)
  local read = signatures.read(signature)
  local limit = math.min(read.channels[line.channel] or 0, read.queues[line.queue] or math.huge)
  return math.min(limit, math.floor(read.units / line.units))
end

-- The slots of the signed-in agents who can serve the line, each shared between the non-empty lines that its agent
-- serves. Second: how many these agents are.
local function servers_of(w, line)
  local found, counted = standing.able_in(w, 'staffed', line.id)
  local servers, people = 0, 0
  for _, signature in ipairs(found) do
    local number, served = counted[signature], lines.with_contacts(w, signature)
    servers, people = servers + number * slots(signature, line) / math.max(1, #served), people + number
  end
  return servers, people
end

local function ready_for(w, line)
  local ready = #choosing_agents.candidates(w, 'idle', line)
  for _, signature in ipairs(choosing_agents.candidates(w, 'busy:' .. line.channel, line)) do
    ready = ready + redis.call('EXISTS', standing.set_for(w, signature, 'busy', line).key)
  end
  return ready
end

local function abandoned_per_s(w, queue)
  local fields = { 'abandoned_short', 'abandoned_in_time', 'abandoned_late', 'wait_sum_ms' }
  local counts = redis.call('HMGET', w.keys.queue[queue], unpack(fields))
  local abandoned = (counts[1] or 0) + (counts[2] or 0) + (counts[3] or 0)
  return abandoned / math.max(1, (tonumber(counts[4]) or 0) / 1000)
end

-- The ms that the first contact of a line has waited in its queue.
local function head_wait(w, line)
  local id = lines.first(w, line)
  local contact = id and contacts.load(w, id)
  return contact and clocks.waited(w, contact) + (contact.queue_waited or 0) or 0
end

-- The contacts of a line that are served before one.
local function ahead_of(w, line, contact)
  local rank = contact and redis.call('ZRANK', w.keys.line[line], contact.id)
  if contact and not rank then
    local age = places.of(contact).age
    return age and redis.call('ZCOUNT', w.keys.line[line], '-inf', '(' .. string.format('%.0f', age)) or nil
  end
  return rank or nil
end

-- For how long a contact is still held for an agent, and when that agent is expected to be free: not before a part of a
-- contact's time has passed, however long it takes already.
local function held(w, contact, handle_ms)
  if not (contact and contact.held_for) or contact.held_for == lines.NOBODY then
    return nil, nil
  end
  local agent = agents.load(w, contact.held_for)
  local until_ms = tonumber(redis.call('ZSCORE', w.key.timers, 'held:' .. contact.id) or w.now)
  local free_in = agent and agent.free_at and agent.free_at - w.now or 0
  return math.max(0, until_ms - w.now), math.max(free_in, handle_ms * LEAST_LEFT)
end

-- The same for a contact that is to come: 0 and 0 if its preferred agent takes it at once.
local function would_be_held(w, line, name, hold_ms, handle_ms)
  local agent = name and name ~= '' and agents.load(w, name)
  if not agent or not queues.is_open(w, line.queue) or waiting.why_not(w, { line = line.id }, agent) then
    return nil, nil
  end
  local live = not queues.settings(w, line.queue).deferrable
  if agents.has_room(agent, line, live) and not agent.aside then
    return 0, 0
  end
  return tonumber(hold_ms), math.max((agent.free_at or 0) - w.now, handle_ms * LEAST_LEFT)
end

local function reply_of(w, queue, id, contact_id, preferred, hold_ms)
  local line = lines.read(id)
  lines.ensure(w, id)
  local contact = contact_id ~= '' and contacts.load(w, contact_id)
  local in_line = redis.call('ZCARD', w.keys.line[id])
  local performance = queues.performance(w, queue)
  local servers, people = servers_of(w, line)
  local held_ms, agent_ms = held(w, contact, performance.handle_ms)
  if not contact then
    held_ms, agent_ms = would_be_held(w, line, preferred, hold_ms, performance.handle_ms)
  end
  return functions.reply('ok', {
    ahead = ahead_of(w, id, contact) or in_line,
    waiting = in_line,
    queue_waiting = tonumber(redis.call('HGET', w.keys.queue[queue], 'waiting') or 0),
    servers = servers,
    ready = ready_for(w, line),
    staffed = people,
    handle_ms = performance.handle_ms,
    abandoned_per_s = abandoned_per_s(w, queue),
    head_wait_ms = head_wait(w, id),
    held_ms = held_ms,
    agent_ms = agent_ms,
    last_waits_ms = #performance.waits > 0 and performance.waits or nil,
  })
end

functions.transition('line_figures', reply_of)

functions.transition('figures_of_lines', function(w, json)
  local replies = {}
  for i, asked in ipairs(cjson.decode(json)) do
    replies[i] = reply_of(w, unpack(asked))
  end
  return functions.replies(replies)
end)
