-- tell_incident: a change of an incident is journalled, so that people and webhooks hear of it. The ledger has made it.
-- Arguments: event ('proposed', 'declared', 'updated', 'fixed' or 'dismissed'), incident, what is told of it as a JSON object.
-- Returns:   'ok'.
local EVENTS = {
  proposed = 'incident.proposed', declared = 'incident.declared', updated = 'incident.updated', fixed = 'incident.fixed',
  dismissed = 'incident.dismissed',
}

transition('tell_incident', function(w, event, incident, json)
  local entry = cjson.decode(json)
  entry.type, entry.incident = EVENTS[event], incident
  append(w, entry)
  return say('ok')
end)
