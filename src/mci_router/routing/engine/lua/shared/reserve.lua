-- The reserve rule: deferrable work starts only while enough agents stay free for live contacts, unless it would be
-- late.

local RESERVE = 1.5 -- idle agents kept for each square root of the live load, as safety staffing goes
local LATE_SHARE = 0.7 -- of its target: a contact that has waited longer is not held back

local function keeps_reserve(w)
  agents.sync_all(w)
  local idle, live = unpack(redis.call('HMGET', workspace.key(w, 'load'), 'idle', 'live'))
  local counted = w.counts.load or {}
  idle, live = (tonumber(idle) or 0) + (counted.idle or 0), (tonumber(live) or 0) + (counted.live or 0)
  return idle > math.ceil(RESERVE * math.sqrt(math.max(0, live)))
end

local function backlog_would_miss(w, line, settings, waited)
  local number = redis.call('ZCARD', workspace.key(w, 'line', line))
  local work = number * queues.performance(w, lines.read(line).queue).handle_ms
  return work / math.max(1, lines.staffed(w, line)) > settings.target_ms - waited
end

function reserve.serves_live_lines(w, signature)
  local able, live = workspace.key(w, 'signature_lines', signature), workspace.key(w, 'live_lines')
  return redis.call('SINTERCARD', 2, able, live, 'LIMIT', 1) > 0
end

-- Tells whether the head of a line, of this age, may be given to an agent of a signature now; without a signature, to
-- any agent.
function reserve.may_start(w, line, age, signature)
  local settings = queues.settings(w, lines.read(line).queue)
  if not settings.deferrable or w.settings.plain then
    return true
  end
  local waited = w.now - age
  return waited >= LATE_SHARE * settings.target_ms
    or keeps_reserve(w)
    or (signature and not reserve.serves_live_lines(w, signature))
    or backlog_would_miss(w, line, settings, waited)
end
