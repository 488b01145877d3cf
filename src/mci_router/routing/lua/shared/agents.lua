-- Agents: what they want, whether they can be reached, and how much room they have.
-- Agents with room stand in one of two sorted sets for each signature and channel: `busy` if they have contacts, else `idle`. The
-- score is free units and, below them, the time since which the agent is idle: one range query finds those with enough room.

local LEVEL = 2 ^ 42 -- above any time in ms until 2109, and 2^53 / 2^42 leaves room for 2,047 units

local function load_agent(w, name)
  local agent, known = read_hash(key(w, 'agent', name))
  if not known then
    return nil
  end
  agent.name = name
  agent.limits = cjson.decode(agent.channels)
  return agent
end

local function working(agent)
  return agent.wants == 'available' and agent.reachable == '1'
end

local function standing_of(agent)
  if agent.wants == 'offline' or agent.reachable == '1' then
    return agent.wants
  end
  return 'unreachable'
end

local function has_room(agent, channel, units)
  local limit = agent.limits[channel] or 0
  return tonumber(agent['used:' .. channel] or 0) < limit and tonumber(agent.used) + units <= tonumber(agent.units)
end

-- Puts the agent where matching looks for it, or takes it away from there.
local function index(w, agent)
  local free = tonumber(agent.units) - tonumber(agent.used)
  local place, other = 'idle', 'busy'
  if tonumber(agent.used) > 0 then
    place, other = other, place
  end
  for channel in pairs(agent.limits) do
    redis.call('ZREM', key(w, other, agent.signature, channel), agent.name)
    if working(agent) and has_room(agent, channel, 1) then
      redis.call('ZADD', key(w, place, agent.signature, channel), free * LEVEL + agent.idle_since, agent.name)
    else
      redis.call('ZREM', key(w, place, agent.signature, channel), agent.name)
    end
  end
end

local function update_agent(w, agent, changes)
  local before = standing_of(agent)
  local set = {}
  for field, value in pairs(changes) do
    agent[field] = tostring(value)
    set[#set + 1] = field
    set[#set + 1] = tostring(value)
  end
  redis.call('HSET', key(w, 'agent', agent.name), unpack(set))
  local after = standing_of(agent)
  if before ~= after then
    count(w, 'presence', before, -1)
    count(w, 'presence', after, 1)
  end
  index(w, agent)
end

-- Takes (sign 1) or gives back (sign -1) the capacity that one contact needs.
local function occupy(w, agent, contact, sign)
  local used = 'used:' .. contact.channel
  update_agent(w, agent, {
    used = tonumber(agent.used) + sign * contact.units,
    [used] = tonumber(agent[used] or 0) + sign,
    idle_since = w.now,
  })
  redis.call(sign == 1 and 'SADD' or 'SREM', key(w, 'agent_contacts', agent.name), contact.id)
end

local function declined_key(w, agent)
  return key(w, 'declined', agent)
end

-- The first agent of a sorted set with enough room, from a score on, but none who let the contact go a moment ago; and the score.
local function first_from(w, set, from, contact)
  local found = redis.call('ZRANGE', set, string.format('%.0f', from), '+inf', 'BYSCORE', 'LIMIT', 0, contact.shunned + 1, 'WITHSCORES')
  for i = 1, #found, 2 do
    if redis.call('HEXISTS', declined_key(w, found[i]), contact.id) == 0 then
      return found[i], tonumber(found[i + 1])
    end
  end
end

-- The agent of a signature to offer a contact to, and a rank, lowest best. Busy agents come first, the fullest with enough room
-- before all, so that room for contacts that need a whole agent stays together; then whoever is idle for longest.
local function first_ready(w, signature, contact)
  local busy, score = first_from(w, key(w, 'busy', signature, contact.channel), contact.units * LEVEL, contact)
  if busy then
    return busy, score - 2 ^ 53
  end
  local set, from, best, best_idle = key(w, 'idle', signature, contact.channel), contact.units * LEVEL, nil, math.huge
  while true do
    local agent, found = first_from(w, set, from, contact)
    if not agent then
      return best, best_idle
    end
    local level = math.floor(found / LEVEL)
    if found - level * LEVEL < best_idle then
      best, best_idle = agent, found - level * LEVEL
    end
    from = (level + 1) * LEVEL
  end
end
