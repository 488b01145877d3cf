-- beat: a process says that it is there, or that it leaves. It concerns no workspace, but a place of its own.
-- Arguments: the process, for how many ms its word counts (0: it leaves).
-- Returns:   'ok', processes = those that are there, in the order of their names.
functions.preparation('beat', function(w, process, counts_ms)
  local key = w.key.processes
  redis.call('ZREMRANGEBYSCORE', key, '-inf', w.now)
  if counts_ms == '0' then
    redis.call('ZREM', key, process)
  else
    redis.call('ZADD', key, w.now + counts_ms, process)
  end
  local there = redis.call('ZRANGE', key, 0, -1)
  table.sort(there)
  return functions.reply('ok', { processes = there })
end)
