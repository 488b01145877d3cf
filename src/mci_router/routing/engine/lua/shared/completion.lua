-- The end of an agent's work on a contact, by hand or by timer.

local SPEED_PRIOR = 100 -- contacts at the queue's mean handle time

-- Notes a signature's handle time in a queue, as a share of the queue's own mean.
local function note_handling(w, contact, agent)
  local handle_ms = (contact.handled_at or w.now) - contact.answered_at - (contact.awaited or 0)
  local ratio = handle_ms / queues.performance(w, contact.queue).handle_ms
  queues.note_handle_time(w, contact.queue, handle_ms)
  local mean, number = unpack(handling.of(w, agent.signature, contact.queue) or { 1, 0 })
  mean = queues.moved_mean(mean, number, ratio, SPEED_PRIOR)
  handling.note(w, agent.signature, contact.queue, mean, number + 1)
end

-- Completes a contact, and gives its agent's room to what waits. The entry has its disposition and notes. `about`:
-- what else is journalled.
function completion.complete(w, contact, about)
  about = about or {}
  about.disposition = about.disposition or contact.disposition
  about.notes = about.notes or contact.notes
  records.change(contact, 'wrap_up_ends_at', false)
  local agent = endings.free_agent(w, contact)
  if agent and contact.answered_at then
    note_handling(w, contact, agent)
  end
  endings.finish(w, contact, 'contact.completed', 'completed', { handled_at = contact.handled_at or w.now }, about,
    'answered')
  if agent then
    matching.match_agent(w, agent)
  end
end
