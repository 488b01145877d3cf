-- The driver of whole days inside the server: what `simulation/driver.py` does call by call, thousands of events a
-- call. Each event runs the same functions, in the same order, with the virtual time. Nobody reads the journal of such
-- a day: of what would be written there, only offers are noted, and work that is interrupted or resumed.

local COMPLETION, LEAVING, ARRIVAL, SHIFT = 0, 1, 2, -1
local START_MS = 1760000000000
local SILENCE_MS = 31 * 86400000 -- after the last event; longer than any target

local TURNS = { ['contact.interrupted'] = 'stops', ['contact.resumed'] = 'goes_on' }

local days, offers, turns = {}, {}, {}

function journal.append() end
function journal.append_for_all() end

function journal.append_contact(_, contact, event, about)
  if event == 'offer.created' then
    offers[#offers + 1] = { contact.id, about.agent, about.offer }
  elseif TURNS[event] then
    turns[#turns + 1] = { contact.id, TURNS[event] }
  end
end

-- The heap of events: those at the same time by kind, then by number.
local function before(one, other)
  if one[1] ~= other[1] then
    return one[1] < other[1]
  elseif one[2] ~= other[2] then
    return one[2] < other[2]
  end
  return one[3] < other[3]
end

local function push(heap, event)
  local place = #heap + 1
  while place > 1 do
    local parent = math.floor(place / 2)
    if not before(event, heap[parent]) then
      break
    end
    heap[place], place = heap[parent], parent
  end
  heap[place] = event
end

local function pop(heap)
  local first, last = heap[1], table.remove(heap)
  local size, place = #heap, 1
  while size > 0 do
    local child = 2 * place
    if child > size then
      break
    elseif child < size and before(heap[child + 1], heap[child]) then
      child = child + 1
    end
    if not before(heap[child], last) then
      break
    end
    heap[place], place = heap[child], child
  end
  if size > 0 then
    heap[place] = last
  end
  return first
end

-- Work that is interrupted has no end until it goes on, with what was left of it.
local function turned(day, number, what)
  local work = day.work[number]
  if what == 'stops' then
    work.left, work.ends = work.ends - day.now, nil
  else
    work.ends = day.now + work.left
    push(day.events, { work.ends, COMPLETION, number })
  end
end

local function call(day, name, ...)
  local reply = registered[name]({ day.prefix }, { '', texts.number(START_MS + day.now), ... })
  day.calls = day.calls + 1
  for i = 1, #turns do
    turned(day, tonumber(turns[i][1]:sub(5), 16), turns[i][2])
    turns[i] = nil
  end
  return reply
end

local function must(reply, ...)
  local found = cjson.decode(reply)
  if found.status == 'ok' then
    for _, state in ipairs({ ... }) do
      if found.state == state then
        return found
      end
    end
  end
  error('the engine did not do what it must: ' .. reply)
end

local function id_of(number)
  return string.format('con_%032x', number)
end

local happens = {}

happens[SHIFT] = function(day, change)
  local agent = day.changes[change]
  call(day, 'set_presence', day.agents[agent[2]], agent[3] and 'available' or 'away', '')
end

happens[ARRIVAL] = function(day, number)
  local contact = day.contacts[number]
  local kind = day.kinds[contact[2]]
  if contact[4] then
    push(day.events, { math.max(day.now, contact[4]), LEAVING, number })
  end
  local now = START_MS + day.now
  local due = now + kind.target_ms
  kind.place.id, kind.place.enqueued_at, kind.place.due_at, kind.place.age = id_of(number), now, due, now
  must(call(day, 'enqueue', cjson.encode(kind.place)), 'queued', 'offered')
end

happens[LEAVING] = function(day, number)
  if not day.work[number] and not day.left[number] then
    must(call(day, 'close', id_of(number), 'abandoned', 'out of patience', ''), 'abandoned')
    day.left[number], day.open = day.now, day.open - 1
  end
end

happens[COMPLETION] = function(day, number, at)
  local work = day.work[number]
  if work.ends ~= at or day.left[number] then
    return -- it was interrupted, and ends later, or has ended
  end
  must(call(day, 'complete', work.name, work.assignment, id_of(number), 'served', ''), 'completed')
  day.jobs[work.agent] = day.jobs[work.agent] - 1
  day.left[number], day.open = day.now, day.open - 1
end

local function accept(day, offer)
  local number, name = tonumber(offer[1]:sub(5), 16), offer[2]
  local agent, contact = day.numbers[name], day.contacts[number]
  local reply = must(call(day, 'accept', name, offer[3], offer[1], ''), 'assigned')
  local kind = day.kinds[contact[2]]
  local speed = kind.speeds and kind.speeds[agent] or 1
  local takes = math.floor(contact[3] * 1000 / speed * (1 + kind.slower * day.jobs[agent]) + 0.5)
  local ends = day.now + takes
  day.work[number] = { name = name, agent = agent, assignment = reply.assignment, since = day.now, ends = ends }
  day.jobs[agent] = day.jobs[agent] + 1
  push(day.events, { ends, COMPLETION, number })
end

local function next_timer(day)
  local timer = redis.call('ZRANGE', day.prefix .. ':timers', 0, 0, 'WITHSCORES')
  return timer[2] and tonumber(timer[2]) - START_MS
end

-- Does the next thing that happens. Returns false if nothing ever will.
local function step(day)
  local event, timer = day.events[1], next_timer(day)
  if day.until_ms and math.min(event and event[1] or math.huge, timer or math.huge) >= day.until_ms then
    day.open = 0 -- what is still open stays so
    return true
  end
  if timer and timer <= (event and event[1] or day.last + SILENCE_MS) then
    day.now = math.max(day.now, timer)
    call(day, 'fire_timers', '200')
  elseif event then
    day.now = math.max(day.now, event[1])
    day.last = event[1]
    pop(day.events)
    happens[event[2]](day, event[3], event[1])
  else
    return false
  end
  while #offers > 0 do
    local made = offers
    offers = {}
    for _, offer in ipairs(made) do
      accept(day, offer)
    end
  end
  return true
end

-- load_day: makes a day ready. Arguments: JSON: setup [[function, argument, …]], agents [name], kinds [{place,
-- target_ms, slower, speeds}], contacts [[at ms, kind, handle s, leaves at ms]], changes [[at ms, agent, comes]], until
-- (ms; the day ends there); all numbered from 1.
redis.register_function('load_day', function(prefixes, args)
  local day = cjson.decode(args[1])
  day.prefix, day.now, day.last, day.calls, day.open = prefixes[1], 0, 0, 0, #day.contacts
  day.until_ms = day['until']
  day.events, day.work, day.left, day.jobs, day.numbers = {}, {}, {}, {}, {}
  for number, name in ipairs(day.agents) do
    day.numbers[name], day.jobs[number] = number, 0
  end
  for number, contact in ipairs(day.contacts) do
    contact[4] = contact[4] ~= cjson.null and contact[4] or nil
    push(day.events, { contact[1], ARRIVAL, number })
  end
  for number, change in ipairs(day.changes) do
    push(day.events, { change[1], SHIFT, number })
  end
  for _, made in ipairs(day.setup) do
    call(day, unpack(made))
  end
  offers, turns, days = {}, {}, { [day.prefix] = day }
  return 'OK'
end)

-- drive_day: lets so many events happen. Returns how many contacts are open, or -1 if they wait for ever.
redis.register_function('drive_day', function(prefixes, args)
  local day = days[prefixes[1]]
  for _ = 1, tonumber(args[1]) do
    if day.open == 0 then
      break
    elseif not step(day) then
      return -1
    end
  end
  return day.open
end)

-- end_day: returns [calls, [[agent or 0, answered at ms or -1, left at ms] of each contact]], and forgets the day.
redis.register_function('end_day', function(prefixes)
  local day, outcomes = days[prefixes[1]], {}
  for number = 1, #day.contacts do
    local work = day.work[number]
    outcomes[number] = { work and work.agent or 0, work and work.since or -1, day.left[number] or -1 }
  end
  days[prefixes[1]] = nil
  return cjson.encode({ day.calls, outcomes })
end)
