-- journal_run: journals how far a run of a workflow has come. The ledger has it already.
-- Arguments: event (the run's state), run, the rest of the entry as a JSON object.
-- Returns:   'ok'.
local EVENTS = {
  waiting_input = 'run.waiting_input', waiting_approval = 'run.waiting_approval', running = 'run.running',
  succeeded = 'run.succeeded', failed = 'run.failed', unknown = 'run.unknown', compensated = 'run.compensated',
}

functions.transition('journal_run', function(w, event, run, json)
  local entry = cjson.decode(json)
  entry.type, entry.run = EVENTS[event], run
  journal.append(w, entry)
  return functions.reply('ok')
end)
