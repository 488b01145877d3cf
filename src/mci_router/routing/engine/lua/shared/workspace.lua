-- What every function shares: the workspace it touches, the time it acts at, and the replay of a command seen before.
-- All keys of a workspace begin with its prefix, whose hash tag keeps them on one shard.
-- A function changes records (contacts, agents) and counters in memory; they are written once, when it ends.

local COMMAND_MEMORY_MS = 600000 -- a client that retries later than this has read the contact's state since
local MEMORY = 20000 -- texts whose meaning is kept: more than the lines, signatures and settings of a large workspace

local function key(w, one, two, three)
  local name = w.prefix .. ':' .. one
  if two then
    name = name .. ':' .. two
  end
  return three and name .. ':' .. three or name
end

-- A function of a text alone, worked out once for each text. What it returns is shared: nobody may change it.
local function remembered(parse)
  local known, size = {}, 0
  return function(text)
    local value = known[text]
    if value == nil then
      if size >= MEMORY then
        known, size = {}, 0
      end
      value = parse(text)
      known[text], size = value, size + 1
    end
    return value
  end
end

local decoded = remembered(function(text)
  return cjson.decode(text)
end)

-- Queues' settings as last read, good for as long as no queue is configured: each change puts a new stamp on them.
local known_queues, known_workspaces = {}, 0

local function queues_at(prefix, stamp)
  local known = known_queues[prefix]
  if not known and known_workspaces >= MEMORY then
    known_queues, known_workspaces = {}, 0
  end
  if not known or known.stamp ~= stamp then
    known_workspaces = known and known_workspaces or known_workspaces + 1
    known = { stamp = stamp, settings = {} }
    known_queues[prefix] = known
  end
  return known.settings
end

local function open(keys, args)
  local w = { prefix = keys[1], now = tonumber(args[2]), records = {}, counts = {}, performances = {}, pulls = {} }
  if not w.now then
    local time = redis.call('TIME')
    w.now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  local workspace = redis.call('HMGET', key(w, 'workspace'), 'built', 'settings', 'closed', 'queues_stamp')
  w.built, w.settings, w.closed = workspace[1], decoded(workspace[2] or '{}'), decoded(workspace[3] or '{}')
  w.queues = queues_at(w.prefix, workspace[4])
  return w
end

local function say(status, more)
  local reply = more or {}
  reply.status = status
  return cjson.encode(reply)
end

-- Counters

local function count(w, name, field, by)
  local fields = w.counts[name]
  if not fields then
    fields = {}
    w.counts[name] = fields
  end
  fields[field] = (fields[field] or 0) + by
end

local function write_counts(w)
  for name, fields in pairs(w.counts) do
    for field, by in pairs(fields) do
      if by ~= 0 then
        redis.call('HINCRBY', key(w, name), field, by)
      end
    end
  end
  w.counts = {}
end

-- Timers

local function set_timer(w, kind, id, due)
  redis.call('ZADD', key(w, 'timers'), due, kind .. ':' .. id)
end

local function clear_timer(w, kind, id)
  redis.call('ZREM', key(w, 'timers'), kind .. ':' .. id)
end
