-- The journal: one entry for every live transition, written in the same atomic step.
-- An entry that concerns an agent also goes to that agent's inbox, under the agent's own sequence number, so that a
-- desk that was away gets exactly what it missed.

local INBOX_LENGTH = 512 -- more than a desk can miss within its lease; an older resume starts from the live state

local TEXTS_OF_A_CONTACT = { 'state', 'queue', 'channel', 'outcome', 'assignment', 'asking', 'to_queue' }
local NUMBERS_OF_A_CONTACT = {
  'rung', 'enqueued_at', 'answered_at', 'handled_at', 'ended_at', 'segment', 'entered_at', 'due_at', 'target_ms',
  'waited', 'waits_since', 'segment_waited', 'held', 'held_since', 'parked', 'awaited', 'awaited_since', 'inactive_at',
  'wrap_up_ends_at', 'segment_offers',
}
local OPT_OUTS = { opted_out = 'customer.opted_out', opted_in = 'customer.opted_in' }

-- How a number is named in JSON.
local NAMED = { at = ',"at":', seq = ',"seq":' }
for i = 1, #NUMBERS_OF_A_CONTACT do
  NAMED[NUMBERS_OF_A_CONTACT[i]] = ',"' .. NUMBERS_OF_A_CONTACT[i] .. '":'
end

-- Appends an entry. `numbers` are parts of its JSON: {'', name, text, name, text, …}, because to encode the same times
-- again and again costs more than all else in an entry.
local function append(w, entry, numbers)
  local agent = entry.agent and agents.load(w, entry.agent)
  if agent then
    records.change(agent, 'seq', agent.seq + 1)
    numbers[#numbers + 1] = NAMED.seq
    numbers[#numbers + 1] = texts.number(agent.seq)
  end
  numbers[1] = cjson.encode(entry):sub(1, -2)
  local text = table.concat(numbers) .. '}'
  redis.call('XADD', w.key.journal, '*', 'entry', text)
  if agent then
    local inbox, id = w.keys.inbox[entry.agent], texts.number(agent.seq) .. '-0'
    redis.call('XADD', inbox, 'MAXLEN', '~', INBOX_LENGTH, id, 'entry', text)
  end
end

function journal.append(w, entry)
  append(w, entry, { '', NAMED.at, texts.number(w.now) })
end

-- Puts an entry that concerns others as well into the inbox of one of them. Returns its number there.
local function copy_to(w, entry, name)
  local copy, agent = { holder = entry.agent }, agents.load(w, name)
  for field, value in pairs(entry) do
    copy[field] = value
  end
  records.change(agent, 'seq', agent.seq + 1)
  copy.agent, copy.at, copy.seq = name, w.now, agent.seq
  redis.call('XADD', w.keys.inbox[name], 'MAXLEN', '~', INBOX_LENGTH, texts.number(agent.seq) .. '-0',
    'entry', cjson.encode(copy))
  return agent.seq
end

-- Puts an entry into the inboxes of others beside its own agent: `others` has its number in each.
local function copy_to_all(w, entry, names)
  local others = {}
  for _, name in ipairs(names) do
    if name ~= entry.agent and agents.load(w, name) then
      others[name] = copy_to(w, entry, name)
    end
  end
  entry.others = next(others) and others or nil
end

-- Appends an entry that concerns other agents beside its own.
function journal.append_for_all(w, entry, names)
  copy_to_all(w, entry, names)
  journal.append(w, entry)
end

-- The numbers of a contact, but those that `about` says otherwise.
local function numbers_of(w, contact, about)
  local numbers, size = { '', NAMED.at, texts.number(w.now) }, 3
  for _, field in ipairs(NUMBERS_OF_A_CONTACT) do
    local number = contact[field]
    if number and not about[field] then
      numbers[size + 1], numbers[size + 2] = NAMED[field], texts.number(number)
      size = size + 2
    end
  end
  return numbers
end

-- Appends where a contact now is. `about` has what the event concerns: agent, offer, why, disposition, notes. The
-- entry's `holder` is the agent who serves the contact, if the event concerns another agent. `names` are other agents
-- whom it concerns as well.
function journal.append_contact(w, contact, event, about, names)
  local entry = { type = event, contact = contact.id, agent = contact.agent }
  for _, field in ipairs(TEXTS_OF_A_CONTACT) do
    entry[field] = contact[field]
  end
  for field, value in pairs(about or {}) do
    entry[field] = value
  end
  if contact.agent and entry.agent ~= contact.agent then
    entry.holder = contact.agent
  end
  if names then
    copy_to_all(w, entry, names)
  end
  append(w, entry, numbers_of(w, contact, about or {}))
end

-- Appends that senders must leave an address of a customer alone, or that they may use it again. `about` has the
-- address's kind, or the channel.
function journal.append_opt_out(w, event, customer, about)
  about.type, about.customer = OPT_OUTS[event], customer
  journal.append(w, about)
end
