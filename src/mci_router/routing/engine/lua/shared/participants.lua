-- Participants: agents who take part in a conversation that another agent serves. Who is consulted takes room, reads
-- and writes; who reads along takes none. Neither has an assignment.
-- The record of a contact has of each `joined:NAME:role` and `joined:NAME:at` (ms), of one who takes room also what is
-- taken (`joined:NAME:`), and `joined`, how many there are. `invited` is asked to join, by `invitation`.
-- `joined` of an agent has the contacts that the agent takes part in.

local function field(name)
  return 'joined:' .. name .. ':'
end

function participants.is_one(contact, name)
  return contact[field(name) .. 'role'] ~= nil
end

-- Returns the agents who take part, in order.
function participants.of(contact)
  local found = {}
  if contact.joined then
    for key in pairs(contact) do
      found[#found + 1] = key:match('^joined:([^:]+):role$')
    end
    table.sort(found)
  end
  return found
end

-- Journals for the agent who serves a contact who takes part in it. Readers are named only where the workspace says so.
local function tell_holder(w, contact)
  local shown = {}
  for _, name in ipairs(participants.of(contact)) do
    local role = contact[field(name) .. 'role']
    if role ~= 'read_along' or w.settings.show_readers ~= false then
      shown[#shown + 1] = { agent = name, role = role }
    end
  end
  journal.append_contact(w, contact, 'contact.participants_changed', {
    participants = #shown > 0 and shown or nil, invited = contact.invited,
  })
end

local function enter(w, contact, name, role, joined_at, why)
  records.change(contact, field(name) .. 'role', role)
  records.change(contact, field(name) .. 'at', joined_at)
  records.change(contact, 'joined', (contact.joined or 0) + 1)
  redis.call('SADD', w.keys.joined[name], contact.id)
  if why ~= 'restored' then
    journal.append_contact(w, contact, 'participant.joined', {
      agent = name, role = role, joined_at = joined_at, why = why,
    })
    tell_holder(w, contact)
  end
end

local function forget(w, contact, name)
  records.change(contact, field(name) .. 'role', false)
  records.change(contact, field(name) .. 'at', false)
  records.change(contact, 'joined', contact.joined > 1 and contact.joined - 1)
  redis.call('SREM', w.keys.joined[name], contact.id)
end

-- Takes a participant out, who has the room again.
function participants.leave(w, contact, name, why)
  local role, since = contact[field(name) .. 'role'], tonumber(contact[field(name) .. 'at'])
  if contact[field(name)] then
    agents.release(w, agents.load(w, name), contact, field(name))
    table.insert(w.to_match, name)
  end
  forget(w, contact, name)
  journal.append_contact(w, contact, 'participant.left', {
    agent = name, role = role, joined_at = since, why = why,
  })
  tell_holder(w, contact)
end

-- Ends an invitation, if there is one. `event` says how.
function participants.uninvite(w, contact, event, why)
  local name, invitation = contact.invited, contact.invitation
  if not name then
    return
  end
  timers.clear(w, 'invitation', contact.id)
  agents.release(w, agents.load(w, name), contact, 'invited_taken')
  table.insert(w.to_match, name)
  records.change(contact, 'invited', false)
  records.change(contact, 'invitation', false)
  journal.append_contact(w, contact, event, { agent = name, invitation = invitation, why = why })
  tell_holder(w, contact)
end

-- Asks an agent to join, who has room.
function participants.invite(w, contact, agent)
  local number = (contact.attempts or 0) + 1
  local invitation = string.format('inv_%s_%x_%d', contact.id:gsub('^con_', ''), w.now, number)
  local expires = w.now + queues.settings(w, contact.queue).offer_timeout_ms
  agents.occupy(w, agent, contact, 'invited_taken')
  records.change(contact, 'attempts', number)
  records.change(contact, 'invited', agent._name)
  records.change(contact, 'invitation', invitation)
  timers.set(w, 'invitation', contact.id, expires)
  journal.append_contact(w, contact, 'participant.invited', {
    agent = agent._name, invitation = invitation, expires_at = expires,
  })
  tell_holder(w, contact)
end

-- Takes in who has accepted the invitation.
function participants.join(w, contact)
  local name = contact.invited
  timers.clear(w, 'invitation', contact.id)
  records.change(contact, field(name), contact.invited_taken)
  records.change(contact, field(name) .. '_of', contact.invited_taken_of)
  for _, of_it in ipairs({ 'invited', 'invitation', 'invited_taken', 'invited_taken_of' }) do
    records.change(contact, of_it, false)
  end
  enter(w, contact, name, 'consult', w.now)
end

function participants.read_along(w, contact, name)
  enter(w, contact, name, 'read_along', w.now)
end

-- Takes up who took part before the live state was lost.
function participants.restore(w, contact, one)
  local agent = agents.load(w, one.agent)
  if not agent then
    return
  end
  if one.role == 'consult' then
    agents.occupy(w, agent, contact, field(one.agent))
  end
  enter(w, contact, one.agent, one.role, one.joined_at, 'restored')
end

-- Ends it for everybody: the conversation is over, or goes elsewhere.
function participants.end_all(w, contact, why)
  participants.uninvite(w, contact, 'participant.withdrawn', why)
  for _, name in ipairs(participants.of(contact)) do
    participants.leave(w, contact, name, why)
  end
end

-- An agent who is offered a contact, or has it, takes no part in it beside that.
function participants.make_way(w, contact, name)
  if contact.invited == name then
    participants.uninvite(w, contact, 'participant.withdrawn', 'offered')
  end
  if participants.is_one(contact, name) then
    participants.leave(w, contact, name, 'offered')
  end
end

-- Takes an agent who is removed out of all conversations that it takes part in.
function participants.remove(w, agent)
  participants.leave_line(w, agent, 'agent_removed', true)
  for _, id in ipairs(redis.call('SMEMBERS', w.keys.joined[agent._name])) do
    local contact = contacts.load(w, id)
    if contact then
      participants.leave(w, contact, agent._name, 'agent_removed')
    end
  end
end

-- Takes back what an agent who leaves is asked to join. Who is gone reads along no longer.
function participants.leave_line(w, agent, why, gone)
  for _, id in ipairs(redis.call('SMEMBERS', w.keys.agent_contacts[agent._name])) do
    local contact = contacts.load(w, id)
    if contact.invited == agent._name then
      participants.uninvite(w, contact, 'participant.withdrawn', why)
    end
  end
  for _, id in ipairs(gone and redis.call('SMEMBERS', w.keys.joined[agent._name]) or {}) do
    local contact = contacts.load(w, id)
    if contact and contact[field(agent._name) .. 'role'] == 'read_along' then
      participants.leave(w, contact, agent._name, why)
    end
  end
end

-- Makes a participant the agent who serves the contact, and that agent a participant. What both have taken changes
-- hands: neither has more room, or less. Returns since when the participant took part.
function participants.swap(w, contact, first, second)
  local mine, theirs = field(second), field(first)
  records.change(contact, theirs, contact.taken)
  records.change(contact, theirs .. '_of', contact.taken_of or false)
  records.change(contact, 'taken', contact[mine])
  records.change(contact, 'taken_of', contact[mine .. '_of'] or false)
  records.change(contact, mine, false)
  records.change(contact, mine .. '_of', false)
  local since = tonumber(contact[mine .. 'at'])
  forget(w, contact, second)
  return since
end

function participants.enter_first(w, contact, name)
  enter(w, contact, name, 'consult', w.now, 'handed_over')
end
