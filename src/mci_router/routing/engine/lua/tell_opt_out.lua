-- tell_opt_out: somebody who works for the company says that an address is opted out, or in again. The ledger has it already.
-- Arguments: event ('opted_out' or 'opted_in'), customer, kind of the address.
-- Returns:   'ok'.
transition('tell_opt_out', function(w, event, customer, kind)
  tell_opt_out(w, event, customer, { address_kind = kind })
  return say('ok')
end)
