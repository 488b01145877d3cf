-- move_topic: a topic has another place in the matrix, if it still has the one that the caller saw.
-- Arguments: topic, the place seen as it was stored ('' for none), the new place as JSON: cell, volume, measured (whether it was, or is
--            expected), revision; what to journal of the move as JSON: share, rate, cause; '' for a move that is none, as the first.
-- Returns:   'ok'; 'stale' if another process has moved it meanwhile.
transition('move_topic', function(w, topic, seen, place, told)
  local places = key(w, 'volume', 'places')
  if (redis.call('HGET', places, topic) or '') ~= seen then
    return say('stale')
  end
  local before, after = seen ~= '' and cjson.decode(seen) or {}, cjson.decode(place)
  after.since = before.cell == after.cell and before.since or w.now
  after.volume_since = before.volume == after.volume and before.measured == after.measured and before.volume_since or w.now
  redis.call('HSET', places, topic, cjson.encode(after))
  if told ~= '' then
    local entry = cjson.decode(told)
    entry.type, entry.topic, entry.volume = 'topic.moved', topic, after.volume
    entry.from, entry.to = before.cell, after.cell
    append(w, entry)
  end
  return say('ok')
end)
