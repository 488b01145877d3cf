-- Alarms: what is wrong with a queue. An alarm sounds once it was seen for a while without a break, and ends once it
-- was not seen for a while, so that it does not flap. `alarms` keeps each as `queue|alarm`: {sounds, since (ms),
-- turning_at (ms, or 0): since when the opposite is seen}.

local GAP_MS = 60000 -- without a look for longer, what was seen before proves nothing

local EVENTS = {
  at_risk = 'service_level.at_risk', breached = 'service_level.breached', unstaffed = 'queue.unstaffed',
  nobody_can_serve = 'queue.nobody_can_serve',
}

local function read(w)
  local flat, found = redis.call('HGETALL', w.key.alarms), {}
  for i = 1, #flat, 2 do
    found[flat[i]] = cjson.decode(flat[i + 1])
  end
  return found
end

-- Returns the alarms that sound: {queue: {alarm: since}}.
function alarms.sounding(w)
  local found = {}
  for name, state in pairs(read(w)) do
    local queue, alarm = name:match('^(.+)|(.+)$')
    if state.sounds then
      found[queue] = found[queue] or {}
      found[queue][alarm] = state.since
    end
  end
  return found
end

-- Returns when the queues were last looked at.
function alarms.looked_at(w)
  return tonumber(redis.call('HGET', w.key.workspace, 'alarms_looked_at') or 0)
end

local function turn(w, queue, alarm, state, facts)
  state.sounds, state.since, state.turning_at = not state.sounds, w.now, 0
  local entry = facts or {}
  entry.type, entry.queue, entry.active = EVENTS[alarm], queue, state.sounds
  journal.append(w, entry)
end

-- Notes whether an alarm is seen. `state` is what is known of it.
local function note(w, state, seen, want, paused)
  if seen == state.sounds then
    state.turning_at = 0
    return
  end
  if state.turning_at == 0 or paused then
    state.turning_at = w.now
  end
  if w.now - state.turning_at >= (seen and want.enter_ms or want.leave_ms) then
    turn(w, want.queue, want.alarm, state, want.facts)
  end
end

local function write(w, name, state)
  if state.sounds or state.turning_at > 0 then
    redis.call('HSET', w.key.alarms, name, cjson.encode(state))
  else
    redis.call('HDEL', w.key.alarms, name)
  end
end

-- Handles an alarm that a look does not mention: it is not seen and did not sound, or its queue is gone.
local function pass_over(w, name, state, exists)
  local queue, alarm = name:match('^(.+)|(.+)$')
  if state.sounds and not exists[queue] then
    turn(w, queue, alarm, state)
  end
  if not state.sounds then
    redis.call('HDEL', w.key.alarms, name)
  end
end

-- Notes what was seen at one look at the queues: a list of {queue, alarm, seen, enter_ms, leave_ms, facts}, which
-- leaves out what is not seen and did not sound.
function alarms.note_all(w, names, looks)
  local known, exists, mentioned = read(w), {}, {}
  local looked_at = alarms.looked_at(w)
  redis.call('HSET', w.key.workspace, 'alarms_looked_at', w.now)
  for _, name in ipairs(names) do
    exists[name] = true
  end
  for _, look in ipairs(looks) do
    local name = look.queue .. '|' .. look.alarm
    local state = known[name] or { sounds = false, since = 0, turning_at = 0 }
    note(w, state, look.seen, look, w.now - looked_at > GAP_MS)
    write(w, name, state)
    mentioned[name] = true
  end
  for name, state in pairs(known) do
    if not mentioned[name] then
      pass_over(w, name, state, exists)
    end
  end
end
