-- The clock of the time that a contact waits: it runs from entering a queue until an agent accepts or the contact
-- leaves, and stands still while the queue is closed. Talk, hold and wrap-up are never waiting.
-- `waited` sums it over all queues, `segment_waited` over this stay, `queue_waited` over the stays before this one in
-- the same queue without another between.

local function add(contact, field, by)
  records.change(contact, field, (contact[field] or 0) + by)
end

-- Starts the clock, which counts from `since`.
function clocks.start(w, contact, since)
  local closed = queues.closed_ms(w, contact.queue)
  records.change(contact, 'waits_since', since)
  records.change(contact, 'closed_before', closed > 0 and closed)
end

local function running(w, contact)
  if not contact.waits_since then
    return 0
  end
  local closed = queues.closed_ms(w, contact.queue) - (contact.closed_before or 0)
  return math.max(0, w.now - contact.waits_since - closed)
end

-- Returns the ms that a contact has waited in this stay, until now.
function clocks.waited(w, contact)
  return (contact.segment_waited or 0) + running(w, contact)
end

-- Returns since when a contact would have waited, had it waited in one go while its queue was never closed; `since`
-- turns it into a time. One that is served meanwhile waits from now on.
function clocks.score(w, contact)
  return (contact.waits_since or w.now) - (contact.closed_before or 0) - (contact.waited or 0)
end

-- Returns since when one of a queue has waited, by its score.
function clocks.since(w, queue, score)
  return score + queues.closed_ms(w, queue)
end

function clocks.stop(w, contact)
  local waited = running(w, contact)
  if waited > 0 then
    add(contact, 'waited', waited)
    add(contact, 'segment_waited', waited)
  end
  records.change(contact, 'waits_since', false)
  records.change(contact, 'closed_before', false)
end

-- Returns when a contact that goes on waiting will have waited so many ms in its queue.
function clocks.due(contact, after_ms)
  return contact.entered_at + after_ms - (contact.queue_waited or 0)
end

-- Starts to count a time that an agent spends on a contact without talking: `held` or `parked`; or that it
-- waits for its customer: `awaited`.
function clocks.begin(w, contact, kind)
  records.change(contact, kind .. '_since', w.now)
end

-- Ends that count. Returns whether it was running.
function clocks.finish(w, contact, kind)
  local since = contact[kind .. '_since']
  if since then
    add(contact, kind, w.now - since)
    records.change(contact, kind .. '_since', false)
  end
  return since ~= nil
end
