-- What the service level is made of, counted per queue as it happens.
-- answered, answered_in_time, abandoned_short (left within the short threshold), abandoned_in_time, abandoned_late, and the
-- waits as a histogram with upper bounds in seconds.

local WAIT_BOUNDS_S = { 1, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600, 14400, 86400 }

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

local function in_time(w, contact)
  return w.now <= tonumber(contact.due_at)
end

local function count_answer(w, contact)
  local queue = count_wait(w, contact)
  count(w, queue, 'answered', 1)
  if in_time(w, contact) then
    count(w, queue, 'answered_in_time', 1)
  end
end

local function count_abandon(w, contact)
  local queue, wait = count_wait(w, contact)
  if wait <= tonumber(redis.call('GET', key(w, 'short_abandon_ms')) or 5000) then
    count(w, queue, 'abandoned_short', 1)
  elseif in_time(w, contact) then
    count(w, queue, 'abandoned_in_time', 1)
  else
    count(w, queue, 'abandoned_late', 1)
  end
end
