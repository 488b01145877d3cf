-- Agents: what they want, whether they can be reached, whether an operator has suspended them, and how much room they
-- have.
-- Where matching looks for them is in shared/standing.lua.

function agents.load(w, name)
  local agent, fresh = records.load(w, w.keys.agent[name])
  if fresh then
    agent._name = name
  end
  return agent
end

-- Tells whether an agent can go on with what it has. One who is suspended can; one who went offline cannot, unlike one
-- whose presence was lost with the live state.
function agents.is_there(agent)
  return agent.reachable == '1' and not agent.signed_off
end

function agents.signed_in(agent)
  return agent.wants ~= 'offline' and agent.reachable == '1' and not agent.suspended
end

function agents.working(agent)
  return agent.wants == 'available' and agents.signed_in(agent)
end

-- Tells whether an agent works, or would but for a suspension: then what it has parked can come back to it.
function agents.goes_on(agent)
  return agent.wants == 'available' and agents.is_there(agent)
end

local function presence_of(agent)
  if agent.wants == 'offline' then
    return agent.wants
  end
  return agent.reachable ~= '1' and 'unreachable' or agent.suspended and 'suspended' or agent.wants
end

-- How an agent's record names how many contacts of a channel, or of a queue, the agent has.
local USED, OF = {}, {}

local function used(channel)
  USED[channel] = USED[channel] or 'used:' .. channel
  return USED[channel]
end

local function of(queue)
  OF[queue] = OF[queue] or 'of:' .. queue
  return OF[queue]
end

function agents.below_channel_limit(agent, channel, limit)
  return (agent[used(channel)] or 0) < limit
end

function agents.below_queue_limit(agent, queue, limit)
  return (agent[of(queue)] or 0) < limit
end

-- Returns the room an agent has, to be compared with many lines: units for live contacts and for others, the channels
-- below their limits, and of the limited queues whether they are.
function agents.room(agent)
  local signature = signatures.read(agent.signature)
  local units = signature.units - agent.used
  local room = { units = units, live_units = units + agent.pausable, channels = {}, queues = {} }
  for channel, limit in pairs(signature.channels) do
    room.channels[channel] = agents.below_channel_limit(agent, channel, limit)
  end
  for queue, limit in pairs(signature.queues) do
    room.queues[queue] = agents.below_queue_limit(agent, queue, limit)
  end
  return room
end

function agents.fits(room, line, live)
  local below_limits = room.channels[line.channel] and room.queues[line.queue] ~= false
  return below_limits and line.units <= (live and room.live_units or room.units)
end

-- Tells whether a contact in a place, or any of a line, fits. `live`: interruptible contacts may make room for it.
function agents.has_room(agent, place, live)
  return agents.fits(agents.room(agent), place, live)
end

-- Tells whether an agent who is set aside still can serve that line.
local function can_stay_aside(agent)
  return agents.working(agent) and signatures.able(signatures.read(agent.signature), lines.read(agent.aside))
end

function agents.update(w, agent, changes)
  agent._sets = agent._sets or standing.of(w, agent)
  local before = presence_of(agent)
  for field, value in pairs(changes) do
    records.change(agent, field, value)
  end
  local after = presence_of(agent)
  if before ~= after then
    records.change(agent, 'presence_since', w.now)
    counters.add(w, 'presence', before, -1)
    counters.add(w, 'presence', after, 1)
  end
  if agent.aside and not can_stay_aside(agent) then
    setting_aside.stop(w, agent, 'unable')
  end
end

-- Changes how many live contacts an agent serves. They are counted by signature, too.
local function count_live(w, agent, by)
  if by ~= 0 then
    records.change(agent, 'live', (agent.live or 0) + by)
    counters.add(w, 'live_load', agent.signature, by)
  end
end

-- Counts a contact among those of a queue that an agent has.
local function count_of(agent, queue, by)
  local number = (agent[of(queue)] or 0) + by
  return number > 0 and number
end

-- Gives an agent's room to a contact. The contact notes what it takes, as `units:live` or `units:`, and of which queue
-- it was then, so that exactly that is given back.
function agents.occupy(w, agent, contact, field)
  local place = field == 'second_taken' and places.of(contact) or contact
  local settings = queues.settings(w, place.queue)
  local live = not settings.deferrable
  records.change(contact, field, place.units .. (live and ':live' or ':'))
  records.change(contact, field .. '_of', place.queue)
  agents.update(w, agent, {
    used = agent.used + place.units,
    [used(contact.channel)] = (agent[used(contact.channel)] or 0) + 1,
    [of(place.queue)] = count_of(agent, place.queue, 1),
    holds = agent.holds + 1,
    idle_since = w.now,
    free_at = math.max(agent.holds > 0 and agent.free_at or 0, w.now + settings.handle_ms),
  })
  redis.call('SADD', w.keys.agent_contacts[agent._name], contact.id)
  count_live(w, agent, live and 1 or 0)
end

function agents.release(w, agent, contact, field)
  local units, live = contact[field]:match('^(%d+):(.*)$')
  local changes = {
    used = agent.used - units,
    [used(contact.channel)] = (agent[used(contact.channel)] or 0) - 1,
    holds = agent.holds - 1,
    idle_since = w.now,
  }
  local queue = contact[field .. '_of']
  if queue then -- the version before did not count by queue
    changes[of(queue)] = count_of(agent, queue, -1)
  end
  agents.update(w, agent, changes)
  records.change(contact, field, false)
  records.change(contact, field .. '_of', false)
  redis.call('SREM', w.keys.agent_contacts[agent._name], contact.id)
  if live ~= '' and (agent.live or 0) > 0 then -- the version before did not count by agent
    count_live(w, agent, -1)
  end
end

-- Takes an agent out of its signature, which is forgotten with its last agent.
function agents.leave_signature(w, agent)
  local signature = agent.signature
  counters.add(w, 'live_load', signature, -(agent.live or 0))
  standing.leave_all(w, agent)
  local members = w.keys.signature_agents[signature]
  redis.call('SREM', members, agent._name)
  if redis.call('EXISTS', members) == 0 then
    signatures.drop(w, signature)
  end
end
