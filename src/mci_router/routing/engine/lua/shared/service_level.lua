-- The figures of a queue's service level, counted as they happen: answered, answered_in_time, abandoned_short (left
-- within the short threshold), abandoned_in_time, abandoned_late, and the waits as a histogram with upper bounds in
-- seconds.

local WAIT_BOUNDS_S = { 1, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400 }
local DEFAULT_SHORT_ABANDON_MS = 5000

local function count_wait(w, contact)
  local queue = 'queue:' .. contact.queue
  local wait = clocks.waited(w, contact)
  counters.add(w, queue, 'wait_sum_ms', wait)
  for _, bound in ipairs(WAIT_BOUNDS_S) do
    if wait <= bound * 1000 then
      counters.add(w, queue, 'wait:' .. bound, 1)
      break
    end
  end
  return queue, wait
end

function service_level.count_answer(w, contact)
  local queue, wait = count_wait(w, contact)
  local in_time = w.now <= contact.due_at
  counters.add(w, queue, 'answered', 1)
  counters.add(w, queue, 'answered_in_time', in_time and 1 or 0)
  queues.note_level(w, contact.queue, in_time, wait)
end

-- Counts a customer who left the line. Returns how: 'abandoned' or 'short_abandoned'.
function service_level.count_abandon(w, contact)
  local queue, wait = count_wait(w, contact)
  if wait <= (w.settings.short_abandon_ms or DEFAULT_SHORT_ABANDON_MS) then
    counters.add(w, queue, 'abandoned_short', 1)
    return 'short_abandoned'
  end
  counters.add(w, queue, w.now <= contact.due_at and 'abandoned_in_time' or 'abandoned_late', 1)
  queues.note_level(w, contact.queue, false) -- who gave up within the target was not served in time either
  return 'abandoned'
end
