-- What is kept of a workspace from one function to the next, so that it is not read again: sets, scores, and the
-- records used last. All of it is written through: what is kept is what Redis has.
-- Each function that ends leaves a mark in the workspace's record. What is kept holds as long as the mark there is the
-- one that was left last: not after a failover, nor once somebody has emptied the workspace. It is forgotten with a
-- function that breaks off, while the live state is built, and with the library, when another version is loaded.

local MOST_MEMBERS = 500000 -- of sets and scores, over all workspaces: some 40 MB
local MOST_RECORDS = 128 -- used last; twice as many are kept

-- The server makes the collector begin every 50 calls, and what is kept is looked through each time: at half the usual
-- pace this costs half, and takes up to three times the memory of what is kept.
local STEPS = 100

local workspaces, members = {}, 0
local young, old, records_kept = {}, {}, 0
local origin, marks -- marks of this server, since the library was loaded

local function next_mark()
  if not origin then
    collectgarbage('setstepmul', STEPS)
    local time = redis.call('TIME')
    origin, marks = time[1] .. '.' .. time[2] .. '.' .. tostring({}):match('0x(%x+)') .. '.', 0
  end
  marks = marks + 1
  return origin .. marks
end

local function nothing(prefix)
  return {
    key = keys.beginning(prefix), keys = keys.by_kind(prefix), sets = {}, scores = {}, agent_sets = {},
    performances = {}, handling = {}, line_timers = {}, aside_timers = {},
  }
end

-- Begins to use what is kept of a workspace, whose record bears this mark.
function kept.open(w, mark)
  local known = workspaces[w.prefix]
  if not w.built or not mark or not known or known.used or known.mark ~= mark then
    known = nothing(w.prefix)
    if members > MOST_MEMBERS then
      workspaces, members = {}, 0
    end
    workspaces[w.prefix] = w.built and known or nil
  end
  known.used = true -- until the function ends
  w.kept, w.key, w.keys = known, known.key, known.keys
end

-- Ends a function that has changed nothing.
function kept.close(w)
  w.kept.used = false
end

-- Ends a function that may have changed something, all of which is written.
function kept.mark(w)
  if w.built then
    w.kept.mark = next_mark()
    redis.call('HSET', w.key.workspace, 'mark', w.kept.mark)
  end
  kept.close(w)
end

local function set_of(w, name)
  local set = w.kept.sets[name]
  if not set then
    set = { has = {} }
    for _, member in ipairs(redis.call('SMEMBERS', name)) do
      set.has[member] = true
      members = members + 1
    end
    w.kept.sets[name] = set
  end
  return set
end

-- Returns the members of a set: {member: true}. Nobody may change it.
function kept.members(w, name)
  return set_of(w, name).has
end

-- Returns the members of a set in order. The list stays as it is when the set changes.
function kept.list(w, name)
  local set = set_of(w, name)
  if not set.list then
    set.list = {}
    for member in pairs(set.has) do
      set.list[#set.list + 1] = member
    end
    table.sort(set.list)
  end
  return set.list
end

-- Adds to a set. Returns whether the member is new.
function kept.add(w, name, member)
  local set = set_of(w, name)
  if set.has[member] then
    return false
  end
  redis.call('SADD', name, member)
  set.has[member], set.list, members = true, nil, members + 1
  return true
end

function kept.remove(w, name, member)
  local set = set_of(w, name)
  if set.has[member] then
    redis.call('SREM', name, member)
    set.has[member], set.list = nil, nil
  end
end

function kept.remove_all(w, name)
  redis.call('DEL', name)
  w.kept.sets[name] = { has = {} }
end

-- Returns a sorted set as {member: score}. Nobody may change it.
function kept.scores(w, name)
  local scores = w.kept.scores[name]
  if not scores then
    local found = redis.call('ZRANGE', name, 0, -1, 'WITHSCORES')
    scores = {}
    for i = 1, #found, 2 do
      scores[found[i]] = tonumber(found[i + 1])
    end
    members = members + #found / 2
    w.kept.scores[name] = scores
  end
  return scores
end

-- Sets the score of a member; nil takes it out.
function kept.score(w, name, member, score)
  local scores = kept.scores(w, name)
  if score and scores[member] ~= score then
    redis.call('ZADD', name, score, member)
  elseif not score and scores[member] then
    redis.call('ZREM', name, member)
  end
  scores[member] = score
end

-- Returns a record that was used lately, or nil.
function kept.record(w, name)
  local record = young[name] or old[name]
  return record and record._kept == w.kept and record or nil
end

-- Keeps a record whose changes are all written.
function kept.keep(w, record)
  record._kept = w.kept
  if young[record._key] ~= record then
    if records_kept >= MOST_RECORDS then
      young, old, records_kept = {}, young, 0
    end
    young[record._key], records_kept = record, records_kept + 1
  end
end

function kept.drop(name)
  young[name], old[name] = nil, nil
end
