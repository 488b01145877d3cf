-- set_open: opens or closes a queue. The contacts of a closed queue wait without being offered.
-- Arguments: queue, 'open' or 'closed'.
-- Returns:   'ok' (also if it was so before).
local function lines_of(w, queue)
  local found = {}
  for _, line in ipairs(kept.list(w, w.key.lines)) do
    if lines.read(line).queue == queue then
      found[#found + 1] = line
    end
  end
  return found
end

functions.preparation('set_open', function(w, queue, state)
  local closed = {}
  for name in pairs(w.closed) do
    closed[name] = true
  end
  closed[queue] = state == 'closed' or nil
  if closed[queue] == w.closed[queue] then
    return functions.reply('ok')
  end
  w.closed = closed
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
    end
  end
  return functions.reply('ok')
end)
