-- hand_over: passes a contact from the agent who serves it to another. Warm: the first agent keeps it until the second
-- accepts. Cold: it waits for the second agent, and after a while for any agent of its line.
-- Arguments: agent, or '' for the agent who has it, contact id, assignment id, the other agent, 'warm' or 'cold'.
-- Returns:   the contact as it is now with status 'ok'; 'gone' if the assignment is not the agent's; 'wrong_state' if a
--            transfer is under way; 'unknown' agent; 'unable', 'not_working' or (warm) 'no_room'.
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
  if not waiting.tried_preferred(w, contact, agent._name, w.now + WAIT_MS) then
    waiting.wait_or_match(w, contact)
  end
  matching.match_agent(w, first)
end

functions.transition('hand_over', function(w, name, id, assignment, to, mode)
  local contact = contacts.load(w, id)
  local assigned = contact and contact.state == 'assigned' and contact.assignment == assignment
  if not assigned or (name ~= '' and contact.agent ~= name) then
    return functions.reply('gone')
  end
  local agent = agents.load(w, to)
  local refusal = contact.transfer and 'wrong_state' or waiting.why_not(w, contact, agent, mode == 'warm')
  if refusal or to == contact.agent then
    return contacts.reply(contact, refusal or 'wrong_state')
  end
  local pass = mode == 'warm' and warm or cold
  pass(w, contact, agent)
  return contacts.reply(contact)
end)
