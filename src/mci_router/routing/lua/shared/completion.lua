-- The end of an agent's work on a contact, by hand or by timer.

local function complete_contact(w, contact, about)
  local agent = free_agent(w, contact)
  finish(w, contact, 'contact.completed', 'completed', { handled_at = contact.handled_at }, about)
  if agent then
    match_agent(w, agent)
  end
end
