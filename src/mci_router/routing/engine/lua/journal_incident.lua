-- journal_incident: journals a change of an incident, for people and webhooks. The ledger has it already.
-- Arguments: event ('proposed', 'declared', 'updated', 'fixed', 'reopened' or 'dismissed'), incident, the rest of the
--            entry as a JSON object.
-- Returns:   'ok'.
local EVENTS = {
  proposed = 'incident.proposed', declared = 'incident.declared', updated = 'incident.updated',
  fixed = 'incident.fixed', reopened = 'incident.reopened', dismissed = 'incident.dismissed',
}

functions.transition('journal_incident', function(w, event, incident, json)
  local entry = cjson.decode(json)
  entry.type, entry.incident = EVENTS[event], incident
  journal.append(w, entry)
  return functions.reply('ok')
end, 'tell_incident')
