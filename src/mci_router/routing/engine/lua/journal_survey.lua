-- journal_survey: journals that a customer has answered a survey. The ledger alone has its text.
-- Arguments: contact, the rest of the entry as a JSON object.
-- Returns:   'ok'.
functions.transition('journal_survey', function(w, contact, json)
  local entry = cjson.decode(json)
  assert(entry.agent == nil, 'no agent hears of an answer')
  entry.type, entry.contact = 'survey.answered', contact
  journal.append(w, entry)
  return functions.reply('ok')
end)
