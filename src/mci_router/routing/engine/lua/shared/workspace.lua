-- The workspace that a function touches, and the time it acts at. All keys of a workspace begin with its prefix, whose
-- hash tag keeps them on one shard: `w.key.timers` and `w.keys.line[id]` are their names (shared/keys.lua).
-- A function changes records (contacts, agents) and counters in memory; they are written once, when it ends.

-- Reads what holds for all queues: their settings are read when they are needed.
local function read_facts(w)
  local found = redis.call('HMGET', w.key.workspace, 'settings', 'closed', 'closures', 'aside')
  return {
    settings = texts.json(found[1] or '{}'),
    closed = texts.json(found[2] or '{}'),
    closures = texts.json(found[3] or '{}'),
    aside = tonumber(found[4]) or 0, -- agents who are set aside
    queues = {},
  }
end

-- Begins with nothing in memory but what is kept.
function workspace.read(w)
  w.records, w.counts, w.performances, w.pulls = {}, {}, {}, {}
  -- what setting aside looks at before the function ends, and what it has read
  w.to_settle, w.to_match, w.noted, w.least_units = {}, {}, {}, {}
  local found = redis.call('HMGET', w.prefix .. ':workspace', 'built', 'mark')
  w.built = found[1]
  kept.open(w, found[2])
  w.kept.facts = w.kept.facts or read_facts(w)
  for name, fact in pairs(w.kept.facts) do
    w[name] = fact
  end
end

-- Changes one of the facts, which the caller writes.
function workspace.change(w, name, fact)
  kept.change(w)
  w[name], w.kept.facts[name] = fact, fact
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
