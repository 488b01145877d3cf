-- Lines: where contacts wait, oldest first. `heads` has the age of each open line's first contact, so that whoever looks for work
-- compares lines without touching them. A contact that waits for one agent first is held beside its line.

local RESERVE_CHECK_MS = 5000 -- how often deferrable work that was held back is looked at again

-- An urgent contact has a credit of this much more age than any wait, by which it is known in every line; figures leave it out.
local URGENT_MS = 1000000000000

local function is_urgent(waited)
  return waited >= URGENT_MS / 2
end

local function without_credit(waited)
  return is_urgent(waited) and waited - URGENT_MS or waited
end

local function first_of(w, line)
  local head = redis.call('ZRANGE', key(w, 'line', line), 0, 0, 'WITHSCORES')
  return head[1], tonumber(head[2])
end

-- The head of a line has changed, or its queue has opened or closed.
local function show_head(w, line)
  local _, age = first_of(w, line)
  if age and is_open(w, read_line(line).queue) then
    redis.call('ZADD', key(w, 'heads'), age, line)
  else
    redis.call('ZREM', key(w, 'heads'), line)
  end
  return age
end

local function watch_reserve(w, line)
  local line_queue = read_line(line).queue
  if queue_settings(w, line_queue).deferrable then
    redis.call('ZADD', key(w, 'timers'), 'NX', w.now + RESERVE_CHECK_MS, 'reserve:' .. line)
  end
end

local function join_line(w, contact)
  ensure_line(w, contact.line)
  redis.call('ZADD', key(w, 'line', contact.line), contact.age, contact.id)
  count(w, 'queue:' .. contact.queue, 'waiting', 1)
  if is_open(w, contact.queue) then
    redis.call('ZADD', key(w, 'heads'), 'LT', contact.age, contact.line)
    watch_reserve(w, contact.line)
  end
end

local function leave_line(w, contact)
  redis.call('ZREM', key(w, 'line', contact.line), contact.id)
  count(w, 'queue:' .. contact.queue, 'waiting', -1)
  if not show_head(w, contact.line) then
    set_timer(w, 'line', contact.line, w.now + LINE_MEMORY_MS)
  end
end

-- Holds a contact for one agent until a time, beside its line.
local function hold_for(w, contact, agent, until_ms)
  redis.call('ZADD', key(w, 'held', agent._name), contact.age, contact.id)
  update_agent(w, agent, { held_contacts = agent.held_contacts + 1 })
  change(contact, 'held_for', agent._name)
  count(w, 'queue:' .. contact.queue, 'waiting', 1)
  set_timer(w, 'held', contact.id, until_ms)
end

local function end_hold(w, contact)
  local agent = load_agent(w, contact.held_for)
  redis.call('ZREM', key(w, 'held', contact.held_for), contact.id)
  if agent then
    update_agent(w, agent, { held_contacts = agent.held_contacts - 1 })
  end
  change(contact, 'held_for', false)
  count(w, 'queue:' .. contact.queue, 'waiting', -1)
  clear_timer(w, 'held', contact.id)
end

-- Takes a waiting contact from where it waits.
local function stop_waiting(w, contact)
  if contact.held_for then
    end_hold(w, contact)
  else
    leave_line(w, contact)
  end
end

-- How many agents who are signed in could serve a line.
local function staffed(w, line)
  local found, total = redis.call('ZINTER', 2, key(w, 'standing', 'staffed'), key(w, 'line_signatures', line), 'WEIGHTS', 1, 0, 'WITHSCORES'), 0
  for i = 2, #found, 2 do
    total = total + found[i]
  end
  return total
end
