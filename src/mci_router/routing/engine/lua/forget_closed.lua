-- forget_closed: forgets contacts that have ended, which are kept for a while so that a late command learns of it.
-- Arguments: contact ids, as a JSON array. Those that have not ended stay.
-- Returns:   'ok'.
functions.transition('forget_closed', function(w, json)
  for _, id in ipairs(cjson.decode(json)) do
    local contact = contacts.load(w, id)
    if contact and contacts.FINAL[contact.state] then
      records.forget(w, contact)
    end
  end
  return functions.reply('ok')
end)
