-- Rungs: a contact climbs one rung at a time, and never back. An escalation is a rung above the ladder.

-- The contact, new or taken from where it is, for the rung wanted; nil if it already stands there or higher, or is closed.
-- Second: what it leaves behind, for the journal: the agent who held it and the offer that was pending.
local function take_rung(w, want)
  local contact = load_contact(w, want.id)
  if contact and (FINAL[contact.state] or tonumber(contact.rung) >= want.rung) then
    return nil
  end
  local left = {}
  if contact then
    left = { agent = contact.agent, offer = contact.offer }
    clear_timer(w, 'rung', want.id)
    clear_timer(w, 'offer', want.id)
    clear_timer(w, 'wrap_up', want.id)
    if contact.state == 'queued' then
      leave_line(w, contact)
    end
    if contact.state == 'offered' then
      count(w, 'offers', 'revoked', 1)
    end
    if contact.queue then
      count(w, 'queue:' .. contact.queue, 'open', -1)
    end
    free_agent(w, contact)
    contact.agent = nil
  else
    contact = { id = want.id, shunned = 0 }
    count(w, 'contacts', want.outcome, 1)
    redis.call('SADD', key(w, 'open'), want.id)
  end
  contact.channel, contact.outcome, contact.rung = want.channel, want.outcome, want.rung
  redis.call('HSET', key(w, 'contact', want.id), 'channel', want.channel, 'outcome', want.outcome, 'rung', want.rung)
  return contact, left
end
