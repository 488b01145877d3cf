-- How fast a signature handles a queue's contacts: the mean handle time as a share of the queue's own, and over how
-- many.

-- Returns what is known of signatures in a queue, in order: {mean, number} each, or false.
function handling.of_all(w, able, queue)
  local known, unread, found = w.kept.handling, {}, {}
  for i, signature in ipairs(able) do
    local field = signature .. '|' .. queue
    found[i] = known[field]
    if found[i] == nil then
      unread[#unread + 1] = field
    end
  end
  if #unread == 0 then
    return found
  end
  for i, packed in ipairs(redis.call('HMGET', w.key.handling, unpack(unread))) do
    known[unread[i]] = packed and cmsgpack.unpack(packed)
  end
  return handling.of_all(w, able, queue)
end

function handling.of(w, signature, queue)
  return handling.of_all(w, { signature }, queue)[1]
end

function handling.note(w, signature, queue, mean, number)
  local field = signature .. '|' .. queue
  w.kept.handling[field] = { mean, number }
  redis.call('HSET', w.key.handling, field, cmsgpack.pack({ mean, number }))
end

function handling.drop(w, signature, queue)
  local field = signature .. '|' .. queue
  w.kept.handling[field] = false
  redis.call('HDEL', w.key.handling, field)
end
