-- index_waits: notes the due times and waits of contacts that have waited since before a version that keeps them, or
-- while a version that does not was loaded. A queue's first call begins again; each call does a part of it.
-- Arguments: queue, line, how many contacts of the line are done (0 begins the line), the most to do, 'first' if this
--            is the first line of the queue, or ''.
-- Returns:   'ok', done = how many contacts of the line are done now; -1 after the last.
functions.transition('index_waits', function(w, queue, line, from, most, first)
  if first == 'first' then
    redis.call('UNLINK', w.keys.due[queue], w.keys.waits[queue])
  end
  from, most = tonumber(from), tonumber(most)
  local ids = redis.call('ZRANGE', w.keys.line[line], from, from + most - 1)
  for _, id in ipairs(ids) do
    local contact = contacts.load(w, id)
    if contact then
      lines.note_wait(w, places.of(contact), contact.id)
    end
  end
  return functions.reply('ok', { done = #ids == most and from + most or -1 })
end)
