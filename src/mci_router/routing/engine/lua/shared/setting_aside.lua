-- Setting aside: a contact that needs more room than anybody has left would wait for ever while small contacts keep
-- agents partly used. From the moment when it must be served (the starvation bound), an able agent is kept from taking
-- more until it fits: one agent a contact, the one who is expected to be free soonest.
-- An agent is set aside for a line, whose contacts are interchangeable, and takes only what goes before the first of
-- them. In place of `idle` and `busy` the agent is in the sets `aside`, by free units.
-- `aside_for` has the agents of a line, `lacking` the lines that want another one. The field `aside` of the workspace
-- counts them, so that nothing is read while there is none.
-- A line that lacks an agent looks again every second, but not while nobody on duty could be set aside for it whatever
-- ends: then it looks once that has changed.

local CHECK_MS = 1000 -- how often a line looks again for an agent whom it lacks
local MOST = 100 -- contacts of a line that one look takes in

local function bound_ms(w, line)
  return choosing_lines.bound_ms(queues.settings(w, line.queue))
end

-- Has a line looked at by then, unless that is to happen earlier.
local function look_by(w, id, due)
  local set = w.kept.aside_timers[id]
  if not set or due < set then
    timers.hasten(w, 'aside', id, due)
    kept.change(w)
    w.kept.aside_timers[id] = due
  end
end

-- Has a line looked at when a contact of this age must be served. A contact of one unit fits wherever something ends.
function setting_aside.watch(w, id, age)
  local line = lines.read(id)
  if line.units > 1 and not w.settings.plain then
    look_by(w, id, math.max(w.now, age + bound_ms(w, line)))
  end
end

-- Has the lines that lack an agent looked at again: a line has come, or agents who are able to do something else.
function setting_aside.look_again(w)
  w.least_units = {}
  for _, id in ipairs(redis.call('SMEMBERS', w.key.lacking)) do
    look_by(w, id, w.now + CHECK_MS)
  end
end

local function look_at(w, id, due)
  kept.change(w)
  timers.set(w, 'aside', id, due)
  w.kept.aside_timers[id] = due
end

-- Has a line settled before the function ends.
local function settle_later(w, id)
  if not w.noted[id] then
    w.noted[id] = true
    table.insert(w.to_settle, id)
  end
end

-- Notes that a line has one contact less, and may want one agent less.
function setting_aside.note_left(w, id)
  if w.aside > 0 then
    settle_later(w, id)
  end
end

-- Journals a change, and has the agent matched before the function ends.
local function note(w, agent, id, by, event, why)
  workspace.change(w, 'aside', w.aside + by)
  redis.call('HINCRBY', w.key.workspace, 'aside', by)
  journal.append(w, { type = event, agent = agent._name, queue = lines.read(id).queue, line = id, why = why })
  table.insert(w.to_match, agent._name)
end

local function start(w, agent, id)
  redis.call('ZADD', w.keys.aside_for[id], w.now, agent._name)
  agents.update(w, agent, { aside = id, aside_since = w.now })
  note(w, agent, id, 1, 'agent.set_aside')
end

-- Ends it for an agent. Another one is looked for if the line still wants one.
function setting_aside.stop(w, agent, why)
  local id = agent.aside
  redis.call('ZREM', w.keys.aside_for[id], agent._name)
  agents.update(w, agent, { aside = false, aside_since = false })
  note(w, agent, id, -1, 'agent.set_aside_ended', why)
  settle_later(w, id)
end

-- Returns the units of the smallest contact that an agent could take. Where no contact is smaller than those of a line,
-- that line's fit as soon as anything ends, and nobody need be set aside.
local function least_units(w, signature)
  local least = w.least_units[signature]
  if not least then
    least = math.huge
    for _, line in ipairs(kept.list(w, w.keys.signature_lines[signature])) do
      least = math.min(least, lines.read(line).units)
    end
    w.least_units[signature] = least
  end
  return least
end

-- Returns the agent of a line who is expected to be free soonest, of those who serve somebody and are not set aside; or
-- nil, and whether there will be one when something ends.
local function soonest(w, line, contact)
  standing.sync_all(w)
  local staffed, able = standing.able_in(w, 'staffed', line.id), {}
  for _, signature in ipairs(staffed) do
    if least_units(w, signature) < line.units then
      able[#able + 1] = signature
    end
  end
  local name = choosing_agents.soonest(w, able, line, contact)
  return name and agents.load(w, name), #able > 0
end

-- The contacts of a line that must be served, oldest first, and when the next one must be.
local function due(w, line)
  local set, from = w.keys.line[line.id], w.now - bound_ms(w, line)
  if not queues.is_open(w, line.queue) then
    return {}
  end
  local found = redis.call('ZRANGE', set, '-inf', string.format('%.0f', from), 'BYSCORE', 'LIMIT', 0, MOST)
  local following = redis.call('ZRANGE', set, #found, #found, 'WITHSCORES')
  return found, following[2] and math.max(w.now + CHECK_MS, following[2] + bound_ms(w, line))
end

-- Gives a line as many agents as it has contacts that must be served. Looks again when the next one must be, or soon if
-- an agent is lacking.
local function settle(w, id)
  local line, set = lines.read(id), w.keys.aside_for[id]
  local wanting, next_at = due(w, line)
  local have = redis.call('ZCARD', set)
  for _ = #wanting + 1, have do -- who was set aside last is the furthest from being free
    setting_aside.stop(w, agents.load(w, redis.call('ZRANGE', set, 0, 0, 'REV')[1]), 'not_needed')
  end
  for i = have + 1, #wanting do
    local agent, will_be = soonest(w, line, contacts.load(w, wanting[i]))
    if not agent then
      redis.call('SADD', w.key.lacking, id)
      if will_be then
        look_at(w, id, w.now + CHECK_MS)
      end
      return
    end
    start(w, agent, id)
  end
  redis.call('SREM', w.key.lacking, id)
  if next_at then
    look_at(w, id, next_at)
  end
end

-- Looks at a line whose first contact must be served now.
function setting_aside.look(w, id)
  kept.change(w)
  w.kept.aside_timers[id] = nil
  matching.match_line(w, id)
  settle(w, id)
end

-- Sets an agent who is free to take more aside for the lines that want one.
local function settle_lacking(w, agent)
  local able = w.keys.signature_lines[agent.signature]
  local wanting = redis.call('SINTER', w.key.lacking, able)
  table.sort(wanting)
  for _, id in ipairs(wanting) do
    settle(w, id)
  end
end

-- Ends a function: lines that have changed get the agents they want and give up the others, who are matched then.
function setting_aside.finish(w)
  while #w.to_settle + #w.to_match > 0 do
    local id = table.remove(w.to_settle, 1)
    if id then
      w.noted[id] = nil
      settle(w, id)
    else
      local agent = agents.load(w, table.remove(w.to_match, 1))
      if agent and not agent.aside then
        settle_lacking(w, agent)
      end
      if agent then
        matching.match_agent(w, agent)
      end
    end
  end
end
