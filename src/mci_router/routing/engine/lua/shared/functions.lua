-- How functions are registered: KEYS = prefix, ARGV = command id, now in ms or '', then the function's own arguments.
-- A function replies with JSON: `status`, a word, and what its header says.

local COMMAND_MEMORY_MS = 600000 -- a client that retries later than this has read the contact's state since

function functions.reply(status, more)
  local reply = more or {}
  reply.status = status
  return cjson.encode(reply)
end

local function finished(w, reply)
  setting_aside.finish(w)
  agents.sync_all(w)
  records.write_all(w)
  queues.write_performances(w)
  counters.write(w)
  return reply
end

local function register(name, run)
  redis.register_function(name, run)
end

-- Registers a transition: it replies 'not_built' until the workspace's live state has been made from the ledger, and to
-- a command that it has seen before as it did then. `former` is its name in the version before, whose routers may still
-- run beside this one's.
function functions.transition(name, body, former)
  local function run(keys, args)
    local w = workspace.open(keys[1], args[2])
    if not w.built then
      return functions.reply('not_built')
    end
    local memory = args[1] ~= '' and workspace.key(w, 'command', args[1])
    local reply = memory and redis.call('GET', memory)
    if not reply then
      reply = finished(w, body(w, unpack(args, 3)))
      if memory then
        redis.call('SET', memory, reply, 'PX', COMMAND_MEMORY_MS)
      end
    end
    return reply
  end
  register(name, run)
  if former then
    register(former, run)
  end
end

-- Registers a preparation: it works before the live state is built, and is idempotent by itself.
function functions.preparation(name, body)
  redis.register_function(name, function(keys, args)
    local w = workspace.open(keys[1], args[2])
    return finished(w, body(w, unpack(args, 3)))
  end)
end
