-- Enqueueing: a contact is put in line for an agent, wherever it was before, and offered at once if an agent is free.

-- Begins a warm transfer to a queue: the agent who serves the contact keeps it, in its own queue, until another of the
-- line accepts.
local function begin_transfer(w, contact, want)
  local asked = endings.end_transfer(w, contact, want.instead_of and 'overflowed' or 'moved')
  places.keep(w, contact, want)
  journal.append_contact(w, contact, 'contact.transferring', { warm = true, transfer = contact.transfer_id })
  waiting.start_relaxing(w, contact)
  waiting.wait_or_match(w, contact)
  if asked then
    matching.match_agent(w, asked)
  end
end

local function put_in_line(w, contact, want, left, asked)
  local newly_urgent = want.urgent and not contact.urgent
  rungs.note_queue(w, contact, want)
  if left.stay or not contact.entered_at then
    rungs.enter_queue(w, contact, want, left.stay)
    clocks.start(w, contact, contact.entered_at)
  end
  contacts.move(w, contact, 'contact.queued', 'queued', {
    agent = false, offer = false, assignment = false, expires_at = false, agent_lost = false,
  }, left)
  if newly_urgent then
    journal.append_contact(w, contact, 'contact.urgent')
  end
  waiting.start_relaxing(w, contact)
  local freed = left.agent and agents.load(w, left.agent)
  if freed and want.passed_on then
    endings.shun(w, contact, freed)
  end
  local held = waiting.gathers(w, contact, want.preferred, want.preferred_until)
    or waiting.tried_preferred(w, contact, want.preferred, want.preferred_until or 0)
  if not held then
    if freed then -- the oldest contact gets the room that this one leaves
      lines.join(w, contact)
      matching.match_agent(w, freed)
      if contact.state == 'queued' then
        matching.match_contact(w, contact)
      end
    else
      waiting.wait_or_match(w, contact)
    end
  elseif freed then
    matching.match_agent(w, freed)
  end
  if asked then
    matching.match_agent(w, asked)
  end
end

local function transfer(w, known, want)
  if not known then
    return functions.reply('unknown')
  end
  local begun = known.state ~= 'assigned' or known.rung >= want.rung
    or (want.transfer and known.transfer_id == want.transfer)
    or (want.instead_of and (known.offer or known.transfer_id ~= want.instead_of))
  if not begun then
    begin_transfer(w, known, want)
  end
  return contacts.reply(known, begun and 'known')
end

-- Puts a contact in line as `enqueue` says, for one contact or each of many. Returns the reply.
function enqueueing.enqueue(w, want)
  local known = contacts.load(w, want.id)
  if want.warm then
    return transfer(w, known, want)
  end
  local contact, left, asked = rungs.take(w, want)
  if not contact then
    return contacts.reply(known, 'known')
  end
  put_in_line(w, contact, want, left, asked)
  return contacts.reply(contact)
end
