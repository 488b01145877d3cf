-- lease_units: takes units of buckets for one process, which spends them by itself. A bucket fills steadily up to its
-- burst; one that nobody has used for an hour is full, and forgotten. It works before the live state is built.
-- Arguments: buckets as JSON, a list of: name, per_s, burst, wanted.
-- Returns:   'ok', granted = the units given of each bucket, left = what it has now: lists in the order of the buckets.
local KEPT_S = 3600

functions.preparation('lease_units', function(w, json)
  local key, granted, left = w.key.rates, {}, {}
  for place, bucket in ipairs(cjson.decode(json)) do
    local level, at = bucket.burst, w.now
    local kept = redis.call('HGET', key, bucket.name)
    if kept then
      local had, since = kept:match('^(%S+) (%d+)$')
      level = math.min(bucket.burst, tonumber(had) + math.max(0, w.now - tonumber(since)) * bucket.per_s / 1000)
      at = math.max(w.now, tonumber(since))
    end
    granted[place] = math.min(math.floor(level), bucket.wanted)
    left[place] = level - granted[place]
    redis.call('HSET', key, bucket.name, string.format('%.3f %d', left[place], at))
  end
  redis.call('EXPIRE', key, KEPT_S)
  return functions.reply('ok', { granted = granted, left = left })
end)
