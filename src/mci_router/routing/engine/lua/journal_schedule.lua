-- journal_schedule: journals what happens to a schedule, for webhooks, and for the desk of the agent whose shift it is.
-- The ledger has it already.
-- Arguments: event ('published', 'withdrawn' or 'changed', which is a shift), the rest of the entry as a JSON object.
-- Returns:   'ok'.
local EVENTS = { published = 'schedule.published', withdrawn = 'schedule.withdrawn', changed = 'shift.changed' }

functions.transition('journal_schedule', function(w, event, json)
  local entry = cjson.decode(json)
  entry.type = EVENTS[event]
  journal.append(w, entry)
  return functions.reply('ok')
end)
