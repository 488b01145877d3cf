-- tell_customer: a change of a customer is journalled, so that people and webhooks hear of it. The ledger has made it.
-- Arguments: event ('merged' or 'split'), customer, what is told of it as a JSON object.
-- Returns:   'ok'.
local EVENTS = { merged = 'customer.merged', split = 'customer.split' }

transition('tell_customer', function(w, event, customer, json)
  local entry = cjson.decode(json)
  entry.type, entry.customer = EVENTS[event], customer
  append(w, entry)
  return say('ok')
end)
