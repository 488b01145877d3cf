-- Agents: what they want, whether they can be reached, and how much room they have.
-- Matching finds agents in sorted sets of each signature: `idle` (who serves nobody, by idle_since), `turn` (the same by when they were
-- last offered anything), `busy` of each channel (who is partly used and has room, by free units and idle_since), and
-- `interruptible` of each channel (who would have room for a live contact if called away, or was called away and has room still).
-- `standing` counts, for each of these sets, the agents of each signature in it.

local LEVEL = 2 ^ 42 -- above any time in ms until 2109, and 2^53 / 2^42 leaves room for 2,047 units

local function load_agent(w, name)
  local agent, fresh = load_record(w, key(w, 'agent', name))
  if fresh then
    agent._name = name
  end
  return agent
end

local function working(agent)
  return agent.wants == 'available' and agent.reachable == '1'
end

local function signed_in(agent)
  return agent.wants ~= 'offline' and agent.reachable == '1'
end

local function standing_of(agent)
  if agent.wants == 'offline' or agent.reachable == '1' then
    return agent.wants
  end
  return 'unreachable'
end

local function used_on(agent, channel)
  return agent['used:' .. channel] or 0
end

-- The room an agent has, to be asked about many lines: units for live contacts and for others, and the channels below their limits.
local function room_of(agent)
  local signature = read_signature(agent.signature)
  local room = { units = signature.units - agent.used, live_units = signature.units - agent.used + agent.pausable, channels = {} }
  for channel, limit in pairs(signature.channels) do
    room.channels[channel] = used_on(agent, channel) < limit
  end
  return room
end

local function fits(room, line, live)
  return room.channels[line.channel] and line.units <= (live and room.live_units or room.units)
end

-- Whether a contact fits. `live`: interruptible contacts may make room for it.
local function has_room(agent, channel, units, live)
  return fits(room_of(agent), { channel = channel, units = units }, live)
end

local function add_places(places, agent, name, live)
  local room = room_of(agent)
  local units = live and room.live_units or room.units
  for channel, below_limit in pairs(room.channels) do
    if below_limit and units > 0 then
      places[name .. ':' .. channel] = { name = name, channel = channel, score = units * LEVEL + agent.idle_since }
    end
  end
end

-- The sets an agent belongs to as it stands, with its scores.
local function places_of(w, agent)
  local places = {}
  if signed_in(agent) then
    places.staffed = { name = 'staffed' }
  end
  if not working(agent) then
    return places
  end
  if agent.holds == 0 then
    places.idle = { name = 'idle', score = agent.idle_since }
    places.turn = w.settings.round_robin and { name = 'turn', score = agent.turn_at } or nil
  elseif agent.paused_contacts == 0 then
    add_places(places, agent, 'busy', false)
  end
  if agent.pausable > 0 or agent.paused_contacts > 0 then
    add_places(places, agent, 'interruptible', true)
  end
  return places
end

-- How many agents of each signature stand in a set: signatures with none are not in it.
local function count_standing(w, place, signature, by)
  local set = key(w, 'standing', place)
  if tonumber(redis.call('ZINCRBY', set, by, signature)) <= 0 then
    redis.call('ZREM', set, signature)
  end
end

local function set_of(w, place, signature)
  return key(w, place.name, signature, place.channel)
end

local function keep_place(w, agent, name, before, after, signature)
  if after and after.score and not (before and before.score == after.score) then
    redis.call('ZADD', set_of(w, after, signature), after.score, agent._name)
  elseif before and before.score and not after then
    redis.call('ZREM', set_of(w, before, signature), agent._name)
  end
  if name ~= 'turn' and (before ~= nil) ~= (after ~= nil) then
    count_standing(w, name, signature, after and 1 or -1)
  end
end

-- Puts an agent where matching looks for it, or takes it away from there.
local function sync_agent(w, agent)
  if not agent._places then
    return
  end
  local before, after = agent._places, places_of(w, agent)
  agent._places = nil
  for name, place in pairs(before) do
    keep_place(w, agent, name, place, after[name], agent.signature)
  end
  for name, place in pairs(after) do
    if not before[name] then
      keep_place(w, agent, name, nil, place, agent.signature)
    end
  end
  if (before.idle ~= nil) ~= (after.idle ~= nil) then
    count(w, 'load', 'idle', after.idle and 1 or -1)
  end
end

local function sync_agents(w)
  for _, record in pairs(w.records) do
    if record and record._places then
      sync_agent(w, record)
    end
  end
end

local function update_agent(w, agent, changes)
  agent._places = agent._places or places_of(w, agent)
  local before = standing_of(agent)
  for field, value in pairs(changes) do
    change(agent, field, value)
  end
  local after = standing_of(agent)
  if before ~= after then
    count(w, 'presence', before, -1)
    count(w, 'presence', after, 1)
  end
end

-- What a contact takes of an agent is noted with the contact, as `units:live` or `units:`, so that just that is given back.
local function occupy(w, agent, contact, field)
  local live = not queue_settings(w, contact.queue).deferrable
  change(contact, field, contact.units .. (live and ':live' or ':'))
  local used = 'used:' .. contact.channel
  update_agent(w, agent, {
    used = agent.used + contact.units, [used] = used_on(agent, contact.channel) + 1, holds = agent.holds + 1, idle_since = w.now,
  })
  redis.call('SADD', key(w, 'agent_contacts', agent._name), contact.id)
  count(w, 'load', 'live', live and 1 or 0)
end

local function release(w, agent, contact, field)
  local units, live = contact[field]:match('^(%d+):(.*)$')
  local used = 'used:' .. contact.channel
  update_agent(w, agent, {
    used = agent.used - units, [used] = used_on(agent, contact.channel) - 1, holds = agent.holds - 1, idle_since = w.now,
  })
  change(contact, field, false)
  redis.call('SREM', key(w, 'agent_contacts', agent._name), contact.id)
  count(w, 'load', 'live', live == 'live' and -1 or 0)
end

-- An agent leaves the signature it had, which goes with its last agent.
local function leave_signature(w, agent)
  local signature = agent.signature
  for name, place in pairs(agent._places or places_of(w, agent)) do
    keep_place(w, agent, name, place, nil, signature)
    if name == 'idle' then
      count(w, 'load', 'idle', -1)
    end
  end
  agent._places = {}
  local members = key(w, 'signature_agents', signature)
  redis.call('SREM', members, agent._name)
  if redis.call('EXISTS', members) == 0 then
    drop_signature(w, signature)
  end
end
