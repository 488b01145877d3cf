-- Agents: what they want, whether they can be reached, whether an operator has suspended them, and how much room they
-- have.
-- Matching finds agents in sorted sets of each signature: `idle` (serving nobody, by idle_since), `turn` (the same
-- agents by the time of their last offer), `busy` of each channel (serving, with room left, by free units and
-- idle_since), and `interruptible` of each channel (with room for a live contact if called away, or called away already
-- and with room left). `engaged` has all who serve somebody, by when they are expected to be free; an agent who is set
-- aside is in `aside` of each channel, by free units, and in none of the others.
-- Where the signature limits the contacts of a queue, `busy` and `interruptible` of each channel and that queue, and
-- `engaged` of that queue, have those of them who are below the limit. Who is idle always is.
-- The keys `standing` count the agents of each signature in each of these sets, and in `staffed`: signed in.

agents.UNIT_SCORE = 2 ^ 42 -- above any time in ms until 2109, and 2^53 / 2^42 leaves room for 2,047 units

function agents.load(w, name)
  local agent, fresh = records.load(w, workspace.key(w, 'agent', name))
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

local function presence_of(agent)
  if agent.wants == 'offline' then
    return agent.wants
  end
  return agent.reachable ~= '1' and 'unreachable' or agent.suspended and 'suspended' or agent.wants
end

local function used_on(agent, channel)
  return agent['used:' .. channel] or 0
end

local function below_limit(agent, queue, limit)
  return (agent['of:' .. queue] or 0) < limit
end

-- Returns the room an agent has, to be compared with many lines: units for live contacts and for others, the channels
-- below their limits, and of the limited queues whether they are.
function agents.room(agent)
  local signature = signatures.read(agent.signature)
  local units = signature.units - agent.used
  local room = { units = units, live_units = units + agent.pausable, channels = {}, queues = {} }
  for channel, limit in pairs(signature.channels) do
    room.channels[channel] = used_on(agent, channel) < limit
  end
  for queue, limit in pairs(signature.queues) do
    room.queues[queue] = below_limit(agent, queue, limit)
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

-- Returns where to look for agents of a signature with room for a line: the third part of the key of a set.
function agents.where(signature, line)
  return signatures.read(signature).queues[line.queue] and line.channel .. '|' .. line.queue or line.channel
end

local function add_channel_sets(sets, agent, name, live)
  local room = agents.room(agent)
  local units = live and room.live_units or room.units
  local score = units * agents.UNIT_SCORE + agent.idle_since
  for channel, has_room in pairs(room.channels) do
    if has_room and units > 0 then
      sets[name .. ':' .. channel] = { name = name, part = channel, score = score }
      for queue, below in pairs(name ~= 'aside' and room.queues or {}) do
        local part = channel .. '|' .. queue
        sets[name .. ':' .. part] = below and { name = name, part = part, score = score, uncounted = true } or nil
      end
    end
  end
end

local function add_engaged(sets, agent)
  local score = agent.free_at or 0
  sets.engaged = { name = 'engaged', score = score, uncounted = true }
  for queue, limit in pairs(signatures.read(agent.signature).queues) do
    if below_limit(agent, queue, limit) then
      sets['engaged:' .. queue] = { name = 'engaged', part = queue, score = score, uncounted = true }
    end
  end
end

-- The sets an agent belongs to now, with its scores.
local function sets_of(w, agent)
  local sets = {}
  if agents.signed_in(agent) then
    sets.staffed = { name = 'staffed' }
  end
  if not agents.working(agent) then
    return sets
  end
  if agent.aside then
    add_channel_sets(sets, agent, 'aside', true)
    return sets
  end
  if agent.holds == 0 then
    sets.idle = { name = 'idle', score = agent.idle_since }
    sets.turn = w.settings.round_robin and { name = 'turn', score = agent.turn_at, uncounted = true } or nil
  elseif agent.paused_contacts == 0 then
    add_channel_sets(sets, agent, 'busy', false)
  end
  if agent.pausable > 0 or agent.paused_contacts > 0 then
    add_channel_sets(sets, agent, 'interruptible', true)
  end
  if agent.holds > 0 then
    add_engaged(sets, agent)
  end
  return sets
end

local function add_by_skill(idle, signature, by)
  for _, skill in ipairs(signatures.read(signature).skill_names) do
    idle[skill] = (idle[skill] or 0) + by
  end
end

-- Counts the agents of a signature in a set: signatures without any are left out.
local function count_in(w, name, signature, by)
  local counted = workspace.key(w, 'standing', name)
  local number = (kept.scores(w, counted)[signature] or 0) + by
  kept.score(w, counted, signature, number > 0 and number or nil)
  if name == 'idle' and w.kept.idle_by_skill then
    add_by_skill(w.kept.idle_by_skill, signature, by)
  end
end

-- Returns how many agents of each skill are idle, over all signatures.
function agents.idle_by_skill(w)
  local idle = w.kept.idle_by_skill
  if not idle then
    idle = {}
    for signature, number in pairs(kept.scores(w, workspace.key(w, 'standing', 'idle'))) do
      add_by_skill(idle, signature, number)
    end
    w.kept.idle_by_skill = idle
  end
  return idle
end

-- Returns the signatures that can serve a line and have agents in a set, each followed by how many.
function agents.able_in(w, name, line)
  local counted, found = kept.scores(w, workspace.key(w, 'standing', name)), {}
  for _, signature in ipairs(kept.list(w, workspace.key(w, 'line_signatures', line))) do
    if counted[signature] then
      found[#found + 1] = signature
      found[#found + 1] = counted[signature]
    end
  end
  return found
end

local function update_set(w, agent, name, before, after, signature)
  local set = before or after
  local members = workspace.key(w, set.name, signature, set.part)
  if after and after.score and not (before and before.score == after.score) then
    redis.call('ZADD', members, after.score, agent._name)
  elseif before and before.score and not after then
    redis.call('ZREM', members, agent._name)
  end
  if not set.uncounted and (before ~= nil) ~= (after ~= nil) then
    count_in(w, name, signature, after and 1 or -1)
  end
end

-- Puts an agent where matching looks for it, or takes it away from there.
local function sync(w, agent)
  local before, after = agent._sets, sets_of(w, agent)
  agent._sets = nil
  for name, set in pairs(before) do
    update_set(w, agent, name, set, after[name], agent.signature)
  end
  for name, set in pairs(after) do
    if not before[name] then
      update_set(w, agent, name, nil, set, agent.signature)
    end
  end
end

-- Makes the sets agree with what this function has changed so far.
function agents.sync_all(w)
  for _, record in pairs(w.records) do
    if record and record._sets then
      sync(w, record)
    end
  end
end

-- Tells whether an agent who is set aside still can serve that line.
local function can_stay_aside(agent)
  return agents.working(agent) and signatures.able(signatures.read(agent.signature), lines.read(agent.aside))
end

function agents.update(w, agent, changes)
  agent._sets = agent._sets or sets_of(w, agent)
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
  local number = (agent['of:' .. queue] or 0) + by
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
    ['used:' .. contact.channel] = used_on(agent, contact.channel) + 1,
    ['of:' .. place.queue] = count_of(agent, place.queue, 1),
    holds = agent.holds + 1,
    idle_since = w.now,
    free_at = math.max(agent.holds > 0 and agent.free_at or 0, w.now + settings.handle_ms),
  })
  redis.call('SADD', workspace.key(w, 'agent_contacts', agent._name), contact.id)
  count_live(w, agent, live and 1 or 0)
end

function agents.release(w, agent, contact, field)
  local units, live = contact[field]:match('^(%d+):(.*)$')
  local changes = {
    used = agent.used - units,
    ['used:' .. contact.channel] = used_on(agent, contact.channel) - 1,
    holds = agent.holds - 1,
    idle_since = w.now,
  }
  local queue = contact[field .. '_of']
  if queue then -- the version before did not count by queue
    changes['of:' .. queue] = count_of(agent, queue, -1)
  end
  agents.update(w, agent, changes)
  records.change(contact, field, false)
  records.change(contact, field .. '_of', false)
  redis.call('SREM', workspace.key(w, 'agent_contacts', agent._name), contact.id)
  if live ~= '' and (agent.live or 0) > 0 then -- the version before did not count by agent
    count_live(w, agent, -1)
  end
end

-- Takes an agent out of its signature, which is forgotten with its last agent.
function agents.leave_signature(w, agent)
  local signature = agent.signature
  counters.add(w, 'live_load', signature, -(agent.live or 0))
  for name, set in pairs(agent._sets or sets_of(w, agent)) do
    update_set(w, agent, name, set, nil, signature)
  end
  agent._sets = {}
  local members = workspace.key(w, 'signature_agents', signature)
  redis.call('SREM', members, agent._name)
  if redis.call('EXISTS', members) == 0 then
    signatures.drop(w, signature)
  end
end
