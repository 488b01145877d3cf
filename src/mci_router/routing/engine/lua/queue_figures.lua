-- queue_figures: reads how every queue does now. Changes nothing.
-- Arguments: none.
-- Returns:   'ok' with at (ms); queues {name: {waiting, late, oldest_at (ms, since when the one waits that has waited
--            longest), level (rolling), counted (contacts that the level is of, older ones for less), closed,
--            unstaffed (contacts that nobody signed in could serve), unservable (that nobody at all could), line (the
--            open one with most contacts), alarms {alarm: since (ms)}, unindexed (contacts that waited before this
--            version came)}}; staffed, idle {signature: agents}.

-- Notes in a queue's figures who waits there.
local function add_waiting(w, name, figures)
  local due, waits = w.keys.due[name], w.keys.waits[name]
  local oldest = tonumber(redis.call('ZRANGE', waits, 0, 0, 'WITHSCORES')[2])
  figures.late = redis.call('ZCOUNT', due, '-inf', '(' .. string.format('%.0f', w.now))
  figures.oldest_at = oldest and clocks.since(w, name, oldest)
end

local function of_queue(w, name, sounding)
  local waiting_now = tonumber(redis.call('HGET', w.keys.queue[name], 'waiting') or 0)
  local indexed = redis.call('ZCARD', w.keys.due[name])
  local level, counted = queues.seen_level(w, queues.performance(w, name))
  local figures = {
    waiting = waiting_now, late = 0, level = level, counted = counted, closed = not queues.is_open(w, name),
    alarms = sounding, unindexed = waiting_now ~= indexed, unstaffed = 0, unservable = 0, most = 0,
  }
  if indexed > 0 then
    add_waiting(w, name, figures)
  end
  return figures
end

local function anybody_able(w, line)
  return #kept.list(w, w.keys.line_signatures[line]) > 0
end

-- Tells whether anybody could ever serve the first contact of a line: now, or once it asks less.
local function servable(w, line)
  if anybody_able(w, line) then
    return true
  end
  local contact = contacts.load(w, (lines.first(w, line)))
  local steps = contact and contact.steps and texts.json(contact.steps) or {}
  for step = (contact and contact.step or 0) + 1, #steps do
    lines.ensure(w, steps[step].line)
    if anybody_able(w, steps[step].line) then
      return true
    end
  end
  return false
end

local function add_line(w, line, queue)
  local number = redis.call('ZCARD', w.keys.line[line])
  if number > queue.most then
    queue.line, queue.most = line, number
  end
  if not lines.is_staffed(w, line) then
    queue.unstaffed = queue.unstaffed + number
    queue.unservable = queue.unservable + (servable(w, line) and 0 or number)
  end
end

local function counted_agents(w, set)
  local found, agents_of = redis.call('ZRANGE', w.keys.standing[set], 0, -1, 'WITHSCORES'), {}
  for i = 1, #found, 2 do
    agents_of[found[i]] = tonumber(found[i + 1])
  end
  return agents_of
end

functions.transition('queue_figures', function(w)
  local names, found, sounding = redis.call('HKEYS', w.key.queue_settings), {}, alarms.sounding(w)
  if #names > 0 then
    queues.load_performances(w, names)
  end
  for _, name in ipairs(names) do
    found[name] = of_queue(w, name, sounding[name])
  end
  for _, line in ipairs(redis.call('ZRANGE', w.key.heads, 0, -1)) do
    local queue = found[lines.read(line).queue]
    if queue then
      add_line(w, line, queue)
    end
  end
  return functions.reply('ok', {
    at = w.now,
    queues = found,
    staffed = counted_agents(w, 'staffed'),
    idle = counted_agents(w, 'idle'),
  })
end)
