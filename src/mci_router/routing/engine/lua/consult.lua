-- consult: asks another agent to join a conversation: to read and write beside the agent who serves it.
-- Arguments: the agent who serves it, or '', contact id, the other agent, 'able' if only one may who could serve it.
-- Returns:   the contact as it is now with status 'ok'; 'gone' if the agent does not serve it; 'wrong_state' while it
--            is transferred, or somebody is asked already; 'known' if the other takes part; 'unknown' agent; 'unable',
--            'not_working' or 'no_room'.
local function refusal(contact, agent, able)
  if not agent then
    return 'unknown'
  end
  if contact.transfer or contact.paused or contact.invited then
    return 'wrong_state'
  end
  if contact.agent == agent._name or participants.is_one(contact, agent._name) then
    return 'known'
  end
  if able == 'able' and not signatures.able(signatures.read(agent.signature), lines.read(contact.line)) then
    return 'unable'
  end
  if not agents.working(agent) then
    return 'not_working'
  end
  if agent.aside or not agents.has_room(agent, contact, false) then
    return 'no_room'
  end
end

functions.transition('consult', function(w, name, id, to, able)
  local contact = contacts.load(w, id)
  if not contact or contact.state ~= 'assigned' or (name ~= '' and contact.agent ~= name) then
    return functions.reply('gone')
  end
  local agent = agents.load(w, to)
  local why = refusal(contact, agent, able)
  if why then
    return contacts.reply(contact, why)
  end
  participants.invite(w, contact, agent)
  return contacts.reply(contact)
end)
