-- The reserve rule: deferrable work starts only while enough agents stay free for live contacts, unless it would be
-- late. Of each line it counts the agents who could serve it, and the live work that these could serve: no other team's.

local RESERVE = 1.5 -- idle agents kept for each square root of the live load, as safety staffing goes
local LATE_SHARE = 0.7 -- of its target: a contact that has waited longer is not held back

-- The idle agents who could serve a line.
local function idle_for(w, line)
  local found, idle = agents.able_in(w, 'idle', line), 0
  for i = 2, #found, 2 do
    idle = idle + found[i]
  end
  return idle
end

-- The live contacts being served, by whomever, that signed-in agents of a line could serve as well.
local function load_for(w, line)
  local able, sets = agents.able_in(w, 'staffed', line), {}
  for i = 1, #able, 2 do
    sets[#sets + 1] = workspace.key(w, 'signature_lines', able[i])
  end
  return #sets > 0 and lines.live_load(w, redis.call('SUNION', unpack(sets))) or 0
end

local function keeps_reserve(w, line)
  agents.sync_all(w)
  return idle_for(w, line) > math.ceil(RESERVE * math.sqrt(math.max(0, load_for(w, line))))
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
    or keeps_reserve(w, line)
    or (signature and not reserve.serves_live_lines(w, signature))
    or backlog_would_miss(w, line, settings, waited)
end
