-- Wrap-up: the agent's work once the conversation is over. `wrap_up_ends_at` is when it ends by itself.

-- Where a queue has no wrap-up and somebody else has ended the conversation: what the agent has typed is not lost.
local AFTER_AN_END_MS = 120000

-- Begins to count a wrap-up. `limit`: in ms; -1: until the agent is done; 0: none is asked for.
function wrapping_up.watch(w, contact, limit)
  local ends_at = limit >= 0 and w.now + (limit > 0 and limit or AFTER_AN_END_MS)
  records.change(contact, 'wrap_up_ends_at', ends_at)
  if ends_at then
    timers.set(w, 'wrap_up', contact.id, ends_at)
  end
end

function wrapping_up.begin(w, contact, limit, about)
  participants.end_all(w, contact, 'conversation_ended')
  interrupting.note_pausable(w, agents.load(w, contact.agent), contact, -1)
  wrapping_up.watch(w, contact, limit)
  local changes = { handled_at = w.now, pausable = false, agent_lost = false }
  contacts.move(w, contact, 'contact.wrapping_up', 'wrapping_up', changes, about)
end
