-- set_open: opens or closes a queue. The contacts of a closed queue wait without being offered.
-- Arguments: queue, 'open' or 'closed', and the queues, this one or others, whose policy may send those who wait there
--            elsewhere from now on: they are looked at. So are, in any case, urgent contacts of a queue that closes,
--            and those that agents are passing on to it.
-- Returns:   'ok' (also if it was so before).
local AT_ONCE = 1000 -- timers set by one command

local function lines_of(w, queue)
  local found = {}
  for _, line in ipairs(kept.list(w, w.key.lines)) do
    if lines.read(line).queue == queue then
      found[#found + 1] = line
    end
  end
  return found
end

local function look_at(w, ids)
  for from = 1, #ids, AT_ONCE do
    local due = {}
    for i = from, math.min(#ids, from + AT_ONCE - 1) do
      due[#due + 1] = w.now
      due[#due + 1] = 'overflow:' .. ids[i]
    end
    redis.call('ZADD', w.key.timers, unpack(due))
  end
end

-- Returns the contacts that wait in a queue beside their own places.
local function passed_on_to(w, queue)
  local found = {}
  for _, id in ipairs(redis.call('SMEMBERS', w.key.beside)) do
    local contact = contacts.load(w, id)
    if contact and contact.to_queue == queue and not contact.offer then
      found[#found + 1] = id
    end
  end
  return found
end

functions.preparation('set_open', function(w, queue, state, ...)
  local closed = {}
  for name in pairs(w.closed) do
    closed[name] = true
  end
  closed[queue] = state == 'closed' or nil
  if closed[queue] == w.closed[queue] then
    return functions.reply('ok')
  end
  workspace.change(w, 'closed', closed)
  queues.note_closure(w, queue, state == 'closed')
  redis.call('HSET', w.key.workspace, 'closed', cjson.encode(closed))
  journal.append(w, { type = state == 'open' and 'queue.opened' or 'queue.closed', queue = queue })
  for _, line in ipairs(lines_of(w, queue)) do
    local age = lines.show_head(w, line)
    setting_aside.note_left(w, line)
    if state == 'open' and lines.first(w, line) then
      lines.watch_reserve(w, line)
      setting_aside.watch(w, line, age)
      matching.match_line(w, line)
    elseif state == 'closed' then
      look_at(w, lines.urgent(w, line))
    end
  end
  if state == 'closed' then
    look_at(w, passed_on_to(w, queue))
  end
  for _, other in ipairs({ ... }) do
    look_at(w, redis.call('ZRANGE', w.keys.due[other], 0, -1))
  end
  return functions.reply('ok')
end)
