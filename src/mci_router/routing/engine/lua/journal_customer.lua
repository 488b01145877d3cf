-- journal_customer: journals a change of a customer, for people and webhooks. The ledger has it already.
-- Arguments: event ('merged', 'split' or 'erased'), customer, the rest of the entry as a JSON object.
-- Returns:   'ok'.
local EVENTS = { merged = 'customer.merged', split = 'customer.split', erased = 'customer.erased' }

functions.transition('journal_customer', function(w, event, customer, json)
  local entry = cjson.decode(json)
  entry.type, entry.customer = EVENTS[event], customer
  journal.append(w, entry)
  return functions.reply('ok')
end, 'tell_customer')
