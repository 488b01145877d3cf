-- A signature is the exact skills and capacity an agent has; a line, the queue, channel, units and exact skills a contact wants, of
-- which there may be alternatives (a queue widened to another): `queue|channel|units|skill:least,…/skill:least,…`. All
-- agents of a signature, and all contacts of a line, are interchangeable. Which signature can serve which line is worked out once,
-- when either is new.

local LINE_MEMORY_MS = 7200000 -- longer than any offer, whose contact may come back to an empty line

local function pairs_of(text)
  local found, order = {}, {}
  for name, number in text:gmatch('([^,:]+):([^,]+)') do
    found[name] = tonumber(number)
    order[#order + 1] = name
  end
  return found, order
end

local read_signature = remembered(function(text)
  local skills, units, channels = text:match('^(.*)|(%d+)|(.*)$')
  local signature = { units = tonumber(units), channels = pairs_of(channels) }
  signature.skills, signature.skill_names = pairs_of(skills)
  return signature
end)

local read_line = remembered(function(text)
  local queue, channel, units, wants = text:match('^([^|]*)|([^|]*)|(%d+)|(.*)$')
  local line = { id = text, queue = queue, channel = channel, units = tonumber(units), alternatives = {} }
  for one in (wants .. '/'):gmatch('([^/]*)/') do
    line.alternatives[#line.alternatives + 1] = pairs_of(one)
  end
  return line
end)

local function has_skills(signature, wants)
  for skill, least in pairs(wants) do
    if (signature.skills[skill] or 0) < least then
      return false
    end
  end
  return true
end

-- The first of a line's alternatives that a signature meets, or nil: skills by least proficiency.
local function met(signature, line)
  for _, wants in ipairs(line.alternatives) do
    if has_skills(signature, wants) then
      return wants
    end
  end
end

local function able(signature, line)
  return signature.units >= line.units and (signature.channels[line.channel] or 0) > 0 and met(signature, line) ~= nil
end

local function pair(w, line, signature)
  redis.call('SADD', key(w, 'line_signatures', line), signature)
  redis.call('SADD', key(w, 'signature_lines', signature), line)
end

local function ensure_line(w, line)
  if redis.call('SADD', key(w, 'lines'), line) == 0 then
    return
  end
  set_timer(w, 'line', line, w.now + LINE_MEMORY_MS)
  if not queue_settings(w, read_line(line).queue).deferrable then
    redis.call('SADD', key(w, 'live_lines'), line)
  end
  for _, signature in ipairs(redis.call('SMEMBERS', key(w, 'signatures'))) do
    if able(read_signature(signature), read_line(line)) then
      pair(w, line, signature)
    end
  end
end

local function ensure_signature(w, signature)
  if redis.call('SADD', key(w, 'signatures'), signature) == 0 then
    return
  end
  for _, line in ipairs(redis.call('SMEMBERS', key(w, 'lines'))) do
    if able(read_signature(signature), read_line(line)) then
      pair(w, line, signature)
    end
  end
end

-- Called when the last agent of a signature has gone.
local function drop_signature(w, signature)
  for _, line in ipairs(redis.call('SMEMBERS', key(w, 'signature_lines', signature))) do
    redis.call('SREM', key(w, 'line_signatures', line), signature)
    redis.call('HDEL', key(w, 'handling'), signature .. '|' .. read_line(line).queue)
  end
  redis.call('DEL', key(w, 'signature_lines', signature))
  redis.call('SREM', key(w, 'signatures'), signature)
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
  redis.call('SREM', key(w, 'lines'), line)
  redis.call('SREM', key(w, 'live_lines'), line)
end
