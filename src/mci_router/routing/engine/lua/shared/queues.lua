-- Queues: what the operator has set, and how each performs: its rolling service level, its handle time and its last
-- waits.

local NO_QUEUE = { -- for a queue that was removed: its last contacts are still offered
  revision = 0, target_ms = 20000, goal = 0.8, weight = 1, position = 100, offer_timeout_ms = 20000, wrap_up_ms = 0,
  handle_ms = 300000, agent_choice = 'service_level',
}
local DECAY_MS = 1800000 -- the rolling service level forgets within half an hour
local PRIOR = 10 -- contacts at goal that a queue starts with, so that its first few do not swing it
local HANDLE_PRIOR = 20 -- contacts at the expected handle time
local HANDLE_MEMORY = 200 -- contacts after which an old handle time no longer counts
local LAST_WAITS = 5

function queues.settings(w, queue)
  local settings = w.queues[queue]
  if not settings then
    local json = redis.call('HGET', w.key.queue_settings, queue)
    settings = json and cjson.decode(json) or NO_QUEUE
    w.queues[queue] = settings
  end
  return settings
end

-- Marks the settings as changed, so that no function goes on with those it read before. To be called with every change.
function queues.stamp(w)
  local time, number = redis.call('TIME'), redis.call('HLEN', w.key.queue_settings)
  redis.call('HSET', w.key.workspace, 'queues_stamp', time[1] .. '.' .. time[2] .. '.' .. number)
  w.queues, w.kept.performances = {}, {}
end

function queues.is_open(w, queue)
  return not w.closed[queue]
end

-- Returns the ms for which a queue has been closed until now, since the live state began.
function queues.closed_ms(w, queue)
  local closure = w.closures[queue]
  return closure and closure.total + (closure.since and math.max(0, w.now - closure.since) or 0) or 0
end

-- Notes that a queue opens or closes: the clocks of those who wait in it run or stand still.
function queues.note_closure(w, queue, closes)
  local total, closures = queues.closed_ms(w, queue), {}
  for name, closure in pairs(w.closures) do
    closures[name] = closure
  end
  closures[queue] = { total = total, since = closes and w.now or nil }
  w.closures = closures
  redis.call('HSET', w.key.workspace, 'closures', cjson.encode(closures))
end

-- How a queue performs: contacts in time and all (decayed, at a time), the mean handle time in ms over how many, the
-- last waits in ms. The table is kept, and written at the end of a function that has changed it.
local function performance_of(w, queue, packed)
  local known = w.performances[queue] or w.kept.performances[queue]
  if not known then
    local read = packed and cmsgpack.unpack(packed) or { 0, 0, w.now, queues.settings(w, queue).handle_ms, 0, {} }
    known = { good = read[1], all = read[2], at = read[3], handle_ms = read[4], handled = read[5], waits = read[6] }
    w.kept.performances[queue] = known
  end
  return known
end

function queues.performance(w, queue)
  return w.performances[queue] or w.kept.performances[queue]
    or performance_of(w, queue, redis.call('HGET', w.key.performance, queue))
end

-- Reads the performance of many queues at once.
function queues.load_performances(w, names)
  for i, packed in ipairs(redis.call('HMGET', w.key.performance, unpack(names))) do
    performance_of(w, names[i], packed)
  end
end

local function mark_changed(w, queue, performance)
  w.performances[queue], w.pulls[queue] = performance, nil
end

function queues.write_performances(w)
  for queue, now in pairs(w.performances) do
    redis.call('HSET', w.key.performance, queue,
      cmsgpack.pack({ now.good, now.all, now.at, now.handle_ms, now.handled, now.waits }))
  end
  w.performances = {}
end

-- Forgets how a queue performed that is removed.
function queues.drop_performance(w, queue)
  w.kept.performances[queue], w.performances[queue] = nil, nil
  redis.call('HDEL', w.key.performance, queue)
end

-- Notes one more contact that was answered, or was not in time. `wait` of an answered one, in ms.
function queues.note_level(w, queue, in_time, wait)
  local now = queues.performance(w, queue)
  local left = math.exp(-math.max(0, w.now - now.at) / DECAY_MS)
  now.good, now.all, now.at = now.good * left + (in_time and 1 or 0), now.all * left + 1, w.now
  mark_changed(w, queue, now)
  if wait then
    table.insert(now.waits, 1, wait)
    now.waits[LAST_WAITS + 1] = nil
  end
end

-- Returns a mean with one more value. It starts at a prior worth some contacts, and forgets old values in the end.
function queues.moved_mean(mean, number, value, prior)
  return mean + (value - mean) / (math.min(number, HANDLE_MEMORY) + prior + 1)
end

function queues.note_handle_time(w, queue, handle)
  local now = queues.performance(w, queue)
  now.handle_ms = queues.moved_mean(now.handle_ms, now.handled, handle, HANDLE_PRIOR)
  now.handled = now.handled + 1
  mark_changed(w, queue, now)
end

-- Returns the rolling level without the prior, nil while nothing was counted, and over how many contacts it is.
function queues.seen_level(w, performance)
  local left = math.exp(-math.max(0, w.now - performance.at) / DECAY_MS)
  return performance.all > 0 and performance.good / performance.all or nil, performance.all * left
end

function queues.rolling_level(w, performance, goal)
  local left = math.exp(-math.max(0, w.now - performance.at) / DECAY_MS)
  return (performance.good * left + PRIOR * goal) / (performance.all * left + PRIOR)
end
