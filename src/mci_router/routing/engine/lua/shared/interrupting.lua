-- Interruptible work: a live contact calls an agent away from an e-mail. The e-mail stays assigned, takes no units
-- meanwhile, and is resumed before the agent starts on other deferrable work.

local function units_taken(contact)
  return tonumber(contact.taken:match('^%d+'))
end

local function pause(w, agent, contact)
  local units = units_taken(contact)
  agents.update(w, agent, {
    used = agent.used - units,
    pausable = agent.pausable - units,
    paused_contacts = agent.paused_contacts + 1,
  })
  records.change(contact, 'taken', '0:')
  holding.stop(w, contact)
  clocks.begin(w, contact, 'parked')
  contacts.move(w, contact, 'contact.interrupted', 'assigned', { paused = units })
end

local function resume(w, agent, contact)
  local units = tonumber(contact.paused)
  agents.update(w, agent, {
    used = agent.used + units,
    pausable = agent.pausable + units,
    paused_contacts = agent.paused_contacts - 1,
  })
  records.change(contact, 'taken', units .. ':')
  clocks.finish(w, contact, 'parked')
  contacts.move(w, contact, 'contact.resumed', 'assigned', { paused = false })
end

-- Interrupts contacts of an agent until one of so many units has room.
function interrupting.make_room(w, agent, units)
  local signature = signatures.read(agent.signature)
  for _, id in ipairs(redis.call('SMEMBERS', w.keys.agent_contacts[agent._name])) do
    if agent.used + units <= signature.units then
      return
    end
    local contact = contacts.load(w, id)
    if contact.agent == agent._name and contact.pausable and not contact.paused then
      pause(w, agent, contact)
    end
  end
end

-- Resumes the interrupted contacts of an agent that have room again.
function interrupting.resume_paused(w, agent)
  local signature = signatures.read(agent.signature)
  for _, id in ipairs(redis.call('SMEMBERS', w.keys.agent_contacts[agent._name])) do
    local contact = contacts.load(w, id)
    if contact.agent == agent._name and contact.paused and agent.used + contact.paused <= signature.units then
      resume(w, agent, contact)
    end
  end
end

-- Counts a contact among the interruptible work of its agent, or takes it out of the count. `sign`: 1 when the agent
-- begins to serve it, -1 when the agent ends.
function interrupting.note_pausable(w, agent, contact, sign)
  if contact.paused then
    agents.update(w, agent, { paused_contacts = agent.paused_contacts - 1 })
    records.change(contact, 'paused', false)
  elseif contact.pausable then
    agents.update(w, agent, { pausable = agent.pausable + sign * units_taken(contact) })
  end
end
