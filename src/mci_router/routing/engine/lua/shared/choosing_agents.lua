-- Which agent: a new contact goes to a partly used agent first, the fullest with enough room, so that room for contacts
-- that need a whole agent stays together; else to an idle one, as its queue chooses; a live contact may call an agent
-- away from interruptible work. Evenly, it is the other way round: idle agents come first, in turn, then the emptiest.
--
-- By service level: the signature that costs the rest least, then the agent who has been idle longest:
--   c * sum over the signature's other skills k of stake_k * b^(idle_k - 1)  -  speed
-- stake_k = weight / (1 - goal) of the queue that asks for k, idle_k = idle agents who have it. Signatures are
-- compared, not agents.

local B, C = 0.5, 0.05
local SPEED_A_LEVEL = 0.1 -- proficiency 3 is speed 1, until enough contacts were handled
local MEASURED_FROM = 100 -- contacts: handle times vary so much that fewer say nothing
local TIE = 1e-9
local MOST_ASIDE = 10 -- of a signature: more than one would be rare

-- Returns the signatures that can serve a line and have agents in a set. A contact that is held back goes to no agent
-- who serves live lines.
function choosing_agents.candidates(w, set, line, contact)
  local found, able = standing.able_in(w, set, line.id), {}
  if not (contact and contact._held_back) then
    return found
  end
  for _, signature in ipairs(found) do
    if not reserve.serves_live_lines(w, signature) then
      able[#able + 1] = signature
    end
  end
  return able
end

-- The first agent of a sorted set from a score on who did not let the contact go a moment ago; and the score.
local function first_from(w, set, from, contact)
  local shunned = contact.shunned or 0
  local found = redis.call(
    'ZRANGE', set, string.format('%.0f', from), '+inf', 'BYSCORE', 'LIMIT', 0, shunned + 1, 'WITHSCORES')
  for i = 1, #found, 2 do
    if shunned == 0 or redis.call('HEXISTS', w.keys.declined[found[i]], contact.id) == 0 then
      return found[i], tonumber(found[i + 1])
    end
  end
end

local function least_of(w, able, set, from, contact)
  local best, least = nil, math.huge
  for _, signature in ipairs(able) do
    local agent, score = first_from(w, set(signature), from, contact)
    if agent and (score < least or (score == least and agent < best)) then
      best, least = agent, score
    end
  end
  return best
end

-- Of the agents who have room beside other work, the one with the least.
local function fullest(w, set, line, contact)
  return least_of(w, choosing_agents.candidates(w, set .. ':' .. line.channel, line, contact), function(signature)
    return standing.set_for(w, signature, set, line).key
  end, line.units * standing.UNIT_SCORE, contact)
end

-- Of the agents who have room beside other work, the one with the most.
local function emptiest(w, line, contact)
  local able, most = choosing_agents.candidates(w, 'busy:' .. line.channel, line, contact), 0
  local function set(signature)
    return standing.set_for(w, signature, 'busy', line).key
  end
  for _, signature in ipairs(able) do
    local top = redis.call('ZRANGE', set(signature), '+inf', '-inf', 'BYSCORE', 'REV', 'LIMIT', 0, 1, 'WITHSCORES')
    most = math.max(most, math.floor((tonumber(top[2]) or 0) / standing.UNIT_SCORE))
  end
  for units = most, line.units, -1 do
    local agent = least_of(w, able, set, units * standing.UNIT_SCORE, contact)
    if agent then
      return agent
    end
  end
end

-- How fast a signature serves a line: measured once it has handled enough, else from the proficiency in what the line
-- wants.
local function speed_of(signature, line, measured)
  if measured and measured[2] >= MEASURED_FROM then
    return 1 / measured[1]
  end
  local read, levels, wanted = signatures.read(signature), 0, 0
  for skill in pairs(signatures.met(read, line)) do
    if skill ~= 'tier' then
      levels, wanted = levels + read.skills[skill] - 3, wanted + 1
    end
  end
  return wanted == 0 and 1 or 1 + SPEED_A_LEVEL * levels / wanted
end

local function cost_of(w, signature, line, idle, measured)
  local stakes, read, cost = w.settings.stakes or {}, signatures.read(signature), 0
  local wants = signatures.met(read, line)
  for _, skill in ipairs(read.skill_names) do
    if stakes[skill] and not wants[skill] then
      cost = cost + stakes[skill] * B ^ (idle[skill] - 1)
    end
  end
  return C * cost - speed_of(signature, line, measured)
end

local function by_cost(w, able, line)
  local measured, idle, costs = handling.of_all(w, able, line.queue), standing.idle_by_skill(w), {}
  for i, signature in ipairs(able) do
    costs[signature] = cost_of(w, signature, line, idle, measured[i])
  end
  return costs
end

local function by_proficiency(_, able, line)
  local costs = {}
  for _, signature in ipairs(able) do
    local read = signatures.read(signature)
    costs[signature] = 0
    for skill in pairs(signatures.met(read, line)) do
      costs[signature] = costs[signature] - read.skills[skill]
    end
  end
  return costs
end

-- Signatures in groups of equal cost, the cheapest first.
local function ranked(able, costs)
  table.sort(able, function(one, other)
    if costs[one] ~= costs[other] then
      return costs[one] < costs[other]
    end
    return one < other
  end)
  local groups = {}
  for _, signature in ipairs(able) do
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
  local able = choosing_agents.candidates(w, 'idle', line, contact)
  local choice = queues.settings(w, line.queue).agent_choice
  local in_turn = choice == 'round_robin' or choice == 'evenly'
  local set = in_turn and w.settings.round_robin and 'turn' or 'idle'
  local rank = #able > 1 and RANKINGS[choice]
  for _, group in ipairs(rank and ranked(able, rank(w, able, line)) or { able }) do
    local agent = least_of(w, group, function(signature)
      return standing.set(w, signature, set).key
    end, 0, contact)
    if agent then
      return agent
    end
  end
end

-- Returns the agent of some signatures who is expected to be free soonest, of those who serve somebody, are not set
-- aside and may have one more of the line's queue; except who let the contact go a moment ago.
function choosing_agents.soonest(w, able, line, contact)
  return least_of(w, able, function(signature)
    local limited = signatures.read(signature).queues[line.queue]
    return standing.set(w, signature, 'engaged', limited and line.queue).key
  end, 0, contact)
end

-- An agent with room who is set aside for a line whose contacts all come after this one. Looks at a few, the fullest.
local function aside_agent(w, line, contact)
  local from, live = string.format('%.0f', line.units * standing.UNIT_SCORE), contacts.is_live(w, contact)
  for _, signature in ipairs(choosing_agents.candidates(w, 'aside:' .. line.channel, line, contact)) do
    local set = standing.set(w, signature, 'aside', line.channel).key
    for _, name in ipairs(redis.call('ZRANGE', set, from, '+inf', 'BYSCORE', 'LIMIT', 0, MOST_ASIDE)) do
      local agent = agents.load(w, name)
      local fits = agents.has_room(agent, line, live) and (live or agent.paused_contacts == 0)
      local declined = redis.call('HEXISTS', w.keys.declined[name], contact.id) == 1
      if fits and not declined and choosing_lines.goes_before(w, places.of(contact), agent.aside) then
        return name
      end
    end
  end
end

local function with_room(w, line, contact)
  if queues.settings(w, line.queue).agent_choice == 'evenly' then
    return idle_agent(w, line, contact) or emptiest(w, line, contact)
  end
  return fullest(w, 'busy', line, contact) or idle_agent(w, line, contact)
end

-- Returns the agent to offer a contact to, or nil.
function choosing_agents.agent_for(w, contact)
  standing.sync_all(w)
  local line = lines.read(places.of(contact).line)
  local name = with_room(w, line, contact)
  if not name and not queues.settings(w, line.queue).deferrable then
    name = fullest(w, 'interruptible', line, contact)
  end
  if not name and w.aside > 0 then
    name = aside_agent(w, line, contact)
  end
  return name and agents.load(w, name)
end
