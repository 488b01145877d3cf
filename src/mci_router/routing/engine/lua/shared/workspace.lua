-- The workspace that a function touches, and the time it acts at. All keys of a workspace begin with its prefix, whose
-- hash tag keeps them on one shard: `w.key.timers` and `w.keys.line[id]` are their names (shared/keys.lua).
-- A function changes records (contacts, agents) and counters in memory; they are written once, when it ends.

-- Queues' settings as last read, valid until a queue is configured: each change puts a new stamp on them.
local known_queues, known_workspaces = {}, 0

local function queues_at(prefix, stamp)
  local known = known_queues[prefix]
  if not known and known_workspaces >= texts.MOST then
    known_queues, known_workspaces = {}, 0
  end
  if not known or known.stamp ~= stamp then
    known_workspaces = known and known_workspaces or known_workspaces + 1
    known = { stamp = stamp, settings = {} }
    known_queues[prefix] = known
  end
  return known.settings
end

-- Reads what holds for all of a workspace, and forgets what was in memory.
function workspace.read(w)
  w.records, w.counts, w.performances, w.pulls = {}, {}, {}, {}
  -- what setting aside looks at before the function ends, and what it has read
  w.to_settle, w.to_match, w.noted, w.least_units = {}, {}, {}, {}
  local facts = redis.call(
    'HMGET', w.prefix .. ':workspace', 'built', 'settings', 'closed', 'queues_stamp', 'closures', 'aside', 'mark')
  w.built = facts[1]
  kept.open(w, facts[7])
  w.settings, w.closed = texts.json(facts[2] or '{}'), texts.json(facts[3] or '{}')
  w.queues, w.closures = queues_at(w.prefix, facts[4]), texts.json(facts[5] or '{}')
  w.aside = tonumber(facts[6]) or 0 -- agents who are set aside
end

-- Opens the workspace for one function. `now` in ms; '' is the server's clock.
function workspace.open(prefix, now)
  local w = { prefix = prefix, now = tonumber(now) }
  if not w.now then
    local time = redis.call('TIME')
    w.now = time[1] * 1000 + math.floor(time[2] / 1000)
  end
  workspace.read(w)
  return w
end
