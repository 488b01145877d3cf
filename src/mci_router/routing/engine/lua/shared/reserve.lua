-- The reserve rule: deferrable work starts only while enough agents stay free for live contacts, unless it would be
-- late. It counts those agents who could serve the line, and the live work that is with them: no other team's.

local RESERVE = 1.5 -- idle agents kept for each square root of the live load, as safety staffing goes
local LATE_SHARE = 0.7 -- of its target: a contact that has waited longer is not held back

-- The live contacts that the agents of a line are serving.
local function live_load(w, line)
  local able = kept.list(w, w.keys.line_signatures[line])
  local counted, load = w.counts.live_load or {}, 0
  local numbers = #able > 0 and redis.call('HMGET', w.key.live_load, unpack(able)) or {}
  for i, signature in ipairs(able) do
    load = load + (tonumber(numbers[i]) or 0) + (counted[signature] or 0)
  end
  return load
end

local function keeps_reserve(w, line)
  standing.sync_all(w)
  return standing.number_in(w, 'idle', line) > math.ceil(RESERVE * math.sqrt(math.max(0, live_load(w, line))))
end

local function backlog_would_miss(w, line, settings, waited)
  local number = redis.call('ZCARD', w.keys.line[line])
  local work = number * queues.performance(w, lines.read(line).queue).handle_ms
  return work / math.max(1, lines.staffed(w, line)) > settings.target_ms - waited
end

function reserve.serves_live_lines(w, signature)
  local live = kept.members(w, w.key.live_lines)
  for _, line in ipairs(kept.list(w, w.keys.signature_lines[signature])) do
    if live[line] then
      return true
    end
  end
  return false
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
    or keeps_reserve(w, line)
    or (signature and not reserve.serves_live_lines(w, signature))
    or backlog_would_miss(w, line, settings, waited)
end
