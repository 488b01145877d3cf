-- Where agents stand to be found. Matching finds them in sorted sets of each signature: `idle` (serving nobody, by
-- idle_since), `turn` (the same agents by the time of their last offer), `busy` of each channel (serving, with room
-- left, by free units and idle_since), and `interruptible` of each channel (with room for a live contact if called
-- away, or called away already and with room left). `engaged` has all who serve somebody, by when they are expected to
-- be free; an agent who is set aside is in `aside` of each channel, by free units, and in none of the others.
-- Where the signature limits the contacts of a queue, `busy` and `interruptible` of each channel and that queue, and
-- `engaged` of that queue, have those of them who are below the limit. Who is idle always is.
-- The keys `standing` count the agents of each signature in each of these sets, and in `staffed`: signed in.

standing.UNIT_SCORE = 2 ^ 42 -- above any time in ms until 2109, and 2^53 / 2^42 leaves room for 2,047 units

-- Signatures are counted by channel: those with limits of queues, too.
local function is_counted(name, part)
  return name ~= 'turn' and name ~= 'engaged' and not (part and part:find('|', 1, true))
end

-- Returns a set of a signature, the same table each time: its key, where its agents are counted, and its name there.
-- `part`: the channel, the queue, or both, as `channel|queue`.
function standing.set(w, signature, name, part)
  local sets = w.kept.agent_sets[signature] or {}
  w.kept.agent_sets[signature] = sets
  local parts = sets[name] or {}
  sets[name] = parts
  local set = parts[part or '']
  if not set then
    local key, whole = w.keys[name][signature], part and name .. ':' .. part or name
    set = { key = part and key .. ':' .. part or key, name = whole, signature = signature }
    set.counted = is_counted(name, part) and w.keys.standing[whole]
    parts[part or ''] = set
  end
  return set
end

-- Returns where to look for agents of a signature with room for a line.
function standing.set_for(w, signature, name, line)
  local limited = signatures.read(signature).parts[line.queue]
  return standing.set(w, signature, name, limited and limited[line.channel] or line.channel)
end

local function add_by_channel(w, sets, agent, name, live)
  local signature = signatures.read(agent.signature)
  local units = signature.units - agent.used + (live and agent.pausable or 0)
  if units <= 0 then
    return
  end
  local score = units * standing.UNIT_SCORE + agent.idle_since
  for channel, limit in pairs(signature.channels) do
    if agents.below_channel_limit(agent, channel, limit) then
      sets[standing.set(w, agent.signature, name, channel)] = score
      for queue, most in pairs(name ~= 'aside' and signature.queues or {}) do
        if agents.below_queue_limit(agent, queue, most) then
          sets[standing.set(w, agent.signature, name, signature.parts[queue][channel])] = score
        end
      end
    end
  end
end

local function add_engaged(w, sets, agent)
  local score = agent.free_at or 0
  sets[standing.set(w, agent.signature, 'engaged')] = score
  for queue, limit in pairs(signatures.read(agent.signature).queues) do
    if agents.below_queue_limit(agent, queue, limit) then
      sets[standing.set(w, agent.signature, 'engaged', queue)] = score
    end
  end
end

-- Returns the sets an agent belongs to now, with its score in each: {set: score}. In `staffed` agents are only counted.
function standing.of(w, agent)
  local sets, signature = {}, agent.signature
  if agents.signed_in(agent) then
    sets[standing.set(w, signature, 'staffed')] = 0
  end
  if not agents.working(agent) then
    return sets
  end
  if agent.aside then
    add_by_channel(w, sets, agent, 'aside', true)
    return sets
  end
  if agent.holds == 0 then
    sets[standing.set(w, signature, 'idle')] = agent.idle_since
    if w.settings.round_robin then
      sets[standing.set(w, signature, 'turn')] = agent.turn_at
    end
  elseif agent.paused_contacts == 0 then
    add_by_channel(w, sets, agent, 'busy', false)
  end
  if agent.pausable > 0 or agent.paused_contacts > 0 then
    add_by_channel(w, sets, agent, 'interruptible', true)
  end
  if agent.holds > 0 then
    add_engaged(w, sets, agent)
  end
  return sets
end

local function add_by_skill(idle, signature, by)
  for _, skill in ipairs(signatures.read(signature).skill_names) do
    idle[skill] = (idle[skill] or 0) + by
  end
end

-- Counts the agents of a signature in a set: signatures without any are left out.
local function count_in(w, set, by)
  local number = (kept.scores(w, set.counted)[set.signature] or 0) + by
  kept.score(w, set.counted, set.signature, number > 0 and number or nil)
  if set.name == 'staffed' and by > 0 and number == by then
    setting_aside.look_again(w)
  end
  if set.name == 'idle' and w.kept.idle_by_skill then
    add_by_skill(w.kept.idle_by_skill, set.signature, by)
  end
end

-- Returns how many agents of each skill are idle, over all signatures.
function standing.idle_by_skill(w)
  local idle = w.kept.idle_by_skill
  if not idle then
    idle = {}
    for signature, number in pairs(kept.scores(w, w.keys.standing.idle)) do
      add_by_skill(idle, signature, number)
    end
    w.kept.idle_by_skill = idle
  end
  return idle
end

-- Returns the signatures that can serve a line and have agents in a set, in order, and how many of each: {signature:
-- number}, which has others, too.
function standing.able_in(w, name, line)
  local counted, found = kept.scores(w, w.keys.standing[name]), {}
  for _, signature in ipairs(kept.list(w, w.keys.line_signatures[line])) do
    if counted[signature] then
      found[#found + 1] = signature
    end
  end
  return found, counted
end

-- Returns how many agents in a set could serve a line.
function standing.number_in(w, name, line)
  local found, counted = standing.able_in(w, name, line)
  local total = 0
  for _, signature in ipairs(found) do
    total = total + counted[signature]
  end
  return total
end

local function enter(w, agent, set, score, is_new)
  if set.name ~= 'staffed' then
    redis.call('ZADD', set.key, score, agent._name)
  end
  if is_new and set.counted then
    count_in(w, set, 1)
  end
end

local function leave(w, agent, set)
  if set.name ~= 'staffed' then
    redis.call('ZREM', set.key, agent._name)
  end
  if set.counted then
    count_in(w, set, -1)
  end
end

-- Puts an agent where matching looks for it, or takes it away from there.
local function sync(w, agent)
  local before, after = agent._sets, standing.of(w, agent)
  agent._sets = nil
  for set in pairs(before) do
    if not after[set] then
      leave(w, agent, set)
    end
  end
  for set, score in pairs(after) do
    if before[set] ~= score then
      enter(w, agent, set, score, not before[set])
    end
  end
end

-- Makes the sets agree with what this function has changed so far.
function standing.sync_all(w)
  for _, record in pairs(w.records) do
    if record and record._sets then
      sync(w, record)
    end
  end
end

-- Takes an agent out of every set of its signature.
function standing.leave_all(w, agent)
  for set in pairs(agent._sets or standing.of(w, agent)) do
    leave(w, agent, set)
  end
  agent._sets = {}
end
