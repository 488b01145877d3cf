-- Interruptible work: an agent at an e-mail is called away to a live contact. The e-mail stays assigned, takes no units meanwhile, and
-- goes on before the agent starts on other deferrable work.

local function held_units(contact)
  return tonumber(contact.taken:match('^%d+'))
end

local function pause(w, agent, contact)
  local units = held_units(contact)
  update_agent(w, agent, {
    used = agent.used - units,
    pausable = agent.pausable - units,
    paused_contacts = agent.paused_contacts + 1,
  })
  change(contact, 'taken', '0:')
  move(w, contact, 'contact.interrupted', 'assigned', { paused = units })
end

local function resume(w, agent, contact)
  local units = tonumber(contact.paused)
  update_agent(w, agent, {
    used = agent.used + units,
    pausable = agent.pausable + units,
    paused_contacts = agent.paused_contacts - 1,
  })
  change(contact, 'taken', units .. ':')
  move(w, contact, 'contact.resumed', 'assigned', { paused = false })
end

-- Interrupts until a contact of so many units has room.
local function make_room(w, agent, units)
  local signature = read_signature(agent.signature)
  for _, id in ipairs(redis.call('SMEMBERS', key(w, 'agent_contacts', agent._name))) do
    if agent.used + units <= signature.units then
      return
    end
    local contact = load_contact(w, id)
    if contact.agent == agent._name and contact.pausable and not contact.paused then
      pause(w, agent, contact)
    end
  end
end

local function resume_paused(w, agent)
  local signature = read_signature(agent.signature)
  for _, id in ipairs(redis.call('SMEMBERS', key(w, 'agent_contacts', agent._name))) do
    local contact = load_contact(w, id)
    if contact.agent == agent._name and contact.paused and agent.used + contact.paused <= signature.units then
      resume(w, agent, contact)
    end
  end
end

-- A contact that an agent serves from now on may be interrupted, or one that it serves no more could have been.
local function note_pausable(w, agent, contact, sign)
  if contact.paused then
    update_agent(w, agent, { paused_contacts = agent.paused_contacts - 1 })
    change(contact, 'paused', false)
  elseif contact.pausable then
    update_agent(w, agent, { pausable = agent.pausable + sign * held_units(contact) })
  end
end
