-- longest_waiting: reads who waits in a queue, in line or held for an agent, the longest wait first. Changes nothing.
-- Arguments: queue, the most to read.
-- Returns:   'ok', contacts = each, followed by since when it has waited (ms), as if in one go.
functions.transition('longest_waiting', function(w, queue, most)
  local found = redis.call('ZRANGE', w.keys.waits[queue], 0, tonumber(most) - 1, 'WITHSCORES')
  for i = 2, #found, 2 do
    found[i] = clocks.since(w, queue, tonumber(found[i]))
  end
  return functions.reply('ok', { contacts = found })
end)
