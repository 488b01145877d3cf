-- Hanging up: a customer who has asked for a callback hangs up, and waits to be called.

local HANG_UP_MS = 10000 -- how long after the request for a callback a call may be said to have ended

-- Tells whether a customer who hangs up waits to be called, or did so a moment ago: the adapter's first word of it may
-- come when an agent has the contact already.
function hanging_up.awaits_callback(w, contact)
  local waits = contact.state == 'queued' or contact.state == 'offered'
  local first = not contact.hung_up and w.now - (contact.callback_since or 0) <= HANG_UP_MS
  return contact.callback and (waits or first)
end
