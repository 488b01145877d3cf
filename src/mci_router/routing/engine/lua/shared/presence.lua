-- Presence: what an agent wants, kept apart from whether the agent can be reached, and from an operator's suspension.

presence.DEFAULT_GRACE_MS = 60000

-- Flags the assignments of an agent who is not there to go on with them, or takes the flag away.
local function flag_assignments(w, agent, event, flag, why)
  for _, id in ipairs(redis.call('SMEMBERS', w.keys.agent_contacts[agent._name])) do
    local contact = contacts.load(w, id)
    local mine = contact.state == 'assigned' and contact.agent == agent._name
    if mine and not (flag and contact.agent_lost) then
      records.change(contact, 'agent_lost', flag)
      journal.append_contact(w, contact, event, { why = why })
    end
  end
end

-- What an agent serves stays with the agent for a grace.
local function start_grace(w, agent, why)
  flag_assignments(w, agent, 'contact.agent_lost', '1', why)
  timers.start(w, 'grace', agent._name, w.now + (w.settings.grace_ms or presence.DEFAULT_GRACE_MS))
end

-- Ends the grace of an agent who is there again.
function presence.keep_contacts(w, agent)
  timers.clear(w, 'grace', agent._name)
  flag_assignments(w, agent, 'contact.agent_returned', false)
end

-- Gives back what is offered to an agent, or held for the agent.
local function leave_line(w, agent, why)
  endings.give_back(w, agent, why)
  participants.leave_line(w, agent, why, not agents.is_there(agent))
end

-- Changes what an agent wants, and matches what that frees: the agent, or the contacts offered to the agent and held
-- for it.
function presence.enter(w, agent, wants, reason)
  local was_there = agents.is_there(agent)
  local idle_since = (wants == 'available' and agent.wants ~= wants) and w.now or agent.idle_since
  local signed_off = wants == 'offline' and '1'
  agents.update(w, agent, { wants = wants, reason = reason, idle_since = idle_since, signed_off = signed_off })
  journal.append(w, { type = 'agent.presence_changed', agent = agent._name, presence = wants, why = reason })
  if not was_there and agents.is_there(agent) then
    presence.keep_contacts(w, agent)
  end
  if wants == 'available' then
    matching.match_agent(w, agent)
  else
    leave_line(w, agent, 'agent_' .. wants)
  end
  if signed_off and agent.holds > 0 then
    start_grace(w, agent, 'agent_offline')
  end
end

-- Suspends an agent, who finishes the contacts held and gets nothing new; or lets the agent work again.
function presence.suspend(w, agent, suspended, reason)
  if (agent.suspended == '1') == suspended then
    return
  end
  agents.update(w, agent, {
    suspended = suspended and '1',
    suspended_reason = suspended and reason,
    idle_since = suspended and agent.idle_since or w.now,
  })
  local event = suspended and 'agent.suspended' or 'agent.resumed'
  journal.append(w, { type = event, agent = agent._name, presence = agent.wants, why = reason })
  if suspended then
    leave_line(w, agent, 'agent_suspended')
  else
    matching.match_agent(w, agent)
  end
end

-- Ends an agent's connection. The assignments stay with the agent for a grace.
function presence.lose(w, agent)
  agents.update(w, agent, { reachable = '0', session = '' })
  journal.append(w, { type = 'agent.lost', agent = agent._name })
  start_grace(w, agent, 'agent_lost')
  leave_line(w, agent, 'agent_lost')
end

-- Gives up an agent who has not come back within the grace: the contacts served wait again, those in wrap-up are
-- completed.
function presence.give_up(w, agent)
  local back, free = {}, {}
  for _, id in ipairs(redis.call('SMEMBERS', w.keys.agent_contacts[agent._name])) do
    local contact = contacts.load(w, id)
    if contact.agent ~= agent._name then
      participants.make_way(w, contact, agent._name)
    elseif contact.state == 'wrapping_up' then
      completion.complete(w, contact)
    else
      local _, asked = endings.requeue(w, contact, 'agent_lost')
      back[#back + 1] = contact
      free[#free + 1] = asked
    end
  end
  contacts.sort(back)
  for _, contact in ipairs(back) do
    waiting.wait_again(w, contact)
    waiting.wait_or_match(w, contact)
  end
  for _, asked in ipairs(free) do
    matching.match_agent(w, asked)
  end
end
