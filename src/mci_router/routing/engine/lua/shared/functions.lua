-- How functions are registered: KEYS = prefix, ARGV = command id, now in ms or '', then the function's own arguments.

local function ended(w, reply)
  sync_agents(w)
  write_records(w)
  write_performances(w)
  write_counts(w)
  return reply
end

-- A transition answers 'not_built' until the workspace's live state has been made from the ledger.
local function transition(name, body)
  redis.register_function(name, function(keys, args)
    local w = open(keys, args)
    if not w.built then
      return say('not_built')
    end
    local memory = args[1] ~= '' and key(w, 'command', args[1])
    local reply = memory and redis.call('GET', memory)
    if not reply then
      reply = ended(w, body(w, unpack(args, 3)))
      if memory then
        redis.call('SET', memory, reply, 'PX', COMMAND_MEMORY_MS)
      end
    end
    return reply
  end)
end

-- A preparation works before the live state is built.
local function preparation(name, body)
  redis.register_function(name, function(keys, args)
    local w = open(keys, args)
    return ended(w, body(w, unpack(args, 3)))
  end)
end
