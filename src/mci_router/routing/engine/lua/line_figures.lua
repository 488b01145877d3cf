-- line_figures: what the expected wait in a line is reckoned from. Changes nothing.
-- Arguments: queue, line, contact id or ''.
-- Returns:   'ok' with ahead, waiting (in the line), queue_waiting, servers, ready, staffed, handle_ms, abandoned_per_s, head_wait_ms,
--            last_waits_ms.
local function slots(signature, line)
  local read = read_signature(signature)
  return math.min(read.channels[line.channel] or 0, math.floor(read.units / line.units))
end

-- Slots of the working agents who can serve the line, each shared between the lines with contacts that its agents serve.
local function servers_of(w, line)
  local found = redis.call('ZINTER', 2, key(w, 'standing', 'staffed'), key(w, 'line_signatures', line.id), 'WEIGHTS', 1, 0, 'WITHSCORES')
  local servers, people = 0, 0
  for i = 1, #found, 2 do
    local agents = tonumber(found[i + 1])
    local lines = redis.call('ZINTER', 2, key(w, 'heads'), key(w, 'signature_lines', found[i]))
    servers, people = servers + agents * slots(found[i], line) / math.max(1, #lines), people + agents
  end
  return servers, people
end

local function ready_for(w, line)
  local ready = 0
  for _, place in ipairs({ 'idle', 'busy:' .. line.channel }) do
    ready = ready + #candidates(w, place, line)
  end
  return ready
end

local function abandoned_per_s(w, queue)
  local counts = redis.call('HMGET', key(w, 'queue:' .. queue), 'abandoned_short', 'abandoned_in_time', 'abandoned_late', 'wait_sum_ms')
  local abandoned = (counts[1] or 0) + (counts[2] or 0) + (counts[3] or 0)
  return abandoned / math.max(1, (tonumber(counts[4]) or 0) / 1000)
end

transition('line_figures', function(w, queue, id, contact)
  local line = read_line(id)
  ensure_line(w, id)
  local waiting = redis.call('ZCARD', key(w, 'line', id))
  local _, age = first_of(w, id)
  local does = performance(w, queue)
  local servers, people = servers_of(w, line)
  return say('ok', {
    ahead = contact ~= '' and redis.call('ZRANK', key(w, 'line', id), contact) or waiting,
    waiting = waiting,
    queue_waiting = tonumber(redis.call('HGET', key(w, 'queue:' .. queue), 'waiting') or 0),
    servers = servers,
    ready = ready_for(w, line),
    staffed = people,
    handle_ms = does.handle_ms,
    abandoned_per_s = abandoned_per_s(w, queue),
    head_wait_ms = age and math.max(0, without_credit(w.now - age)) or 0,
    last_waits_ms = #does.waits > 0 and does.waits or nil,
  })
end)
