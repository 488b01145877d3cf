-- journal_webhook: journals that a webhook is paused because its endpoint stalls, or is not any more. The ledger has it
-- already.
-- Arguments: event ('paused' or 'resumed'), the webhook's name, the rest of the entry as a JSON object.
-- Returns:   'ok'.
local EVENTS = { paused = 'webhook.paused', resumed = 'webhook.resumed' }

functions.transition('journal_webhook', function(w, event, webhook, json)
  local entry = cjson.decode(json)
  entry.type, entry.webhook = EVENTS[event], webhook
  journal.append(w, entry)
  return functions.reply('ok')
end)
