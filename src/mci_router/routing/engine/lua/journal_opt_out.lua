-- journal_opt_out: journals that a person of the company has opted an address out, or in again. The ledger has it
--            already.
-- Arguments: event ('opted_out' or 'opted_in'), customer, kind of the address.
-- Returns:   'ok'.
functions.transition('journal_opt_out', function(w, event, customer, kind)
  journal.append_opt_out(w, event, customer, { address_kind = kind })
  return functions.reply('ok')
end, 'tell_opt_out')
