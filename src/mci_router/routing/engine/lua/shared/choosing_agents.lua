-- Which agent: a new contact goes to a partly used agent first, the fullest with enough room, so that room for contacts that need a
-- whole agent stays together; else to an idle one, as its queue chooses; a live contact may call one away from interruptible work.
--
-- By service level: the signature that costs the rest least, then whoever is idle for longest:
--   c * sum over the signature's other skills k of stake_k * b^(idle_k - 1)  -  speed
-- stake_k = weight / (1 - goal) of the queue that asks for k, idle_k = idle agents who have it. Signatures are compared, not agents.

local B, C = 0.5, 0.05
local SPEED_A_LEVEL = 0.1 -- proficiency 3 is speed 1, until enough contacts were handled
local MEASURED_FROM = 100 -- contacts: handle times vary so much that fewer tell nothing
local TIE = 1e-9

-- The signatures that can serve a line and have agents standing in a set. A contact that is held back goes to no agent who serves live
-- lines.
local function candidates(w, place, line, contact)
  local found = redis.call('ZINTER', 2, key(w, 'standing', place), key(w, 'line_signatures', line.id), 'WEIGHTS', 1, 0, 'WITHSCORES')
  local signatures = {}
  for i = 1, #found, 2 do
    if not (contact and contact._held_back and serves_live_lines(w, found[i])) then
      signatures[#signatures + 1] = found[i]
    end
  end
  return signatures
end

-- The first agent of a sorted set from a score on, but none who let the contact go a moment ago; and the score.
local function first_from(w, set, from, contact)
  local shunned = contact.shunned or 0
  local found = redis.call('ZRANGE', set, string.format('%.0f', from), '+inf', 'BYSCORE', 'LIMIT', 0, shunned + 1, 'WITHSCORES')
  for i = 1, #found, 2 do
    if shunned == 0 or redis.call('HEXISTS', key(w, 'declined', found[i]), contact.id) == 0 then
      return found[i], tonumber(found[i + 1])
    end
  end
end

local function least_of(w, signatures, set, from, contact)
  local best, least = nil, math.huge
  for _, signature in ipairs(signatures) do
    local agent, score = first_from(w, set(signature), from, contact)
    if agent and (score < least or (score == least and agent < best)) then
      best, least = agent, score
    end
  end
  return best
end

-- Of the agents who have room beside other work, the one with the least.
local function fullest(w, place, line, contact)
  return least_of(w, candidates(w, place .. ':' .. line.channel, line, contact), function(signature)
    return key(w, place, signature, line.channel)
  end, line.units * LEVEL, contact)
end

-- Idle agents by skill, over all signatures.
local function idle_by_skill(w)
  local idle, found = {}, redis.call('ZRANGE', key(w, 'standing', 'idle'), 0, -1, 'WITHSCORES')
  for i = 1, #found, 2 do
    for _, skill in ipairs(read_signature(found[i]).skill_names) do
      idle[skill] = (idle[skill] or 0) + tonumber(found[i + 1])
    end
  end
  return idle
end

-- How fast a signature serves a line: measured once it has handled enough, else from the proficiency in what the line wants.
local function speed_of(signature, line, handling)
  local measured = handling and cmsgpack.unpack(handling)
  if measured and measured[2] >= MEASURED_FROM then
    return 1 / measured[1]
  end
  local read, levels, wanted = read_signature(signature), 0, 0
  for skill in pairs(met(read, line)) do
    if skill ~= 'tier' then
      levels, wanted = levels + read.skills[skill] - 3, wanted + 1
    end
  end
  return wanted == 0 and 1 or 1 + SPEED_A_LEVEL * levels / wanted
end

local function cost_of(w, signature, line, idle, handling)
  local stakes, read, cost = w.settings.stakes or {}, read_signature(signature), 0
  local wants = met(read, line)
  for _, skill in ipairs(read.skill_names) do
    if stakes[skill] and not wants[skill] then
      cost = cost + stakes[skill] * B ^ (idle[skill] - 1)
    end
  end
  return C * cost - speed_of(signature, line, handling)
end

local function by_cost(w, signatures, line)
  local handling_fields = {}
  for i, signature in ipairs(signatures) do
    handling_fields[i] = signature .. '|' .. line.queue
  end
  local handling = redis.call('HMGET', key(w, 'handling'), unpack(handling_fields))
  local idle, costs = idle_by_skill(w), {}
  for i, signature in ipairs(signatures) do
    costs[signature] = cost_of(w, signature, line, idle, handling[i])
  end
  return costs
end

local function by_proficiency(_, signatures, line)
  local costs = {}
  for _, signature in ipairs(signatures) do
    local read = read_signature(signature)
    costs[signature] = 0
    for skill in pairs(met(read, line)) do
      costs[signature] = costs[signature] - read.skills[skill]
    end
  end
  return costs
end

-- Signatures in groups of equal cost, the cheapest first.
local function ranked(signatures, costs)
  table.sort(signatures, function(one, other)
    if costs[one] ~= costs[other] then
      return costs[one] < costs[other]
    end
    return one < other
  end)
  local groups = {}
  for _, signature in ipairs(signatures) do
    local group = groups[#groups]
    if group and costs[signature] - costs[group[1]] < TIE then
      group[#group + 1] = signature
    else
      groups[#groups + 1] = { signature }
    end
  end
  return groups
end

local RANKINGS = { service_level = by_cost, best_skill = by_proficiency }

local function idle_agent(w, line, contact)
  local signatures = candidates(w, 'idle', line, contact)
  local choice = queue_settings(w, line.queue).agent_choice
  local place = choice == 'round_robin' and w.settings.round_robin and 'turn' or 'idle'
  local rank = #signatures > 1 and RANKINGS[choice]
  for _, group in ipairs(rank and ranked(signatures, rank(w, signatures, line)) or { signatures }) do
    local agent = least_of(w, group, function(signature)
      return key(w, place, signature)
    end, 0, contact)
    if agent then
      return agent
    end
  end
end

-- The agent to offer a contact to, or nil.
local function agent_for(w, contact)
  sync_agents(w)
  local line = read_line(contact.line)
  local name = fullest(w, 'busy', line, contact) or idle_agent(w, line, contact)
  if not name and not queue_settings(w, line.queue).deferrable then
    name = fullest(w, 'interruptible', line, contact)
  end
  return name and load_agent(w, name)
end
