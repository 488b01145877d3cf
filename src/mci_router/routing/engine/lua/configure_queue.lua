-- configure_queue: makes a queue known, or changes it. An older revision never overwrites a newer one.
-- Arguments: queue, revision, settings as JSON: target_ms, goal, weight, position, deferrable, interruptible,
--            agent_choice, offer_timeout_ms, auto_accept_ms (none: by hand), wrap_up_ms (-1: until the agent ends it),
--            handle_ms (until measured), return_ms (for how long a parked contact waits for its agent first),
--            inactivity_ms (0: it is parked for as long as its customer is silent), most_wrap_up_ms (for how long a
--            wrap-up may be made to last), gather_ms (for how long a chat is not offered after it entered).
-- Returns:   'ok' or 'stale'.
local function sort_lines(w, name, deferrable)
  local change = deferrable and kept.remove or kept.add
  for _, line in ipairs(kept.list(w, w.key.lines)) do
    if lines.read(line).queue == name then
      change(w, w.key.live_lines, line)
      lines.watch_reserve(w, line)
      if w.built then
        matching.match_line(w, line)
      end
    end
  end
end

-- When a contact must be served depends on the target.
local function watch_lines(w, name)
  for _, line in ipairs(kept.list(w, w.key.lines)) do
    local _, age = lines.first(w, line)
    if age and lines.read(line).queue == name then
      setting_aside.watch(w, line, age)
    end
  end
end

functions.preparation('configure_queue', function(w, name, revision, json)
  local before = queues.settings(w, name)
  if before.revision > tonumber(revision) then
    return functions.reply('stale')
  end
  local settings = cjson.decode(json)
  settings.revision = tonumber(revision)
  redis.call('HSET', w.key.queue_settings, name, cjson.encode(settings))
  queues.stamp(w)
  if (before.deferrable or false) ~= (settings.deferrable or false) then
    sort_lines(w, name, settings.deferrable)
  end
  if before.target_ms ~= settings.target_ms then
    watch_lines(w, name)
  end
  return functions.reply('ok')
end)
