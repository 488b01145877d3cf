-- Presence: what an agent wants, kept apart from whether the agent can be reached.

presence.DEFAULT_GRACE_MS = 60000

-- Changes what an agent wants, and matches what that frees: the agent, or the contacts offered to the agent and held
-- for it.
function presence.enter(w, agent, wants, reason)
  local idle_since = (wants == 'available' and agent.wants ~= wants) and w.now or agent.idle_since
  agents.update(w, agent, { wants = wants, reason = reason, idle_since = idle_since })
  journal.append(w, { type = 'agent.presence_changed', agent = agent._name, presence = wants, why = reason })
  if wants == 'available' then
    matching.match_agent(w, agent)
  else
    endings.revoke_offers(w, agent, 'agent_' .. wants)
    waiting.release_held(w, agent)
  end
end

-- Flags the assignments of an agent who cannot be reached, or takes the flag away.
function presence.flag_assignments(w, agent, event, flag)
  for _, id in ipairs(redis.call('SMEMBERS', workspace.key(w, 'agent_contacts', agent._name))) do
    local contact = contacts.load(w, id)
    if contact.state == 'assigned' and contact.agent == agent._name then
      records.change(contact, 'agent_lost', flag)
      journal.append_contact(w, contact, event)
    end
  end
end

-- Ends an agent's connection. The assignments stay with the agent for a grace.
function presence.lose(w, agent)
  agents.update(w, agent, { reachable = '0', session = '' })
  journal.append(w, { type = 'agent.lost', agent = agent._name })
  presence.flag_assignments(w, agent, 'contact.agent_lost', '1')
  timers.set(w, 'grace', agent._name, w.now + (w.settings.grace_ms or presence.DEFAULT_GRACE_MS))
  endings.revoke_offers(w, agent, 'agent_lost')
  waiting.release_held(w, agent)
end

-- Gives up an agent who has not come back within the grace: the contacts served wait again, those in wrap-up are
-- completed.
function presence.give_up(w, agent)
  local back, free = {}, {}
  for _, id in ipairs(redis.call('SMEMBERS', workspace.key(w, 'agent_contacts', agent._name))) do
    local contact = contacts.load(w, id)
    if contact.state == 'wrapping_up' then
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
