-- journal_return: journals that a customer came back with a matter that automation or the community had settled. The
-- ledger has it already.
-- Arguments: customer, the rest of the entry as a JSON object.
-- Returns:   'ok'. The entry does not name its contacts as `contact`: it moves none.
functions.transition('journal_return', function(w, customer, json)
  local entry = cjson.decode(json)
  entry.type, entry.customer = 'resolution.returned', customer
  journal.append(w, entry)
  return functions.reply('ok')
end)
