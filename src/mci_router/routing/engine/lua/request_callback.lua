-- request_callback: notes that the customer hangs up and will be called: the contact keeps its position in line. Who
-- stands in line leaves it as a callback, and waits for that in another segment of the same queue.
-- Arguments: contact id.
-- Returns:   the contact as it is now with status 'ok' (again if requested before); 'wrong_state' unless it waits or is
--            offered; 'unknown'.
local function wait_for_the_call(w, contact)
  local stay = segments.leave(w, contact)
  segments.enter(w, contact, {}, stay)
  clocks.start(w, contact, w.now)
  lines.note_wait(w, places.of(contact), contact.id)
  return { left_as = 'callback', stay = stay }
end

functions.transition('request_callback', function(w, id)
  return waiting.note(w, id, function(contact)
    if not contact.callback then
      records.change(contact, 'callback', '1')
      records.change(contact, 'callback_since', w.now)
      records.change(contact, 'hung_up', false)
      local left = contact.state == 'queued' and wait_for_the_call(w, contact)
      journal.append_contact(w, contact, 'contact.callback_requested', left or nil)
    end
  end)
end)
