-- Lines: a queue, a channel, the units taken and the exact set of skills wanted. All contacts of a line are interchangeable to
-- every agent.
-- Signatures: the exact set of skills an agent has. Which signature can serve which line is worked out once, when either is new.

local LINE_MEMORY_MS = 7200000 -- longer than any offer, whose contact may come back to an empty line

local function able(skills, requirement)
  for _, want in ipairs(requirement) do
    if (skills[want.skill] or 0) < want.min then
      return false
    end
  end
  return true
end

local function pair(w, line, signature)
  redis.call('SADD', key(w, 'line_signatures', line), signature)
  redis.call('SADD', key(w, 'signature_lines', signature), line)
end

local function ensure_line(w, line, requirement)
  if redis.call('HSETNX', key(w, 'lines'), line, cjson.encode(requirement)) == 0 then
    return
  end
  for signature, skills in pairs(read_hash(key(w, 'signatures'))) do
    if able(cjson.decode(skills), requirement) then
      pair(w, line, signature)
    end
  end
end

local function ensure_signature(w, signature, skills)
  if redis.call('HSETNX', key(w, 'signatures'), signature, cjson.encode(skills)) == 0 then
    return
  end
  for line, requirement in pairs(read_hash(key(w, 'lines'))) do
    if able(skills, cjson.decode(requirement)) then
      pair(w, line, signature)
    end
  end
end

-- Called when the last agent of a signature has gone.
local function drop_signature(w, signature)
  for _, line in ipairs(redis.call('SMEMBERS', key(w, 'signature_lines', signature))) do
    redis.call('SREM', key(w, 'line_signatures', line), signature)
  end
  redis.call('DEL', key(w, 'signature_lines', signature))
  redis.call('HDEL', key(w, 'signatures'), signature)
end

-- Forgets a line that nobody stands in.
local function drop_line(w, line)
  if redis.call('EXISTS', key(w, 'line', line)) == 1 then
    return
  end
  for _, signature in ipairs(redis.call('SMEMBERS', key(w, 'line_signatures', line))) do
    redis.call('SREM', key(w, 'signature_lines', signature), line)
  end
  redis.call('DEL', key(w, 'line_signatures', line))
  redis.call('HDEL', key(w, 'lines'), line)
end

local function join_line(w, contact)
  redis.call('ZADD', key(w, 'line', contact.line), contact.age, contact.id)
  redis.call('SADD', key(w, 'waiting'), contact.line)
  count(w, 'queue:' .. contact.queue, 'waiting', 1)
end

local function leave_line(w, contact)
  if redis.call('ZREM', key(w, 'line', contact.line), contact.id) == 1 then
    count(w, 'queue:' .. contact.queue, 'waiting', -1)
    if redis.call('EXISTS', key(w, 'line', contact.line)) == 0 then
      redis.call('SREM', key(w, 'waiting'), contact.line)
      set_timer(w, 'line', contact.line, w.now + LINE_MEMORY_MS)
    end
  end
end
