-- hand_over: passes a contact from the agent who serves it to another. Warm: the first agent keeps it until the second
-- accepts. Cold: it waits for the second agent, and after a while for any agent of its line.
-- Arguments: agent, or '' for the agent who has it, contact id, assignment id, the other agent, 'warm', 'cold', or
--            'forced': cold, and while the contact's queue is closed the other agent is asked at once, and nobody else.
-- Returns:   the contact as it is now with status 'ok'; 'gone' if the assignment is not the agent's; 'wrong_state' if a
--            transfer is under way; 'unknown' agent; 'unable', 'not_working' or (where the agent is asked at once)
--            'no_room'; 'closed' if it is cold and the contact's queue is closed.
local WAIT_MS = 60000 -- how long a cold transfer waits for the agent it is meant for

local function warm(w, contact, agent)
  records.change(contact, 'transfer', 'agent')
  journal.append_contact(w, contact, 'contact.transferring', { to = agent._name, warm = true })
  matching.make_offer(w, contact, agent, { why = 'transfer' })
end

local function cold(w, contact, agent)
  local first = endings.requeue(w, contact, 'transferred')
  endings.shun(w, contact, first)
  waiting.wait_again(w, contact)
  if not queues.is_open(w, contact.queue) then
    matching.make_offer(w, contact, agent, { why = 'transfer' })
  elseif not waiting.tried_preferred(w, contact, agent._name, w.now + WAIT_MS) then
    waiting.wait_or_match(w, contact)
  end
  matching.match_agent(w, first)
end

local function refusal_of(w, contact, agent, mode)
  if contact.transfer or (agent and agent._name == contact.agent) then
    return 'wrong_state'
  end
  local closed = not queues.is_open(w, contact.queue)
  local refusal = waiting.why_not(w, contact, agent, mode == 'warm' or (mode == 'forced' and closed))
  return refusal or (mode == 'cold' and closed and 'closed' or nil)
end

functions.transition('hand_over', function(w, name, id, assignment, to, mode)
  local contact = contacts.load(w, id)
  local assigned = contact and contact.state == 'assigned' and contact.assignment == assignment
  if not assigned or (name ~= '' and contact.agent ~= name) then
    return functions.reply('gone')
  end
  local agent = agents.load(w, to)
  local refusal = refusal_of(w, contact, agent, mode)
  if refusal then
    return contacts.reply(contact, refusal)
  end
  local pass = mode == 'warm' and warm or cold
  pass(w, contact, agent)
  return contacts.reply(contact)
end)
