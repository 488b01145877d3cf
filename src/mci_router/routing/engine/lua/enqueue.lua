-- enqueue: puts a contact in line for an agent, wherever it was before, and offers it at once if one is free.
-- Arguments: contact as JSON: id, queue, channel, line, units, enqueued_at, due_at, age (ms), outcome, rung; and, where they apply,
--            steps [{after_ms, line}], preferred and preferred_until, overflow_at (ms), callback, warm, passed_on (not back to whoever
--            has it), only_from (state), urgent (it goes before all that is not, and is told of once).
-- Returns:   the contact's standing with status 'ok'; 'known' if it is on this rung or a later one already, closed, or
--            in another state than only_from.

-- A warm transfer to a queue: whoever serves the contact keeps it until somebody of the line accepts.
local function begin_transfer(w, contact, want)
  local asked = end_transfer(w, contact, 'moved')
  count(w, 'queue:' .. contact.queue, 'open', -1)
  change(contact, 'rung', want.rung)
  take_place(w, contact, want)
  change(contact, 'transfer', 'queue')
  tell(w, contact, 'contact.transferring', { warm = true })
  shun(w, contact, load_agent(w, contact.agent))
  wait_or_match(w, contact)
  if asked then
    match_agent(w, asked)
  end
end

local function place(w, contact, want, left, asked)
  local newly_urgent = want.urgent and not contact.urgent
  take_place(w, contact, want)
  move(w, contact, 'contact.queued', 'queued', {
    agent = false, offer = false, assignment = false, expires_at = false, answered_at = false, handled_at = false, agent_lost = false,
  }, left)
  if newly_urgent then
    tell(w, contact, 'contact.urgent')
  end
  start_relaxing(w, contact)
  local freed = left.agent and load_agent(w, left.agent)
  if freed and want.passed_on then
    shun(w, contact, freed)
  end
  if not tried_preferred(w, contact, want.preferred, want.preferred_until or 0) then
    if freed then -- whoever waits longest comes first to the room it leaves
      join_line(w, contact)
      match_agent(w, freed)
      if contact.state == 'queued' then
        match_contact(w, contact)
      end
    else
      wait_or_match(w, contact)
    end
  elseif freed then
    match_agent(w, freed)
  end
  if asked then
    match_agent(w, asked)
  end
end

transition('enqueue', function(w, json)
  local want = cjson.decode(json)
  local known = load_contact(w, want.id)
  if want.warm and known and known.state == 'assigned' and known.rung < want.rung then
    begin_transfer(w, known, want)
    return told(known)
  end
  local contact, left, asked = take_rung(w, want)
  if not contact then
    return told(known, 'known')
  end
  place(w, contact, want, left, asked)
  return told(contact)
end)
