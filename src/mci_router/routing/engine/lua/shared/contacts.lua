-- Contacts: the record, its states, and what a caller learns of it.

contacts.FINAL = { completed = true, abandoned = true, cancelled = true, resolved = true }

function contacts.load(w, id)
  local contact, fresh = records.load(w, w.keys.contact[id])
  if fresh then
    contact.id = id
    segments.adopt(contact)
  end
  return contact
end

-- Moves a contact to a state, with the changes to its record (false removes a field), and journals where it now is.
function contacts.move(w, contact, event, state, changes, about)
  records.change(contact, 'state', state)
  for field, value in pairs(changes or {}) do
    records.change(contact, field, value)
  end
  journal.append_contact(w, contact, event, about)
end

-- Replies with a contact as it is now.
function contacts.reply(contact, status)
  return functions.reply(status or 'ok', {
    contact = contact.id,
    state = contact.state,
    queue = contact.queue,
    agent = contact.agent,
    offer = contact.offer,
    assignment = contact.assignment,
    rung = contact.rung,
  })
end

-- Tells whether a contact waits in a queue whose work cannot be deferred.
function contacts.is_live(w, contact)
  local queue = places.of(contact).queue
  return queue and not queues.settings(w, queue).deferrable
end

-- Tells whether this agent is in conversation on a contact (nil: there is none) by this assignment.
function contacts.talks(contact, agent, assignment)
  return contact and contact.state == 'assigned' and contact.agent == agent and contact.assignment == assignment
end

-- Sorts contacts by age, the oldest first.
function contacts.sort(list)
  table.sort(list, function(one, other)
    return one.age < other.age or (one.age == other.age and one.id < other.id)
  end)
end
