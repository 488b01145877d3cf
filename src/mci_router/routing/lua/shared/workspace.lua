-- What every function shares: the workspace it touches, the time it acts at, and the replay of a command seen before.
-- All keys of a workspace begin with its prefix, whose hash tag keeps them on one shard.

local COMMAND_MEMORY_MS = 600000 -- a client that retries later than this has read the contact's state since

local function key(w, ...)
  return w.prefix .. ':' .. table.concat({ ... }, ':')
end

local function open(keys, args)
  local now = tonumber(args[2])
  if not now then
    local time = redis.call('TIME')
    now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  return { prefix = keys[1], now = now }
end

local function say(status, more)
  local reply = more or {}
  reply.status = status
  return cjson.encode(reply)
end

local function read_hash(name)
  local flat = redis.call('HGETALL', name)
  local hash = {}
  for i = 1, #flat, 2 do
    hash[flat[i]] = flat[i + 1]
  end
  return hash, #flat > 0
end

-- Registers a function: KEYS = prefix, ARGV = command id, now in ms or '', then the function's own arguments.
-- It answers 'not_built' until the workspace's live state has been made from the ledger.
local function transition(name, body)
  redis.register_function(name, function(keys, args)
    local w = open(keys, args)
    if redis.call('EXISTS', key(w, 'built')) == 0 then
      return say('not_built')
    end
    local memory = args[1] ~= '' and key(w, 'command', args[1])
    local reply = memory and redis.call('GET', memory)
    if not reply then
      reply = body(w, unpack(args, 3))
      if memory then
        redis.call('SET', memory, reply, 'PX', COMMAND_MEMORY_MS)
      end
    end
    return reply
  end)
end

-- Registers a function that works before the live state is built.
local function preparation(name, body)
  redis.register_function(name, function(keys, args)
    return body(open(keys, args), unpack(args, 3))
  end)
end

local function set_timer(w, kind, id, due)
  redis.call('ZADD', key(w, 'timers'), due, kind .. ':' .. id)
end

local function clear_timer(w, kind, id)
  redis.call('ZREM', key(w, 'timers'), kind .. ':' .. id)
end

local function count(w, name, field, by)
  redis.call('HINCRBY', key(w, name), field, by)
end
