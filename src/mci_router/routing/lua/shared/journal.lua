-- The journal: one entry for every live transition, written in the same atomic step.
-- An entry that concerns an agent also goes to that agent's inbox under the agent's own sequence number, so that a desk that was
-- away can be told exactly what it missed.

local INBOX_LENGTH = 512 -- more than a desk can miss within its lease; an older resume starts from the live state

local WORDS = { 'state', 'queue', 'channel', 'outcome', 'assignment' }
local NUMBERS = { 'rung', 'enqueued_at', 'answered_at', 'handled_at', 'ended_at' } -- a hash gives them back as text

local function append(w, entry)
  entry.at = w.now
  if entry.agent then
    local agent = key(w, 'agent', entry.agent)
    if redis.call('EXISTS', agent) == 1 then
      entry.seq = redis.call('HINCRBY', agent, 'seq', 1)
    end
  end
  local text = cjson.encode(entry)
  redis.call('XADD', key(w, 'journal'), '*', 'entry', text)
  if entry.seq then
    redis.call('XADD', key(w, 'inbox', entry.agent), 'MAXLEN', '~', INBOX_LENGTH, entry.seq .. '-0', 'entry', text)
  end
end

-- Moves a contact to a state, with the changes to its hash (false removes a field), and journals where it now stands.
-- `about` names what the event concerns: agent, offer, why, disposition, notes.
local function move(w, contact, event, state, changes, about)
  local name = key(w, 'contact', contact.id)
  local set, unset = { 'state', state }, {}
  contact.state = state
  for field, value in pairs(changes or {}) do
    contact[field] = value or nil
    if value then
      set[#set + 1] = field
      set[#set + 1] = value
    else
      unset[#unset + 1] = field
    end
  end
  redis.call('HSET', name, unpack(set))
  if #unset > 0 then
    redis.call('HDEL', name, unpack(unset))
  end
  local entry = { type = event, contact = contact.id }
  for _, field in ipairs(WORDS) do
    entry[field] = contact[field]
  end
  for _, field in ipairs(NUMBERS) do
    entry[field] = tonumber(contact[field])
  end
  entry.agent = contact.agent
  for field, value in pairs(about or {}) do
    entry[field] = value
  end
  append(w, entry)
end
