-- note_alarms: notes what was seen at one look at all queues, and journals the alarms that begin or end by it. Of
-- several processes that look, the first one's look counts for an interval.
-- Arguments: interval in ms, the names of all queues as a JSON list, what was seen as a JSON list: queue, alarm
--            ('at_risk', 'breached', 'unstaffed' or 'nobody_can_serve'), seen, enter_ms and leave_ms (for how long it
--            has to be seen, or not seen, to begin and to end), facts for the journal. An alarm that is not seen and
--            did not sound may be left out.
-- Returns:   'ok', or 'known' if another process looked within the interval.
functions.transition('note_alarms', function(w, interval, names, looks)
  if w.now - alarms.looked_at(w) < tonumber(interval) then
    return functions.reply('known')
  end
  alarms.note_all(w, cjson.decode(names), cjson.decode(looks))
  return functions.reply('ok')
end)
