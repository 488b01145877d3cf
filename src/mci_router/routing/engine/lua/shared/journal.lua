-- The journal: one entry for every live transition, written in the same atomic step.
-- An entry that concerns an agent also goes to that agent's inbox under the agent's own sequence number, so that a desk that was
-- away can be told exactly what it missed.

local INBOX_LENGTH = 512 -- more than a desk can miss within its lease; an older resume starts from the live state

local TOLD = {
  'state', 'queue', 'channel', 'outcome', 'assignment', 'rung', 'asking', 'enqueued_at', 'answered_at', 'handled_at', 'ended_at',
}

local function append(w, entry)
  entry.at = w.now
  local agent = entry.agent and load_agent(w, entry.agent)
  if agent then
    change(agent, 'seq', agent.seq + 1)
    entry.seq = agent.seq
  end
  local text = cjson.encode(entry)
  redis.call('XADD', key(w, 'journal'), '*', 'entry', text)
  if agent then
    redis.call('XADD', key(w, 'inbox', entry.agent), 'MAXLEN', '~', INBOX_LENGTH, string.format('%.0f-0', entry.seq), 'entry', text)
  end
end

-- Journals where a contact now stands. `about` names what the event concerns: agent, offer, why, disposition, notes. `holder` is who
-- serves the contact, where the event concerns another agent.
local function tell(w, contact, event, about)
  local entry = { type = event, contact = contact.id, agent = contact.agent }
  for _, field in ipairs(TOLD) do
    entry[field] = contact[field]
  end
  for field, value in pairs(about or {}) do
    entry[field] = value
  end
  if contact.agent and entry.agent ~= contact.agent then
    entry.holder = contact.agent
  end
  append(w, entry)
end

-- Journals that senders must leave an address of a customer alone, or need not any more. `about` says which: its kind, or the channel.
local OPT_OUTS = { opted_out = 'customer.opted_out', opted_in = 'customer.opted_in' }

local function tell_opt_out(w, event, customer, about)
  about.type, about.customer = OPT_OUTS[event], customer
  append(w, about)
end

-- Moves a contact to a state, with the changes to its record (false removes a field), and journals where it now stands.
local function move(w, contact, event, state, changes, about)
  change(contact, 'state', state)
  for field, value in pairs(changes or {}) do
    change(contact, field, value)
  end
  tell(w, contact, event, about)
end
