-- journal_escalation: journals that somebody is paged for an escalation, has confirmed it, or that nobody has. The
-- ledger has it already.
-- Arguments: event ('page', 'acknowledged' or 'unacknowledged'), escalation, the rest of the entry as a JSON object.
-- Returns:   'ok'.
local EVENTS = {
  page = 'escalation.page', acknowledged = 'escalation.acknowledged', unacknowledged = 'escalation.unacknowledged',
}

functions.transition('journal_escalation', function(w, event, escalation, json)
  local entry = cjson.decode(json)
  entry.type, entry.escalation = EVENTS[event], escalation
  journal.append(w, entry)
  return functions.reply('ok')
end)
