-- hand_over: whoever serves a contact passes it to another agent. Warm: the first keeps it until the second accepts. Cold: it waits for
-- the second, and after a while for anybody of its line.
-- Arguments: agent or '' for whoever has it, contact id, assignment id, the other agent, 'warm' or 'cold'.
-- Returns:   the contact's standing with status 'ok'; 'gone' if the assignment is not the agent's; 'wrong_state' if a transfer is under
--            way; 'unknown' agent; 'unable', 'not_working' or (warm) 'no_room'.
local WAIT_MS = 60000 -- how long a cold transfer waits for the agent it is meant for

local function warm(w, contact, agent)
  change(contact, 'transfer', 'agent')
  tell(w, contact, 'contact.transferring', { to = agent._name, warm = true })
  make_offer(w, contact, agent, { why = 'transfer' })
end

local function cold(w, contact, agent)
  local first = requeue(w, contact, 'transferred')
  shun(w, contact, first)
  wait_again(w, contact)
  if not tried_preferred(w, contact, agent._name, w.now + WAIT_MS) then
    wait_or_match(w, contact)
  end
  match_agent(w, first)
end

transition('hand_over', function(w, name, id, assignment, to, mode)
  local contact = load_contact(w, id)
  if not contact or contact.state ~= 'assigned' or contact.assignment ~= assignment or (name ~= '' and contact.agent ~= name) then
    return say('gone')
  end
  local agent = load_agent(w, to)
  local refusal = contact.transfer and 'wrong_state' or why_not(w, contact, agent, mode == 'warm')
  if refusal or to == contact.agent then
    return told(contact, refusal or 'wrong_state')
  end
  local pass = mode == 'warm' and warm or cold
  pass(w, contact, agent)
  return told(contact)
end)
