-- set_open: a queue opens or closes. The contacts of a closed one wait without being offered.
-- Arguments: queue, 'open' or 'closed'.
-- Returns:   'ok' (also if it was so before).
local function lines_of(w, queue)
  local lines = {}
  for _, line in ipairs(redis.call('SMEMBERS', key(w, 'lines'))) do
    if read_line(line).queue == queue then
      lines[#lines + 1] = line
    end
  end
  table.sort(lines)
  return lines
end

preparation('set_open', function(w, queue, state)
  local closed = {}
  for name in pairs(w.closed) do
    closed[name] = true
  end
  closed[queue] = state == 'closed' or nil
  if closed[queue] == w.closed[queue] then
    return say('ok')
  end
  w.closed = closed
  redis.call('HSET', key(w, 'workspace'), 'closed', cjson.encode(closed))
  append(w, { type = state == 'open' and 'queue.opened' or 'queue.closed', queue = queue })
  for _, line in ipairs(lines_of(w, queue)) do
    show_head(w, line)
    if state == 'open' and first_of(w, line) then
      watch_reserve(w, line)
      match_line(w, line)
    end
  end
  return say('ok')
end)
