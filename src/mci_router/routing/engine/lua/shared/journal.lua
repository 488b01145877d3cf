-- The journal: one entry for every live transition, written in the same atomic step.
-- An entry that concerns an agent also goes to that agent's inbox, under the agent's own sequence number, so that a
-- desk that was away gets exactly what it missed.

local INBOX_LENGTH = 512 -- more than a desk can miss within its lease; an older resume starts from the live state

local OF_A_CONTACT = {
  'state', 'queue', 'channel', 'outcome', 'assignment', 'rung', 'asking', 'enqueued_at', 'answered_at', 'handled_at',
  'ended_at', 'segment', 'entered_at', 'due_at', 'target_ms', 'waited', 'waits_since', 'segment_waited', 'held',
  'held_since', 'parked', 'segment_offers', 'to_queue',
}
local OPT_OUTS = { opted_out = 'customer.opted_out', opted_in = 'customer.opted_in' }

function journal.append(w, entry)
  entry.at = w.now
  local agent = entry.agent and agents.load(w, entry.agent)
  if agent then
    records.change(agent, 'seq', agent.seq + 1)
    entry.seq = agent.seq
  end
  local text = cjson.encode(entry)
  redis.call('XADD', workspace.key(w, 'journal'), '*', 'entry', text)
  if agent then
    local inbox, id = workspace.key(w, 'inbox', entry.agent), string.format('%.0f-0', entry.seq)
    redis.call('XADD', inbox, 'MAXLEN', '~', INBOX_LENGTH, id, 'entry', text)
  end
end

-- Appends where a contact now is. `about` has what the event concerns: agent, offer, why, disposition, notes. The
-- entry's `holder` is the agent who serves the contact, if the event concerns another agent.
function journal.append_contact(w, contact, event, about)
  local entry = { type = event, contact = contact.id, agent = contact.agent }
  for _, field in ipairs(OF_A_CONTACT) do
    entry[field] = contact[field]
  end
  for field, value in pairs(about or {}) do
    entry[field] = value
  end
  if contact.agent and entry.agent ~= contact.agent then
    entry.holder = contact.agent
  end
  journal.append(w, entry)
end

-- Appends that senders must leave an address of a customer alone, or that they may use it again. `about` has the
-- address's kind, or the channel.
function journal.append_opt_out(w, event, customer, about)
  about.type, about.customer = OPT_OUTS[event], customer
  journal.append(w, about)
end
