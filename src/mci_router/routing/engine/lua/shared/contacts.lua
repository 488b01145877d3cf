-- Contacts: the record, and what a caller is told of it.

local FINAL = { completed = true, abandoned = true, cancelled = true, resolved = true }

local function load_contact(w, id)
  local contact, fresh = load_record(w, key(w, 'contact', id))
  if fresh then
    contact.id = id
  end
  return contact
end

local function told(contact, status)
  return say(status or 'ok', {
    contact = contact.id,
    state = contact.state,
    queue = contact.queue,
    agent = contact.agent,
    offer = contact.offer,
    assignment = contact.assignment,
    rung = contact.rung,
  })
end

local function is_live(w, contact)
  return contact.queue and not queue_settings(w, contact.queue).deferrable
end
