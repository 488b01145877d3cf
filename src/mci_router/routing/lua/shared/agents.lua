-- Agents: what they want, whether they can be reached, and how much room they have.
-- Agents with room stand in one sorted set for each signature and channel. The score is free units and, below them, the time
-- since which the agent is idle: so one range query finds the fullest agent with enough room, and the longest idle of those.

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
  for channel in pairs(agent.limits) do
    local ready = key(w, 'ready', agent.signature, channel)
    if working(agent) and has_room(agent, channel, 1) then
      redis.call('ZADD', ready, free * LEVEL + agent.idle_since, agent.name)
    else
      redis.call('ZREM', ready, agent.name)
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

-- The agent of a signature to offer a contact to, and its score, lowest best: one who is partly used before one who is free, so
-- that room for contacts that need a whole agent is kept together; among equals the longest idle; none who let it go a moment ago.
local function first_ready(w, signature, contact)
  local ready = key(w, 'ready', signature, contact.channel)
  local least = string.format('%.0f', contact.units * LEVEL)
  local found = redis.call('ZRANGE', ready, least, '+inf', 'BYSCORE', 'LIMIT', 0, contact.shunned + 1, 'WITHSCORES')
  for i = 1, #found, 2 do
    if redis.call('HEXISTS', declined_key(w, found[i]), contact.id) == 0 then
      return found[i], tonumber(found[i + 1])
    end
  end
end
