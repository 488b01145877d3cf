-- The reserve rule: deferrable work starts only while enough agents stay free for live contacts, unless it would come too late.

local RESERVE = 1.5 -- idle agents kept for each square root of the live load, as safety staffing goes
local LATE_SHARE = 0.7 -- of its target, from which a contact is held back no more

local function keeps_reserve(w)
  sync_agents(w)
  local idle, live = unpack(redis.call('HMGET', key(w, 'load'), 'idle', 'live'))
  local counted = w.counts.load or {}
  idle, live = (tonumber(idle) or 0) + (counted.idle or 0), (tonumber(live) or 0) + (counted.live or 0)
  return idle > math.ceil(RESERVE * math.sqrt(math.max(0, live)))
end

local function backlog_would_miss(w, line, settings, waited)
  local work = redis.call('ZCARD', key(w, 'line', line)) * performance(w, read_line(line).queue).handle_ms
  return work / math.max(1, staffed(w, line)) > settings.target_ms - waited
end

local function serves_live_lines(w, signature)
  return redis.call('SINTERCARD', 2, key(w, 'signature_lines', signature), key(w, 'live_lines'), 'LIMIT', 1) > 0
end

-- Whether the head of a line, of this age, may be given to an agent of a signature now; without one, to any agent.
local function may_start(w, line, age, signature)
  local settings = queue_settings(w, read_line(line).queue)
  if not settings.deferrable then
    return true
  end
  local waited = w.now - age
  return waited >= LATE_SHARE * settings.target_ms
    or keeps_reserve(w)
    or (signature and not serves_live_lines(w, signature))
    or backlog_would_miss(w, line, settings, waited)
end
