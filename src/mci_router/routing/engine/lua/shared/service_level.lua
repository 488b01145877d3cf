-- What the service level is made of, counted per queue as it happens.
-- answered, answered_in_time, abandoned_short (left within the short threshold), abandoned_in_time, abandoned_late, and the
-- waits as a histogram with upper bounds in seconds.

local WAIT_BOUNDS_S = { 1, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400 }
local DEFAULT_SHORT_ABANDON_MS = 5000

local function count_wait(w, contact)
  local queue = 'queue:' .. contact.queue
  local wait = math.max(0, w.now - contact.enqueued_at)
  count(w, queue, 'wait_sum_ms', wait)
  for _, bound in ipairs(WAIT_BOUNDS_S) do
    if wait <= bound * 1000 then
      count(w, queue, 'wait:' .. bound, 1)
      break
    end
  end
  return queue, wait
end

local function count_answer(w, contact)
  local queue, wait = count_wait(w, contact)
  local in_time = w.now <= contact.due_at
  count(w, queue, 'answered', 1)
  count(w, queue, 'answered_in_time', in_time and 1 or 0)
  note_level(w, contact.queue, in_time, wait)
end

local function count_abandon(w, contact)
  local queue, wait = count_wait(w, contact)
  if wait <= (w.settings.short_abandon_ms or DEFAULT_SHORT_ABANDON_MS) then
    count(w, queue, 'abandoned_short', 1)
    return
  end
  count(w, queue, w.now <= contact.due_at and 'abandoned_in_time' or 'abandoned_late', 1)
  note_level(w, contact.queue, false) -- who gave up within the target was not served in time either
end
