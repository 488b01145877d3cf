-- enqueue: puts a contact in line for an agent, wherever it was before, and offers it at once if one is free.
-- Arguments: contact as JSON: id, queue, channel, requirement [{skill, min}], line, units, enqueued_at and due_at (ms),
--            credit_ms (age granted for priority), outcome, rung.
-- Returns:   the contact's standing with status 'ok'; 'known' if it is on this rung or a later one already, or closed.
transition('enqueue', function(w, json)
  local want = cjson.decode(json)
  local contact, left = take_rung(w, want)
  if not contact then
    return told(load_contact(w, want.id), 'known')
  end
  ensure_line(w, want.line, want.requirement)
  contact.queue, contact.line, contact.units = want.queue, want.line, want.units
  count(w, 'queue:' .. want.queue, 'open', 1)
  contact.age = want.enqueued_at - (want.credit_ms or 0)
  join_line(w, contact)
  move(w, contact, 'contact.queued', 'queued', {
    queue = want.queue,
    line = want.line,
    units = want.units,
    age = contact.age,
    enqueued_at = want.enqueued_at,
    due_at = want.due_at,
    agent = false,
    offer = false,
    assignment = false,
    expires_at = false,
    answered_at = false,
    handled_at = false,
  }, left)
  local freed = left.agent and load_agent(w, left.agent)
  if freed then -- whoever waits longest comes first to the room it leaves
    match_agent(w, freed)
    contact = load_contact(w, want.id)
  end
  if contact.state == 'queued' then
    match_contact(w, contact)
  end
  return told(contact)
end)
