-- What the acceptance of an offer does: the contact is assigned to the agent. In a warm transfer the first agent is
-- free from then on, and the contact is in the queue that it was passed on to.

local function answer(w, contact)
  clocks.stop(w, contact)
  service_level.count_answer(w, contact)
  counters.add(w, 'offers', 'accepted', 1)
  timers.clear_contact(w, contact)
end

-- Makes the second agent of a warm transfer the one who serves the contact. Returns the first.
local function take_over(w, contact)
  local stay = segments.leave(w, contact)
  local first = endings.free_agent(w, contact)
  local beside = contact.to_line and places.take(w, contact) or {}
  segments.enter(w, contact, beside, stay)
  records.change(contact, 'segment_waited', beside.waited)
  journal.append_contact(w, contact, 'contact.transferred', {
    agent = contact.agent, to = contact.second, transfer = contact.transfer_id, left_as = 'transferred', stay = stay,
  })
  records.change(contact, 'agent', contact.second)
  records.change(contact, 'taken', contact.second_taken)
  records.change(contact, 'taken_of', contact.second_taken_of or false)
  records.change(contact, 'last_transfer', contact.transfer_id or contact.last_transfer)
  for _, field in ipairs({ 'second', 'second_taken', 'second_taken_of', 'transfer', 'transfer_id', 'agent_lost' }) do
    records.change(contact, field, false)
  end
  return first
end

-- Assigns a contact to the agent who accepted it. A call is put through to the agent's endpoint, which the entry names.
function answering.assign(w, contact, agent, offer, endpoint)
  local first = contact.second and take_over(w, contact)
  answer(w, contact)
  contacts.move(w, contact, 'offer.accepted', 'assigned', {
    assignment = offer:gsub('^ofr_', 'asg_'),
    offer = false,
    expires_at = false,
    answered_at = w.now,
    pausable = queues.settings(w, contact.queue).interruptible and 1,
  }, { offer = offer, endpoint = not parking.is_written(contact) and endpoint ~= '' and endpoint or nil })
  interrupting.note_pausable(w, agent, contact, 1)
  if contact.pausable then -- from now on the agent can be called away
    matching.match_agent(w, agent)
  end
  if first then
    matching.match_agent(w, first)
  end
end
