-- Which line next: an agent with room takes from the line whose service level gains most by it. Urgent contacts come
-- before all others, the oldest first, however the workspace chooses.
--
--   w = wait of the head, T = target, u = w / T, g = goal, SL = the queue's rolling service level,
--   mu = 1 / its mean handle time
--   w >= min(M T, max(cap, T))    must be served: oldest first (the starvation bound)
--   else  S = weight B mu^eta f,  f = u while u <= 1, or always where customers do not wait on the line,
--                                     d + (1 - d) (u - 1) / (M - 1) past the target,
--                                 B = exp(kappa (g - SL) / (1 - g + 0.05)) within 1/4 and 4

local KAPPA, D, M, CAP_MS = 0.5, 0.2, 12, 600000
local ETA = 1 -- 0 is fairest to long contacts, 1 serves the most in time

-- Returns after how long a contact of a queue must be served.
function choosing_lines.bound_ms(settings)
  settings.bound_ms = settings.bound_ms or math.min(M * settings.target_ms, math.max(CAP_MS, settings.target_ms))
  return settings.bound_ms
end

local function urgency(waited, settings)
  local u = waited / settings.target_ms
  if u <= 1 or settings.deferrable then
    return u
  end
  return D + (1 - D) * (u - 1) / (M - 1)
end

local function boost(w, performance, goal)
  local exponent = KAPPA * (goal - queues.rolling_level(w, performance, goal)) / (1 - goal + 0.05)
  return math.min(4, math.max(0.25, math.exp(exponent)))
end

-- All of a head's score but its urgency: the same for every line of a queue.
local function pull(w, queue, settings)
  local performance = queues.performance(w, queue)
  local speed = (1000 / performance.handle_ms) ^ (w.settings.eta or ETA)
  w.pulls[queue] = settings.weight * boost(w, performance, settings.goal) * speed
  return w.pulls[queue]
end

-- Each choice gives a head two numbers; the greater first number wins, then the greater second, then the older contact.
local choices = {}

function choices.service_level(w, waited, line, settings)
  if waited >= choosing_lines.bound_ms(settings) then
    return 1, waited
  end
  return 0, (w.pulls[line.queue] or pull(w, line.queue, settings)) * urgency(waited, settings)
end

function choices.oldest(_, waited)
  return 0, waited
end

function choices.strict_priority(_, waited, _, settings)
  return -settings.position, waited
end

local function choice_of(w)
  return choices[w.settings.line_choice] or choices.service_level
end

-- The two numbers of a line's first contact, of this age.
local function worth(w, choose, line, age, settings)
  local rank, score = choose(w, w.now - age, line, settings)
  return lines.is_urgent(w.now - age) and math.huge or rank, score
end

-- Tells whether the first contact of a line, worth so much, goes before that of another: {line, rank, score, age}.
local function before(line, rank, score, age, other)
  if rank ~= other.rank then
    return rank > other.rank
  end
  if score ~= other.score then
    return score > other.score
  end
  return age < other.age or (age == other.age and line < other.line)
end

-- The first contact of a line that this agent did not let go a moment ago, and its age.
local function first_for(w, line, agent)
  local declined = w.keys.declined[agent._name]
  local in_line = redis.call('ZRANGE', w.keys.line[line], 0, agent.declines, 'WITHSCORES')
  for i = 1, #in_line, 2 do
    if redis.call('HEXISTS', declined, in_line[i]) == 0 then
      return in_line[i], tonumber(in_line[i + 1])
    end
  end
end

-- Tells whether a contact in a place goes before the first one of another line.
function choosing_lines.goes_before(w, place, id)
  local _, age = lines.first(w, id)
  if not age then
    return true
  end
  local choose, mine, theirs = choice_of(w), lines.read(place.line), lines.read(id)
  local other = { line = id, age = age }
  other.rank, other.score = worth(w, choose, theirs, age, queues.settings(w, theirs.queue))
  local rank, score = worth(w, choose, mine, place.age, queues.settings(w, mine.queue))
  return before(mine.id, rank, score, place.age, other)
end

-- Returns the contact that an agent should be offered next, or nil. An agent who is set aside for a line takes nothing
-- that comes after its first contact, whether that fits or not.
function choosing_lines.next_contact(w, agent)
  local heads, choose, room, best = kept.scores(w, w.key.heads), choice_of(w), agents.room(agent), nil
  for _, line in ipairs(lines.with_contacts(w, agent.signature)) do
    local id, settings, contact = line.id, queues.settings(w, line.queue), nil
    local age, live = heads[id], not settings.deferrable
    local fits = agents.fits(room, line, live) and (live or agent.paused_contacts == 0)
    local ready = fits or agent.aside == id
    if ready and agent.declines > 0 then
      contact, age = first_for(w, id, agent)
    end
    if ready and age then
      local rank, score = worth(w, choose, line, age, settings)
      if (not best or before(id, rank, score, age, best)) and reserve.may_start(w, id, age, agent.signature) then
        best = { line = id, rank = rank, score = score, age = age, contact = contact, fits = fits }
      end
    end
  end
  return best and best.fits and (best.contact or lines.first(w, best.line)) or nil
end
