-- move_topic: moves a topic to another place in the matrix, if it still has the place that the caller saw.
-- Arguments: topic, the place seen as it was stored ('' for none), the new place as JSON: cell, volume, measured (or
--            expected), revision; what to journal of the move as JSON: share, rate, cause; or '' for the first place,
--            which is no move.
-- Returns:   'ok'; 'stale' if another process has moved it meanwhile.
functions.transition('move_topic', function(w, topic, seen, place, move)
  local cells = w.keys.volume.places
  if (redis.call('HGET', cells, topic) or '') ~= seen then
    return functions.reply('stale')
  end
  local before, after = seen ~= '' and cjson.decode(seen) or {}, cjson.decode(place)
  local same_volume = before.volume == after.volume and before.measured == after.measured
  after.since = before.cell == after.cell and before.since or w.now
  after.volume_since = same_volume and before.volume_since or w.now
  redis.call('HSET', cells, topic, cjson.encode(after))
  if move ~= '' then
    local entry = cjson.decode(move)
    entry.type, entry.topic, entry.volume = 'topic.moved', topic, after.volume
    entry.from, entry.to = before.cell, after.cell
    journal.append(w, entry)
  end
  return functions.reply('ok')
end)
