-- Rungs: a contact climbs its ladder one rung at a time, and never back.

-- The contact, new or moved up to the rung wanted; nil if it already stands there or higher, or is closed.
local function take_rung(w, want)
  local contact = load_contact(w, want.id)
  if contact and (FINAL[contact.state] or tonumber(contact.rung) >= want.rung) then
    return nil
  end
  if contact then
    clear_timer(w, 'rung', want.id)
  else
    contact = { id = want.id, shunned = 0 }
    count(w, 'contacts', want.outcome, 1)
    redis.call('SADD', key(w, 'open'), want.id)
  end
  contact.channel, contact.outcome, contact.rung = want.channel, want.outcome, want.rung
  redis.call('HSET', key(w, 'contact', want.id), 'channel', want.channel, 'outcome', want.outcome, 'rung', want.rung)
  return contact
end
