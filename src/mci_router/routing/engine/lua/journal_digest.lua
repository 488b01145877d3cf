-- journal_digest: journals what rose and fell in a week that is over, for webhooks. The ledger has it already.
-- Arguments: the rest of the entry as a JSON object without empty lists, which would become objects.
-- Returns:   'ok'.
functions.transition('journal_digest', function(w, json)
  local entry = cjson.decode(json)
  assert(entry.agent == nil, 'a digest is no agent\'s')
  entry.type = 'digest.made'
  journal.append(w, entry)
  return functions.reply('ok')
end)
