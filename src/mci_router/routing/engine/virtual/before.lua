-- Goes before the engine's own files where whole days are driven inside the server: what these register by this function
-- in place of the server's can also be called by the driver.
local registered = {}

local function register_function(name, run)
  registered[name] = run
  redis.register_function(name, run)
end

