-- An offer is accepted: the contact is the agent's. In a warm transfer the first agent is free then.

local function answer(w, contact)
  if not contact.answered_at then
    count_answer(w, contact)
  end
  count(w, 'offers', 'accepted', 1)
  clear_timers(w, contact)
end

-- The second agent of a warm transfer becomes the one who serves the contact; returns the first.
local function take_over(w, contact)
  local first = free_agent(w, contact)
  tell(w, contact, 'contact.transferred', { agent = contact.agent, to = contact.second })
  change(contact, 'agent', contact.second)
  change(contact, 'taken', contact.second_taken)
  for _, field in ipairs({ 'second', 'second_taken', 'transfer', 'agent_lost' }) do
    change(contact, field, false)
  end
  return first
end

local function assign(w, contact, agent, offer)
  local first = contact.second and take_over(w, contact)
  answer(w, contact)
  move(w, contact, 'offer.accepted', 'assigned', {
    assignment = offer:gsub('^ofr_', 'asg_'),
    offer = false,
    expires_at = false,
    answered_at = contact.answered_at or w.now,
    pausable = queue_settings(w, contact.queue).interruptible and 1,
  }, { offer = offer })
  note_pausable(w, agent, contact, 1)
  if contact.pausable then -- from now on the agent can be called away
    match_agent(w, agent)
  end
  if first then
    match_agent(w, first)
  end
end
