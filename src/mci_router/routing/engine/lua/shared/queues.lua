-- Queues: what the operator has set, and how each does: its rolling service level, its handle time and its last waits.

local NO_QUEUE = { -- for a queue that is gone: its last contacts are still offered
  revision = 0, target_ms = 20000, goal = 0.8, weight = 1, position = 100, offer_timeout_ms = 20000, wrap_up_ms = 0, handle_ms = 300000,
  agent_choice = 'service_level',
}
local DECAY_MS = 1800000 -- the rolling service level forgets within half an hour
local PRIOR = 10 -- contacts at goal that a queue starts with, so that its first few do not swing it
local HANDLE_PRIOR = 20 -- contacts at the expected handle time
local HANDLE_MEMORY = 200 -- contacts after which a handle time counts no more
local LAST_WAITS = 5

local function queue_settings(w, queue)
  local settings = w.queues[queue]
  if not settings then
    local told = redis.call('HGET', key(w, 'queue_settings'), queue)
    settings = told and cjson.decode(told) or NO_QUEUE
    w.queues[queue] = settings
  end
  return settings
end

-- To be called with every change, so that no function goes on with settings it knew before.
local function stamp_queues(w)
  local time = redis.call('TIME')
  redis.call('HSET', key(w, 'workspace'), 'queues_stamp', time[1] .. '.' .. time[2] .. '.' .. redis.call('HLEN', key(w, 'queue_settings')))
  w.queues = {}
end

local function is_open(w, queue)
  return not w.closed[queue]
end

-- How a queue does: contacts in time and all (decayed, at a time), the mean handle time in ms over how many, the last waits in ms.
-- The record is shared by all who ask within a function, and written at its end if changed.
local function performance_of(w, queue, packed)
  local known = w.performances[queue]
  if not known then
    local read = packed and cmsgpack.unpack(packed) or { 0, 0, w.now, queue_settings(w, queue).handle_ms, 0, {} }
    known = { good = read[1], all = read[2], at = read[3], handle_ms = read[4], handled = read[5], waits = read[6] }
    w.performances[queue] = known
  end
  return known
end

local function performance(w, queue)
  return w.performances[queue] or performance_of(w, queue, redis.call('HGET', key(w, 'performance'), queue))
end

local function load_performances(w, queues)
  for i, packed in ipairs(redis.call('HMGET', key(w, 'performance'), unpack(queues))) do
    performance_of(w, queues[i], packed)
  end
end

local function write_performances(w)
  for queue, now in pairs(w.performances) do
    if now.changed then
      redis.call('HSET', key(w, 'performance'), queue,
        cmsgpack.pack({ now.good, now.all, now.at, now.handle_ms, now.handled, now.waits }))
    end
  end
  w.performances = {}
end

-- One more contact that was answered, or was not in time. `wait` of an answered one, in ms.
local function note_level(w, queue, in_time, wait)
  local now = performance(w, queue)
  local kept = math.exp(-math.max(0, w.now - now.at) / DECAY_MS)
  now.good, now.all, now.at, now.changed = now.good * kept + (in_time and 1 or 0), now.all * kept + 1, w.now, true
  w.pulls[queue] = nil
  if wait then
    table.insert(now.waits, 1, wait)
    now.waits[LAST_WAITS + 1] = nil
  end
end

-- A mean that starts at a prior worth some contacts, and forgets old ones in the end.
local function moved_mean(mean, number, value, prior)
  return mean + (value - mean) / (math.min(number, HANDLE_MEMORY) + prior + 1)
end

local function note_handle_time(w, queue, handle)
  local now = performance(w, queue)
  now.handle_ms, now.changed = moved_mean(now.handle_ms, now.handled, handle, HANDLE_PRIOR), true
  now.handled = now.handled + 1
  w.pulls[queue] = nil
end

local function rolling_level(w, does, goal)
  local kept = math.exp(-math.max(0, w.now - does.at) / DECAY_MS)
  return (does.good * kept + PRIOR * goal) / (does.all * kept + PRIOR)
end
