-- How functions are registered: KEYS = prefix, ARGV = command id, now in ms or '', then the function's own arguments.
-- A function replies with JSON: `status`, a word, and what its header says.

local COMMAND_MEMORY_MS = 600000 -- a client that retries later than this has read the contact's state since

function functions.reply(status, more)
  local reply = more or {}
  reply.status = status
  return cjson.encode(reply)
end

-- Replies 'ok' with the replies of several commands, which are JSON already.
function functions.replies(replies)
  return '{"status":"ok","replies":[' .. table.concat(replies, ',') .. ']}'
end

local function finished(w, reply)
  setting_aside.finish(w)
  standing.sync_all(w)
  records.write_all(w)
  queues.write_performances(w)
  counters.write(w)
  w.least_units = {}
  return reply
end

-- Carries out a command, unless it has been seen before: then it replies as it did. Second: whether it has been.
local function once(w, command, run)
  local memory = command and command ~= '' and w.keys.command[command]
  local before = memory and redis.call('GET', memory)
  if before then
    return before, true
  end
  local reply = finished(w, run())
  if memory then
    redis.call('SET', memory, reply, 'PX', COMMAND_MEMORY_MS)
  end
  return reply
end

-- Carries out one of the commands of a call as if it had come alone: what it changes is written before the next one
-- begins. If it breaks off, what it has in memory is lost, as it would be then, and the reply is 'failed'.
function functions.one_of_many(w, command, run)
  local whole, reply = pcall(once, w, command, run)
  if whole then
    return reply
  end
  workspace.read(w)
  return functions.reply('failed', { error = tostring(type(reply) == 'table' and reply.err or reply) })
end

local function register(name, run)
  redis.register_function(name, run)
end

-- Registers a transition: it replies 'not_built' until the workspace's live state has been made from the ledger, and to
-- a command that it has seen before as it did then. `former` is its name in the version before, whose routers may still
-- run beside this one's.
function functions.transition(name, body, former)
  local function run(prefixes, args)
    local w = workspace.open(prefixes[1], args[2])
    if not w.built then
      return functions.reply('not_built')
    end
    local reply, done_before = once(w, args[1], function()
      return body(w, unpack(args, 3))
    end)
    local close = done_before and kept.close or kept.mark
    close(w)
    return reply
  end
  register(name, run)
  if former then
    register(former, run)
  end
end

-- Registers a preparation: it works before the live state is built, and is idempotent by itself.
function functions.preparation(name, body)
  redis.register_function(name, function(prefixes, args)
    local w = workspace.open(prefixes[1], args[2])
    local reply = finished(w, body(w, unpack(args, 3)))
    kept.mark(w)
    return reply
  end)
end
