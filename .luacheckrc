-- What luacheck knows of the function library: the names that the server gives, and one table for each file of shared/.
std = 'lua51'
max_line_length = 120
read_globals = { 'redis', 'cjson', 'cmsgpack' }

local shared = 'src/mci_router/routing/engine/lua/shared/'
for file in require('lfs').dir(shared) do
  local name = file:match('^([%w_]+)%.lua$')
  if name then
    table.insert(read_globals, name)
    files[shared .. file] = { globals = { name } } -- only a file itself puts something into its table
  end
end
