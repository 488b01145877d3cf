-- A signature is the exact skills and capacity of an agent: `skill:proficiency,…|units|channel:limit,…,*queue:limit,…`.
-- All agents of a signature are interchangeable. Which signature can serve which line is found once, when either is
-- new.

local read_before = { size = 0, meanings = {} }

-- Reads `name:number,…`. Returns {name: number} and the names in order.
function signatures.levels(text)
  local found, order = {}, {}
  for name, number in text:gmatch('([^,:]+):([^,]+)') do
    found[name] = tonumber(number)
    order[#order + 1] = name
  end
  return found, order
end

local function parse(text)
  local skills, units, limits = text:match('^(.*)|(%d+)|(.*)$')
  local signature = { units = tonumber(units), channels = {}, queues = {}, parts = {} }
  for name, limit in pairs(signatures.levels(limits)) do
    local queue = name:match('^%*(.*)$')
    signature[queue and 'queues' or 'channels'][queue or name] = limit
  end
  for queue in pairs(signature.queues) do
    signature.parts[queue] = {}
    for channel in pairs(signature.channels) do
      signature.parts[queue][channel] = channel .. '|' .. queue
    end
  end
  signature.skills, signature.skill_names = signatures.levels(skills)
  return signature
end

-- Returns what a signature's text says: units, channels {channel: limit}, queues {queue: limit}, parts {queue:
-- {channel: `channel|queue`}}, skills {skill: proficiency}, skill_names.
function signatures.read(text)
  return read_before.meanings[text] or texts.meaning(read_before, text, parse)
end

local function has_skills(signature, wants)
  for skill, least in pairs(wants) do
    if (signature.skills[skill] or 0) < least then
      return false
    end
  end
  return true
end

local function first_met(signature, line)
  for _, wants in ipairs(line.alternatives) do
    if has_skills(signature, wants) then
      return wants
    end
  end
end

-- Returns the first of a line's alternatives that a signature meets, which is able to serve it.
function signatures.met(signature, line)
  line.met[signature] = line.met[signature] or first_met(signature, line)
  return line.met[signature]
end

function signatures.able(signature, line)
  return signature.units >= line.units
    and (signature.channels[line.channel] or 0) > 0
    and first_met(signature, line) ~= nil
end

-- Pairs a signature with a line if it can serve it.
function signatures.pair(w, signature, line)
  if signatures.able(signatures.read(signature), lines.read(line)) then
    kept.add(w, w.keys.line_signatures[line], signature)
    kept.add(w, w.keys.signature_lines[signature], line)
  end
end

-- Makes a signature known. Idempotent.
function signatures.ensure(w, signature)
  if not kept.add(w, w.key.signatures, signature) then
    return
  end
  for _, line in ipairs(kept.list(w, w.key.lines)) do
    signatures.pair(w, signature, line)
  end
end

-- Forgets a signature whose last agent has gone.
function signatures.drop(w, signature)
  for _, line in ipairs(kept.list(w, w.keys.signature_lines[signature])) do
    kept.remove(w, w.keys.line_signatures[line], signature)
    handling.drop(w, signature, lines.read(line).queue)
  end
  kept.remove_all(w, w.keys.signature_lines[signature])
  redis.call('HDEL', w.key.live_load, signature)
  counters.drop(w, 'live_load', signature)
  kept.remove(w, w.key.signatures, signature)
end
